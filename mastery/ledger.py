"""The ledger of grades: entries are appended, and mastery is worked out from them alone.

`record` and `correct` are the only writers. `replay` reads the whole history of a membership and returns what it has
mastered; the rows of ObjectiveMastery are its stored result, so that pages need not replay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import Objective
from mastery import questions
from mastery.choices import AttemptState, CheckKind
from mastery.holding import hold
from mastery.models import Attempt, CheckVersion, GradeEvent, GradingJob, ObjectiveMastery
from mastery.outcomes import Outcome, Terms, by_objective
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Mark:
    """What a grader says about one item. `detail` is what the learner may see of it."""

    item: str
    points: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mastered:
    objective: str
    attempt_id: int
    at: datetime


@transaction.atomic
def record(
    attempt: Attempt, marks: Sequence[Mark], *, job: GradingJob | None = None, by: User | None = None
) -> list[GradeEvent]:
    """Append the first grade of some items. An item that has one already is left alone, so twice is harmless.

    The caller holds the attempt.
    """
    known = set(attempt.events.values_list("item", flat=True))
    asked = {question.slug: question for question in questions.of_attempt(attempt)}
    objectives = objectives_of(attempt)
    return GradeEvent.objects.bulk_create(
        GradeEvent(
            attempt=attempt,
            check_version_id=attempt.check_version_id,
            item=mark.item,
            objective_id=objectives[asked[mark.item].objective],
            points=mark.points,
            total=asked[mark.item].points,
            job=job,
            by=by,
            reason=mark.reason,
            detail=dict(mark.detail),
        )
        for mark in marks
        if mark.item not in known
    )


@transaction.atomic
def correct(event: GradeEvent, points: int, *, by: User, reason: str) -> GradeEvent:
    """Append a grade that replaces `event`, which stays readable. The same points again change nothing.

    Raises RuleViolation without a reason, or where somebody else has corrected it meanwhile.
    """
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    attempt = hold(event.attempt_id)
    if event.points == points:
        return event
    if GradeEvent.objects.filter(supersedes=event).exists():
        raise RuleViolation(_("This grade was corrected meanwhile. Reload the page."))
    if not 0 <= points <= event.total:
        raise RuleViolation(_("Give between 0 and %(total)d points.") % {"total": event.total})
    if attempt.membership.user_id == by.pk:
        raise RuleViolation(_("Nobody grades their own work."))
    corrected = GradeEvent.objects.create(
        attempt=attempt,
        check_version_id=event.check_version_id,
        item=event.item,
        objective_id=event.objective_id,
        points=points,
        total=event.total,
        by=by,
        supersedes=event,
        reason=reason.strip(),
        detail=event.detail,
    )
    project(attempt)
    return corrected


def objectives_of(attempt: Attempt) -> dict[str, int]:
    """Return the objectives of the attempt's module by name."""
    module = attempt.for_check.module_id
    return dict(Objective.objects.filter(module_id=module).values_list("slug", "pk"))


def current(events: Iterable[GradeEvent]) -> dict[str, GradeEvent]:
    """Return the grade of each item that counts: the last one, as each entry replaces the one before it."""
    return {event.item: event for event in sorted(events, key=attrgetter("pk"))}


def points_of(events: Iterable[GradeEvent]) -> dict[str, int]:
    return {item: event.points for item, event in current(events).items()}


def terms(asked: Iterable[Question]) -> list[Terms]:
    return [Terms(question.slug, question.objective, question.points) for question in asked]


def results(attempt: Attempt, events: Iterable[GradeEvent]) -> dict[str, Outcome]:
    """Return the outcome per objective of one attempt as its grades stand now."""
    return by_objective(terms(questions.of_attempt(attempt)), points_of(events), attempt.threshold_percent)


@transaction.atomic
def project(attempt: Attempt) -> list[str]:
    """Store what this attempt newly masters and return those objectives. What is mastered stays mastered."""
    if attempt.for_check.kind != CheckKind.MASTERY:
        return []
    objectives = objectives_of(attempt)
    has = set(
        ObjectiveMastery.objects.filter(membership_id=attempt.membership_id).values_list("objective__slug", flat=True)
    )
    found = [one for one in mastered_in(attempt, attempt.events.all()) if one.objective not in has]
    ObjectiveMastery.objects.bulk_create(
        ObjectiveMastery(
            membership_id=attempt.membership_id, objective_id=objectives[one.objective], attempt=attempt, at=one.at
        )
        for one in found
    )
    return [one.objective for one in found]


def mastered_in(attempt: Attempt, events: Iterable[GradeEvent]) -> Iterator[Mastered]:
    """Walk one attempt's entries in order and yield each objective when it is first reached.

    Nothing counts before every item has a grade, so an attempt that became void never does.
    """
    asked = terms(questions.of_attempt(attempt))
    points: dict[str, int] = {}
    seen: set[str] = set()
    for event in sorted(events, key=attrgetter("pk")):
        points[event.item] = event.points
        if len(points) < len(asked):
            continue
        for objective, outcome in by_objective(asked, points, attempt.threshold_percent).items():
            if outcome.is_reached and objective not in seen:
                seen.add(objective)
                yield Mastered(objective, attempt.pk, event.at)


def replay(membership: Membership) -> dict[int, tuple[int, datetime]]:
    """Return from the ledger alone: objective, and the attempt and moment at which it was first mastered."""
    attempts = {
        attempt.pk: attempt
        for attempt in Attempt.objects.filter(membership=membership, for_check__kind=CheckKind.MASTERY)
        .exclude(state__in=[AttemptState.VOID, AttemptState.OPEN])
        .select_related("check_version", "for_check")
    }
    events = GradeEvent.objects.filter(attempt__in=attempts).select_related("objective").order_by("attempt", "pk")
    first: dict[int, tuple[int, datetime]] = {}
    ids: dict[tuple[int, str], int] = {}
    for attempt_id, some in groupby(events, key=attrgetter("attempt_id")):
        history = list(some)
        ids |= {(attempt_id, event.objective.slug): event.objective_id for event in history}
        for one in mastered_in(attempts[attempt_id], history):
            key = ids[attempt_id, one.objective]
            if key not in first or (one.at, one.attempt_id) < (first[key][1], first[key][0]):
                first[key] = (one.attempt_id, one.at)
    return first


@transaction.atomic
def rebuild(membership: Membership) -> None:
    """Write the stored result of `replay` anew."""
    ObjectiveMastery.objects.filter(membership=membership).delete()
    ObjectiveMastery.objects.bulk_create(
        ObjectiveMastery(membership=membership, objective_id=objective, attempt_id=attempt, at=at)
        for objective, (attempt, at) in replay(membership).items()
    )


def stored(membership: Membership) -> dict[int, tuple[int, datetime]]:
    """Return the rows that `rebuild` would write, as they are now."""
    rows = ObjectiveMastery.objects.filter(membership=membership).values_list("objective", "attempt", "at")
    return {objective: (attempt, at) for objective, attempt, at in rows}


def threshold(cohort_percent: int, version: CheckVersion, started_at: datetime | None) -> int:
    """Return the threshold that holds for a cohort: its own, or the check's where it was known before the start."""
    own = version.threshold_percent
    if own is None or (started_at is not None and version.version.loaded_at > started_at):
        return cohort_percent
    return own
