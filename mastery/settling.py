"""What follows from the grades of an attempt: its state, mastery, correctives and the letter."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from mastery import correctives, ledger, notices, questions
from mastery.choices import AttemptState, CheckKind, QuestionKind
from mastery.models import Attempt, GradeEvent
from whitebox import trace
from whitebox.outbox import letters

NOT_WAITING = frozenset({AttemptState.OPEN, AttemptState.GRADED, AttemptState.VOID})


def settle(attempt: Attempt) -> None:
    """Move a submitted attempt on as far as its grades allow. The caller holds the attempt.

    Grading code comes first, then the mentor's marks, then the talk; with the last grade the attempt is done. Settling
    again changes nothing.
    """
    settle_all([attempt], ledger.entries_of([attempt]), {})


@transaction.atomic(savepoint=False)
def settle_all(
    attempts: Iterable[Attempt], events: Mapping[int, Sequence[GradeEvent]], traces: Mapping[int, str]
) -> None:
    """As `settle`, for attempts of different people, with all entries of each, under the trace of its own work."""
    waiting = [attempt for attempt in attempts if attempt.state not in NOT_WAITING]
    entered: dict[AttemptState, list[Attempt]] = defaultdict(list)
    for attempt in waiting:
        missing = missing_grades(attempt, events[attempt.pk])
        state = waits_for(missing) if missing else AttemptState.GRADED
        if state is not None and attempt.state != state:
            entered[state].append(attempt)
    for state, some in entered.items():
        _enter(some, state)
    _follow_up([one for one in entered[AttemptState.GRADED] if one.for_check.kind == CheckKind.MASTERY], events, traces)


def waits_for(missing: set[QuestionKind]) -> AttemptState | None:
    """Return the state of work that people alone can grade on; None while a machine has something left."""
    if QuestionKind.CODE in missing:
        return None
    return AttemptState.NEEDS_TALK if missing == {QuestionKind.ORAL} else AttemptState.NEEDS_MARK


def missing_grades(attempt: Attempt, events: Iterable[GradeEvent]) -> set[QuestionKind]:
    """Return the kinds of item of which `events` hold no grade."""
    graded = {event.item for event in events}
    return {question.kind for question in questions.of_attempt(attempt) if question.slug not in graded}


def _follow_up(
    graded: Sequence[Attempt], events: Mapping[int, Sequence[GradeEvent]], traces: Mapping[int, str]
) -> None:
    """Store what is mastered, give correctives for what is not, and tell each person."""
    if not graded:
        return
    mastered, requests = ledger.project_all(graded, events), []
    for attempt in graded:
        with trace.continued(traces.get(attempt.pk)):
            requests.append(_told(attempt, events[attempt.pk], mastered[attempt.pk]))
    notices.post(requests)


def _told(attempt: Attempt, events: Sequence[GradeEvent], mastered: Collection[int]) -> letters.Request:
    """Give correctives for what is not mastered yet and return the letter about the attempt."""
    objectives, said = ledger.objectives_of(attempt), _words(attempt)
    reached = ledger.results(attempt, events)
    missed = [objective for objective in reached if objectives[objective] not in mastered]
    if missed:
        given = correctives.assign(attempt, missed)
        return notices.not_yet(attempt, [said[objective] for objective in missed], given)
    return notices.graded(attempt, [said[objective] for objective in reached])


def _words(attempt: Attempt) -> dict[str, str]:
    """Return the number and text of each objective of the attempt's module."""
    return {one.objective.slug: f"{one.number} {one.text}" for one in ledger.stated(attempt)}


def _enter(attempts: Sequence[Attempt], state: AttemptState) -> None:
    graded_at = timezone.now() if state == AttemptState.GRADED else None
    Attempt.objects.filter(pk__in=[one.pk for one in attempts]).update(state=state, graded_at=graded_at)
    for attempt in attempts:
        attempt.state, attempt.graded_at = state, graded_at


@transaction.atomic
def void(attempt: Attempt) -> None:
    """End an attempt by a fault of ours: it does not count, and its form is free again. Twice changes nothing."""
    ended = Attempt.objects.filter(pk=attempt.pk, state__in=[AttemptState.SUBMITTED, AttemptState.GRADING])
    if ended.update(state=AttemptState.VOID):
        attempt.refresh_from_db(fields=["state"])
        notices.void(attempt)
