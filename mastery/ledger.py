"""The ledger of grades: entries are appended, and mastery is worked out from them alone.

`record`, `correct` and `replace` are the only writers. `replay` reads the whole history of a membership and returns
what it has mastered; the rows of ObjectiveMastery are its stored result, so that pages need not replay.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from curriculum import syllabus
from curriculum.models import ObjectiveVersion
from mastery import questions
from mastery.choices import AttemptState, CheckKind
from mastery.holding import hold
from mastery.models import Attempt, CheckVersion, GradeEvent, GradingJob, ObjectiveMastery
from mastery.outcomes import Outcome, Terms, by_objective
from mastery.questions import Question
from mastery.regrades import Regrade
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User
from whitebox.prepared import Some, prepared


@dataclass(frozen=True, slots=True)
class Mark:
    """What a grader says about one item. `detail` is what the learner may see of it."""

    item: str
    points: int
    detail: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a grader says about an attempt, by a job or as a person."""

    attempt: Attempt
    marks: Sequence[Mark]
    job: GradingJob | None = None
    by: User | None = None


@dataclass(frozen=True, slots=True)
class Regraded:
    """A grade that is to replace another, as a fixed check gives it."""

    replaces: int  # the primary key of the grade
    points: int
    total: int
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mastered:
    objective: str
    attempt_id: int
    at: datetime


def record(attempt: Attempt, marks: Sequence[Mark], *, by: User | None = None) -> list[GradeEvent]:
    """Append the first grade of some items. An item that has one already is left alone, so twice is harmless.

    The caller holds the attempt.
    """
    return _record([Marked(attempt, marks, by=by)], entries_of([attempt]))


def record_all(marked: Sequence[Marked]) -> dict[int, list[GradeEvent]]:
    """As `record`, for attempts of different people; return all entries of each."""
    found = entries_of([one.attempt for one in marked])
    for event in _record(marked, found):
        found[event.attempt_id].append(event)
    return found


@transaction.atomic(savepoint=False)
def _record(marked: Sequence[Marked], known: Mapping[int, Sequence[GradeEvent]]) -> list[GradeEvent]:
    return GradeEvent.objects.bulk_create(
        event for one in marked for event in _first_grades(one, known[one.attempt.pk])
    )


def _first_grades(given: Marked, known: Iterable[GradeEvent]) -> Iterator[GradeEvent]:
    attempt, graded = given.attempt, {event.item for event in known}
    asked = {question.slug: question for question in questions.of_attempt(attempt)}
    objectives = objectives_of(attempt)
    for mark in given.marks:
        if mark.item not in graded:
            yield GradeEvent(
                attempt=attempt,
                check_version_id=attempt.check_version_id,
                item=mark.item,
                objective_id=objectives[asked[mark.item].objective],
                points=mark.points,
                total=asked[mark.item].points,
                job=given.job,
                by=given.by,
                reason=mark.reason,
                detail=dict(mark.detail),
            )


@transaction.atomic
def correct(
    event: GradeEvent, points: int, *, by: User, reason: str, detail: Mapping[str, Any] | None = None
) -> GradeEvent:
    """Append a grade that replaces `event`, which stays readable. The same points and words again change nothing.

    Raises RuleViolation without a reason, or where somebody else has corrected it meanwhile.
    """
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    attempt = hold(event.attempt_id)
    said = event.detail if detail is None else dict(detail)
    if (event.points, event.detail) == (points, said):
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
        detail=said,
    )
    project(attempt)
    return corrected


@transaction.atomic
def replace(attempt: Attempt, regraded: Iterable[Regraded], *, run: Regrade) -> list[GradeEvent]:
    """Append the grades of a regrade. A grade that was replaced meanwhile is left alone, so twice is harmless.

    The caller holds the attempt.
    """
    last = {event.pk: event for event in current(attempt.events.all()).values()}
    made = GradeEvent.objects.bulk_create(
        GradeEvent(
            attempt=attempt,
            check_version_id=run.check_version_id,
            item=last[one.replaces].item,
            objective_id=last[one.replaces].objective_id,
            points=one.points,
            total=one.total,
            regrade=run,
            supersedes_id=one.replaces,
            reason=run.reason,
            detail=dict(one.detail),
        )
        for one in regraded
        if one.replaces in last
    )
    project(attempt)
    return made


def entries_of(attempts: Sequence[Attempt]) -> dict[int, list[GradeEvent]]:
    """Return everything that was written about each of some attempts, earliest first."""
    found: dict[int, list[GradeEvent]] = {attempt.pk: [] for attempt in attempts}
    for event in _entries(list(found)) if found else ():
        found[event.attempt_id].append(event)
    return found


