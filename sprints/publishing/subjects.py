"""What has a level: write-ups, excursions and log entries. One place knows how they differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access as research
from sprints.choices import InfohazardLevel
from sprints.models import Excursion, LogEntry
from sprints.publishing import access
from sprints.publishing.agreements import Named
from sprints.publishing.models import Revision, Writeup
from sprints.rosters import TeamMember
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

Subject = Writeup | Excursion | LogEntry
STRICTNESS = (InfohazardLevel.PUBLIC, InfohazardLevel.PRIVATE, InfohazardLevel.SECRET)
FIELDS: Mapping[type, str] = {Writeup: "writeup", Excursion: "excursion", LogEntry: "entry"}
WORDS: Mapping[str, str] = {"write-up": "writeup", "excursion": "excursion", "entry": "entry"}  # in addresses


@dataclass(frozen=True, slots=True)
class Shown:
    """A subject as pages and letters speak of it."""

    what: str
    title: str
    address: str
    level_address: str


def field_of(subject: Subject) -> str:
    """Return the column that rows about this subject fill."""
    return FIELDS[type(subject)]


def about(subject: Subject) -> dict[str, Subject]:
    return {field_of(subject): subject}


def subject_or_404(user: User, what: str, pk: int) -> Subject:
    """Return a write-up, excursion or log entry that `user` may read."""
    if what == "write-up":
        return access.writeup_or_404(user, pk)
    if what == "excursion":
        return research.excursion_or_404(user, pk)
    if what == "entry":
        entry = get_object_or_404(LogEntry.objects.select_related("excursion__claim__membership__cohort"), pk=pk)
        research.entry_or_404(user, research.excursion_or_404(user, entry.excursion_id), entry.pk)
        return entry
    raise Http404


def may_read(user: User, subject: Subject) -> bool:
    try:
        subject_or_404(user, _word(subject), subject.pk)
    except Http404:
        return False
    return True


def _word(subject: Subject) -> str:
    return next(word for word, name in WORDS.items() if name == field_of(subject))


def locked(subject: Subject) -> Subject:
    """Return a subject as it is now, locked; an entry behind its excursion."""
    if isinstance(subject, Writeup):
        return access.locked(subject)
    if isinstance(subject, Excursion):
        return (
            Excursion.objects.select_for_update(of=("self",))
            .select_related("claim__membership__cohort")
            .get(pk=subject.pk)
        )
    locked(subject.excursion)
    return LogEntry.objects.select_related("excursion__claim__membership__cohort").get(pk=subject.pk)


def excursion_of(subject: Excursion | LogEntry) -> Excursion:
    return subject if isinstance(subject, Excursion) else subject.excursion


def cohort_of(subject: Subject) -> Cohort:
    return subject.cohort if isinstance(subject, Writeup) else excursion_of(subject).claim.membership.cohort


def authors_of(subject: Subject) -> QuerySet[User]:
    """Return those without whom nothing becomes more open: the authors, or whoever holds the claim."""
    if isinstance(subject, Writeup):
        return User.objects.filter(authorships__writeup=subject).order_by("pk")
    claim = excursion_of(subject).claim
    team = TeamMember.objects.present().filter(team=claim.team_id).values("membership__user")
    own = Q(pk=claim.membership.user_id) | (Q(pk__in=team) if claim.team_id else Q(pk__in=[]))
    written = Q(pk=subject.author_id) if isinstance(subject, LogEntry) else Q(pk__in=[])
    return User.objects.filter(own | written).order_by("pk")


def coordinator_of(subject: Subject) -> User | None:
    """Return who decides as the coordinator: the one named, or another organizer where that one is an author."""
    cohort, authors = cohort_of(subject), set(authors_of(subject).values_list("pk", flat=True))
    organizers = Membership.objects.active().filter(cohort=cohort, role=Role.ORGANIZER).select_related("user")
    rule = getattr(cohort, "publication_rule", None)
    if rule is None or rule.coordinator_id is None:
        return None
    ranked = sorted(organizers, key=lambda one: (one.pk != rule.coordinator_id, one.joined_at, one.pk))
    return next((one.user for one in ranked if one.user_id not in authors), None)


def shown(subject: Subject) -> Shown:
    word = _word(subject)
    level_address = reverse("publishing:level", args=[word, subject.pk])
    if isinstance(subject, Writeup):
        title = subject.latest.title if subject.latest else ""
        return Shown(_("Write-up"), title, reverse("publishing:writeup", args=[subject.pk]), level_address)
    address = reverse("sprints:excursion", args=[excursion_of(subject).pk])
    if isinstance(subject, Excursion):
        return Shown(_("Excursion"), subject.question, address, level_address)
    title = _("Entry of %(day)s") % {"day": subject.on.isoformat()}
    return Shown(_("Log entry"), title, f"{address}#entry-{subject.pk}", level_address)


def wording_of(subject: Subject) -> Revision | None:
    """Return the wording that a decision about a subject is about; logs are append-only and have none."""
    return subject.latest if isinstance(subject, Writeup) else None


def is_looser(wanted: str, than: str) -> bool:
    return STRICTNESS.index(InfohazardLevel(wanted)) < STRICTNESS.index(InfohazardLevel(than))


def set_level(subject: Subject, level: str) -> None:
    """Write the level of a locked subject; entries are never more open than their excursion."""
    type(subject)._default_manager.filter(pk=subject.pk).update(level=level)  # noqa: SLF001  # Django's own name for it
    subject.level = level
    if isinstance(subject, Excursion):
        entries = subject.entries.all()
        stricter = STRICTNESS[: STRICTNESS.index(InfohazardLevel(level))]
        entries.filter(level__in=stricter).update(level=level)
    if isinstance(subject, Writeup):
        Writeup.objects.filter(pk=subject.pk).update(changed_at=timezone.now())


def named_on(subject: Subject) -> QuerySet[Named]:
    return Named.objects.filter(**about(subject)).select_related("user")
