"""Who must not judge whom: declared by reviewers, detected, or set by an organizer.

What is detected is told to organizers only. A reviewer whom a conflict keeps away never learns that the application
exists, and nobody else's pages change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applicants import slots
from applicants.acquaintance import Person, declared, detected
from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, ConflictOfInterest, ConflictWaiver, Reviewer
from applicants.models import Application, Identity, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import User

LONGEST = 4_000  # characters of what a reviewer declares
BATCH = 500
Pair = tuple[int, int]  # a reviewer and an application


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict that was found and is not recorded yet."""

    reviewer: int
    application: int
    origin: ConflictOrigin
    reason: str

    @property
    def pair(self) -> Pair:
        return self.reviewer, self.application


@transaction.atomic
def record(
    reviewer: Reviewer, application: Application, *, origin: ConflictOrigin, reason: str = ""
) -> ConflictOfInterest:
    """Keep a reviewer away from an application: an open reading of it ends, and an interview that is booked.

    Twice changes nothing.
    """
    if reviewer.round_id != application.round_id:
        raise RuleViolation(_("This reviewer reads another round."))
    Application.objects.select_for_update(of=("self",)).get(pk=application.pk)  # Nobody books meanwhile.
    conflict, _created = ConflictOfInterest.objects.get_or_create(
        reviewer=reviewer, application=application, defaults={"origin": origin, "reason": reason}
    )
    _end(application.pk, reviewer.membership.user_id, reason)
    return conflict


def require_none(user: User, *applications: Application) -> None:
    """Raise RuleViolation where `user` has a conflict with an application. Nobody is exempt, superusers included.

    Verbs ask this before anything else: a refusal for another reason would tell how the application stands.
    """
    found = of_user(user.pk).filter(application__in=applications).order_by("application")
    code = found.values_list("application__code", flat=True).first()
    if code is not None:
        raise RuleViolation(
            _("You have a conflict of interest with %(code)s. Somebody else must decide.") % {"code": code}
        )


def of_user(user_id: int | None) -> QuerySet[ConflictOfInterest]:
    return ConflictOfInterest.objects.filter(reviewer__membership__user_id=user_id or 0)


def in_round(user_id: int, round_: Round) -> frozenset[int]:
    """Return the applications of a round that `user_id` has a conflict with. One query."""
    found = of_user(user_id).filter(application__round=round_).order_by()
    return frozenset(found.values_list("application_id", flat=True))


def none_with(user_id: int | None, path: str) -> Q:
    """Return the condition that `user_id` has no conflict with the application at `path` of a row.

    Not correlated, so that it is asked once: by row it was most of the time of a list of 40,000.
    """
    return ~Q(**{f"{path}__in": of_user(user_id).order_by().values("application")})


@transaction.atomic
def detect(round_: Round) -> int:
    """Find the conflicts of a round and return how many were new. Again finds none.

    Six queries, and time by applications and reviewers: 20,000 by 100 take seconds.
    """
    return _keep(_identities().filter(round=round_), _reviewers().filter(round=round_))


@transaction.atomic
def detect_of_application(application: Application) -> int:
    """Find who must not judge an application: when it is submitted, and when its identity has changed."""
    return _keep(_identities().filter(application=application), _reviewers().filter(round=application.round_id))


@transaction.atomic
def detect_of_reviewer(reviewer: Reviewer) -> int:
    """Find what a reviewer must not judge: when they are appointed."""
    return _keep(_identities().filter(round=reviewer.round_id), _reviewers().filter(pk=reviewer.pk))


def _identities() -> QuerySet[Identity]:
    return Identity.objects.filter(application__submitted_at__isnull=False, application__erased_at=None).order_by("pk")


def _reviewers() -> QuerySet[Reviewer]:
    return Reviewer.objects.select_related("membership__user").order_by("pk")


def _keep(identities: QuerySet[Identity], who: QuerySet[Reviewer], origin: ConflictOrigin | None = None) -> int:
    """Record what is found, of one origin or of both. What a reviewer knows leaves what is on their desk alone.

    Otherwise one could name people one by one and see which application goes. An organizer settles those.
    """
    reviewers = list(who)
    found = [one for one in _found(identities, reviewers) if origin in {None, one.origin}]
    known, on_desks = _settled(found)
    fresh = [
        one
        for one in found
        if one.pair not in known and not (one.origin == ConflictOrigin.DECLARED and one.pair in on_desks)
    ]
    rows = (
        ConflictOfInterest(
            reviewer_id=one.reviewer, application_id=one.application, origin=one.origin, reason=one.reason
        )
        for one in fresh
    )
    # Another detection may have recorded the same at this moment.
    ConflictOfInterest.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    people = {one.pk: one.membership.user_id for one in reviewers}
    # By application, as every verb locks them.
    for one in sorted(fresh, key=lambda one: one.application):
        if one.pair in on_desks:
            _end(one.application, people[one.reviewer], one.reason)
    return len(fresh)


