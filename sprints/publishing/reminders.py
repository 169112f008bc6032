"""Letters about votes and endorsements: asked, reminded, escalated, decided. All follow from rows, none is counted.

A letter about something secret names nothing of it; `discretion` keeps it from those who need not know.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sprints.choices import InfohazardLevel
from sprints.publishing import private_links, subjects
from sprints.publishing.agreements import Endorsement, LevelChange, Vote
from sprints.publishing.choices import Capacity, EndorsementState
from sprints.publishing.models import Writeup
from whitebox.outbox.letters import Request
from whitebox.outbox.rendering import Value
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

OPTIONAL: Mapping[str, str | Promise] = {}  # each of these waits for a person, or tells how it ended
AGAIN_AFTER = timedelta(days=2)  # the coordinator confirms within two days
BEFORE_DUE = timedelta(days=3)
ESCALATED_AFTER = timedelta(days=30)  # without a decision
TOLD_WITHIN = timedelta(days=3)  # after a longer outage news would only confuse
SUBJECTS = (
    "writeup__latest",
    "writeup__cohort__publication_rule",
    "excursion__claim__membership__cohort__publication_rule",
    "entry__excursion__claim__membership__cohort__publication_rule",
)


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters that are due by `now`. Four queries, and a few for each change that is being decided."""
    yield from _votes(now)
    yield from _endorsements(now)
    open_changes = LevelChange.objects.filter(outcome="", clock_from__lte=now - ESCALATED_AFTER)
    for change in open_changes.select_related(*SUBJECTS):
        yield from _escalated(change, now)
    decided = LevelChange.objects.exclude(outcome="").filter(decided_at__gt=now - TOLD_WITHIN)
    for change in decided.select_related(*SUBJECTS):
        for author in subjects.authors_of(change.subject):
            yield _letter("level-decided", f"level-decided:{change.pk}:{author.pk}", change, author, now)


def _votes(now: datetime) -> Iterator[Request]:
    """Ask everybody who owes a vote, and again before it is due; tell the coordinator of a reader who stayed silent."""
    waiting = Vote.objects.waiting().select_related(
        "user", "reader", "change", *(f"change__{path}" for path in SUBJECTS)
    )
    for vote in waiting:
        if vote.capacity == Capacity.READER:
            yield from _reader(vote, now)
        elif vote.user is not None and (vote.capacity == Capacity.AUTHOR or vote.change.clock_from is not None):
            since = vote.change.clock_from if vote.capacity == Capacity.COORDINATOR else vote.asked_at
            kind = "level-vote" if (since or now) > now - AGAIN_AFTER else "level-vote-again"
            yield _letter(kind, f"{kind}:{vote.pk}", vote.change, vote.user, now, due=vote.due_at)


def _reader(vote: Vote, now: datetime) -> Iterator[Request]:
    """Write to a trusted reader, at an address and not to an account; past the date, to the coordinator."""
    if vote.reader is None or vote.due_at is None:
        return
    subject = vote.change.subject
    if now < vote.due_at:
        kind = "level-reading" if now < vote.due_at - BEFORE_DUE else "level-reading-again"
        yield Request(
            kind=kind,
            dedup_key=f"{kind}:{vote.pk}",
            to=vote.reader.email,
            due_at=now,
            about=f"{subjects.field_of(subject)}:{subject.pk}",
            cohort_id=subjects.cohort_of(subject).pk,
            context={
                "person_name": vote.reader.name,
                "deadline": date_format(vote.due_at, "D j M"),
                "link": private_links.address_of(vote),
                "programme": subjects.cohort_of(subject).title,
            },
        )
        return
    coordinator = subjects.coordinator_of(subject)
    if coordinator is not None:
        key = f"reader-silent:{vote.pk}"
        yield _letter("reader-silent", key, vote.change, coordinator, now, more={"reader": vote.reader.name})


def _escalated(change: LevelChange, now: datetime) -> Iterator[Request]:
    """Tell all organizers who may know, and the authors, of a change that nobody has decided for thirty days."""
    subject = change.subject
    organizers = Membership.objects.filter(
        cohort=subjects.cohort_of(subject), role=Role.ORGANIZER, state=MembershipState.ACTIVE
    ).select_related("user")
    people = {one.user_id: one.user for one in organizers if subjects.may_read(one.user, subject)}
    people |= {one.pk: one for one in subjects.authors_of(subject)}
    for user in people.values():
        yield _letter("level-late", f"level-late:{change.pk}:{user.pk}", change, user, now)


def _letter(  # a letter is described by this much
    kind: str,
    key: str,
    change: LevelChange,
    to: User,
    now: datetime,
    *,
    due: datetime | None = None,
    more: Mapping[str, Value] | None = None,
) -> Request:
    subject = change.subject
    is_secret = InfohazardLevel.SECRET in {subject.level, change.was}
    shown, cohort = subjects.shown(subject), subjects.cohort_of(subject)
    return Request(
        kind=kind,
        dedup_key=key,
        to=to,
        due_at=now,
        about=f"{subjects.field_of(subject)}:{subject.pk}",
        cohort_id=cohort.pk,
        context={
            "title": _("something secret that names you") if is_secret else f"“{shown.title}”",
            "wanted": str(change.get_wanted_display()).partition(":")[0],
            "outcome": str(change.get_outcome_display()),
            "deadline": date_format(due, "D j M") if due else "",
            "link": settings.SITE_URL + shown.level_address,
            "programme": cohort.title,
            **(more or {}),
        },
    )


def _endorsements(now: datetime) -> Iterator[Request]:
    """Send private links to those who are asked, and once more three days before they end."""
    asked = Endorsement.objects.filter(state=EndorsementState.ASKED, expires_at__gt=now).exclude(
        revision__writeup__level=InfohazardLevel.SECRET
    )
    for one in asked.select_related("revision__writeup__cohort", "by"):
        writeup: Writeup = one.revision.writeup
        kind = "endorsement-asked" if now < one.expires_at - BEFORE_DUE else "endorsement-again"
        yield Request(
            kind=kind,
            dedup_key=f"{kind}:{one.pk}",
            to=one.email,
            due_at=now,
            about=f"writeup:{writeup.pk}",
            cohort_id=writeup.cohort_id,
            context={
                "person_name": one.name,
                "sender": one.by.called,
                "deadline": date_format(one.expires_at, "D j M"),
                "link": private_links.address_of(one),
                "programme": writeup.cohort.title,
            },
        )