@prepared
def _entries(attempts: Some) -> QuerySet[GradeEvent]:
    return GradeEvent.objects.filter(attempt__in=attempts).order_by("pk")


def objectives_of(attempt: Attempt) -> dict[str, int]:
    """Return the objectives of the attempt's module by name, as the version it was made on has them."""
    return {one.objective.slug: one.objective_id for one in stated(attempt)}


def stated(attempt: Attempt) -> Sequence[ObjectiveVersion]:
    """Return the objectives of the attempt's module in the version it was made on, which the process keeps."""
    version, module = attempt.check_version.version, attempt.for_check.module_id
    objectives = syllabus.of_version(version.pk, version.digest).objectives
    return next((some for one, some in objectives.items() if one.module_id == module), ())


def current(events: Iterable[GradeEvent]) -> dict[str, GradeEvent]:
    """Return the grade of each item that counts: the last one, as each entry replaces the one before it."""
    return {event.item: event for event in sorted(events, key=attrgetter("pk"))}


def points_of(events: Iterable[GradeEvent]) -> dict[str, int]:
    return {item: event.points for item, event in current(events).items()}


def terms(asked: Iterable[Question], graded: Mapping[str, GradeEvent]) -> list[Terms]:
    """Return what each item is worth: as its grade says, which a regrade may have changed, else as the form says."""
    return [
        Terms(one.slug, one.objective, graded[one.slug].total if one.slug in graded else one.points) for one in asked
    ]


def results(attempt: Attempt, events: Iterable[GradeEvent]) -> dict[str, Outcome]:
    """Return the outcome per objective of one attempt as its grades stand now."""
    return outcomes_of(attempt, questions.of_attempt(attempt), current(events))


def outcomes_of(attempt: Attempt, asked: Sequence[Question], graded: Mapping[str, GradeEvent]) -> dict[str, Outcome]:
    """As `results`, from the grade of each item."""
    points = {item: event.points for item, event in graded.items()}
    return by_objective(terms(asked, graded), points, attempt.threshold_percent)


def project(attempt: Attempt) -> None:
    """Store what this attempt newly masters. What is mastered stays mastered."""
    if attempt.for_check.kind == CheckKind.MASTERY:
        project_all([attempt], entries_of([attempt]))


@transaction.atomic(savepoint=False)
def project_all(attempts: Sequence[Attempt], events: Mapping[int, Sequence[GradeEvent]]) -> dict[int, set[int]]:
    """As `project`, for attempts of different people at mastery checks; `events` are all entries of each.

    Return by attempt which objectives its person has mastered now.
    """
    has: dict[int, set[int]] = {attempt.membership_id: set() for attempt in attempts}
    for membership, objective in _mastered(list(has)) if has else ():
        has[membership].add(objective)
    rows: list[ObjectiveMastery] = []
    for attempt in attempts:
        mine, objectives = has[attempt.membership_id], objectives_of(attempt)
        for one in mastered_in(attempt, events[attempt.pk]):
            key = objectives[one.objective]
            if key not in mine:
                mine.add(key)
                rows.append(
                    ObjectiveMastery(membership_id=attempt.membership_id, objective_id=key, attempt=attempt, at=one.at)
                )
    ObjectiveMastery.objects.bulk_create(rows)
    return {attempt.pk: has[attempt.membership_id] for attempt in attempts}


def mastered_of_module(attempt: Attempt) -> set[str]:
    """Return what the person has mastered of the attempt's module; another module may use the same names."""
    return set(_mastered_of(attempt.membership_id, attempt.for_check.module_id))


@prepared
def _mastered(memberships: Some) -> QuerySet[ObjectiveMastery, Any]:
    has = ObjectiveMastery.objects.filter(membership__in=memberships)
    return has.values_list("membership", "objective").order_by()


@prepared
def _mastered_of(membership: int, module: int) -> QuerySet[ObjectiveMastery, Any]:
    mine = ObjectiveMastery.objects.filter(membership=membership, objective__module=module)
    return mine.values_list("objective__slug", flat=True).order_by()


def mastered_in(attempt: Attempt, events: Iterable[GradeEvent]) -> Iterator[Mastered]:
    """Walk one attempt's entries in order and yield each objective when it is first reached.

    Nothing counts before every item has a grade, so an attempt that became void never does.
    """
    asked = questions.of_attempt(attempt)
    graded: dict[str, GradeEvent] = {}
    seen: set[str] = set()
    for event in sorted(events, key=attrgetter("pk")):
        graded[event.item] = event
        if len(graded) < len(asked):
            continue
        for objective, outcome in outcomes_of(attempt, asked, graded).items():
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