def _end(application: int, user: int, reason: str) -> None:
    """Take an application off somebody's desk and out of their calendar, whichever of their memberships has it."""
    live = Assignment.objects.filter(
        application=application, reviewer__membership__user=user, state=AssignmentState.OPEN
    )
    Assignment.objects.filter(pk__in=list(live.values_list("pk", flat=True))).update(
        state=AssignmentState.RECUSED, reason=reason[:300]
    )
    slots.keep_apart(application, user)


def _settled(found: list[Found]) -> tuple[set[Pair], set[Pair]]:
    """Return the pairs that are recorded or lifted, and the pairs with an assignment. Three queries."""
    which = {"reviewer__in": {one.reviewer for one in found}}
    applications = {one.application for one in found}
    if len(applications) <= BATCH:
        which["application__in"] = applications
    pair = ("reviewer_id", "application_id")
    recorded = ConflictOfInterest.objects.filter(**which).values_list(*pair)
    lifted = ConflictWaiver.objects.filter(**which).values_list(*pair)
    return {*recorded, *lifted}, set(Assignment.objects.filter(**which).values_list(*pair))


def _found(identities: QuerySet[Identity], reviewers: list[Reviewer]) -> Iterator[Found]:
    people = [
        (one.pk, Person.of(one.membership.user.name, one.membership.user.email, relations=one.knows))
        for one in reviewers
    ]
    rows = identities.values_list("application_id", "name", "email", "school", "relations")
    for application, name, email, school, relations in rows.iterator(chunk_size=2_000):
        applicant = Person.of(name, email, school, relations)
        for reviewer, person in people:
            if why := detected(person, applicant):
                yield Found(reviewer, application, ConflictOrigin.DETECTED, why[:300])
            if line := declared(person, applicant):
                yield Found(reviewer, application, ConflictOrigin.DECLARED, line[:300])


def unsettled(round_: Round) -> list[tuple[Assignment, str]]:
    """Return the live readings by somebody who said, after they had it, that they know the applicant.

    For organizers, with the line that fits. Six queries.
    """
    found = list(_found(_identities().filter(round=round_), list(_reviewers().filter(round=round_).exclude(knows=""))))
    known, _on_desks = _settled(found)
    why = {one.pair: one.reason for one in found if one.origin == ConflictOrigin.DECLARED and one.pair not in known}
    live = Assignment.objects.filter(
        reviewer__in={reviewer for reviewer, _application in why},
        state__in=[AssignmentState.OPEN, AssignmentState.DONE],
    ).select_related("application", "reviewer__membership__user", "stage")
    return [
        (row, why[row.reviewer_id, row.application_id])
        for row in live.order_by("application", "pk")
        if (row.reviewer_id, row.application_id) in why
    ]


@transaction.atomic
def declare(reviewer: Reviewer, knows: str, *, by: User) -> None:
    """Keep whom a reviewer says they know, and keep them from all that matches. Nothing tells whether anything did."""
    current = Reviewer.objects.select_for_update().get(pk=reviewer.pk, membership__user=by)
    lines = [line.strip() for line in knows.splitlines() if line.strip()]
    current.knows = "\n".join(dict.fromkeys(lines))[:LONGEST]
    current.save(update_fields=["knows"])
    # What the two of them are is left alone here: a reviewer who changes their own name must not see what goes.
    _keep(_identities().filter(round=current.round_id), _reviewers().filter(pk=current.pk), ConflictOrigin.DECLARED)


@transaction.atomic
def pin(reviewer: Reviewer, application: Application, *, reason: str, by: User) -> ConflictOfInterest:
    """Set a conflict as an organizer. Twice changes nothing. Raises RuleViolation for one's own application."""
    require_none(by, application)
    if not reason.strip():
        raise RuleViolation(_("Say in a few words what the conflict is. Only the organizers read it."))
    return record(reviewer, application, origin=ConflictOrigin.PINNED, reason=reason.strip()[:300])


@transaction.atomic
def lift(conflict: ConflictOfInterest, *, by: User) -> None:
    """Let a reviewer read what was detected by mistake, for instance by a common surname. Twice changes nothing.

    Raises RuleViolation for a conflict that a person declared or set, and for one's own.
    """
    current = ConflictOfInterest.objects.select_for_update().filter(pk=conflict.pk).first()
    if current is None:
        return
    require_none(by, current.application)
    if current.origin != ConflictOrigin.DETECTED:
        raise RuleViolation(_("A person said so. Only a detected conflict can be lifted."))
    ConflictWaiver.objects.get_or_create(
        reviewer=current.reviewer, application=current.application, defaults={"reason": current.reason, "by": by}
    )
    current.delete()
