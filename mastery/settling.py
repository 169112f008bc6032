"""What follows from the grades of an attempt: its state, mastery, correctives and the letter."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from mastery import correctives, ledger, notices, questions
from mastery.choices import AttemptState, CheckKind, QuestionKind
from mastery.models import Attempt, GradeEvent


@transaction.atomic(savepoint=False)
def settle(attempt: Attempt) -> None:
    """Move a submitted attempt on as far as its grades allow. The caller holds the attempt.

    Grading code comes first, then the mentor's marks, then the talk; with the last grade the attempt is done. Settling
    again changes nothing.
    """
    if attempt.state in {AttemptState.OPEN, AttemptState.GRADED, AttemptState.VOID}:
        return
    events = ledger.entries(attempt)
    missing = missing_grades(attempt, events)
    if not missing:
        _finish(attempt, events)
        return
    state = waits_for(missing)
    if state is not None and attempt.state != state:
        _enter(attempt, state)


def waits_for(missing: set[QuestionKind]) -> AttemptState | None:
    """Return the state of work that people alone can grade on; None while a machine has something left."""
    if QuestionKind.CODE in missing:
        return None
    return AttemptState.NEEDS_TALK if missing == {QuestionKind.ORAL} else AttemptState.NEEDS_MARK


def missing_grades(attempt: Attempt, events: Iterable[GradeEvent]) -> set[QuestionKind]:
    """Return the kinds of item of which `events` hold no grade."""
    graded = {event.item for event in events}
    return {question.kind for question in questions.of_attempt(attempt) if question.slug not in graded}


def _finish(attempt: Attempt, events: Sequence[GradeEvent]) -> None:
    attempt.graded_at = timezone.now()
    _enter(attempt, AttemptState.GRADED)
    ledger.project(attempt, events)
    if attempt.for_check.kind == CheckKind.MASTERY:
        _follow_up(attempt, events)


def _follow_up(attempt: Attempt, events: Sequence[GradeEvent]) -> None:
    has = ledger.mastered_of_module(attempt)
    reached = ledger.results(attempt, events)
    missed = [objective for objective in reached if objective not in has]
    said = _words(attempt)
    if missed:
        given = correctives.assign(attempt, missed)
        notices.not_yet(attempt, [said[objective] for objective in missed], given)
    else:
        notices.graded(attempt, [said[objective] for objective in reached])


def _words(attempt: Attempt) -> dict[str, str]:
    """Return the number and text of each objective of the attempt's module."""
    return {one.objective.slug: f"{one.number} {one.text}" for one in ledger.stated(attempt)}


def _enter(attempt: Attempt, state: AttemptState) -> None:
    attempt.state = state
    attempt.save(update_fields=["state", "graded_at"])


@transaction.atomic
def void(attempt: Attempt) -> None:
    """End an attempt by a fault of ours: it does not count, and its form is free again. Twice changes nothing."""
    ended = Attempt.objects.filter(pk=attempt.pk, state__in=[AttemptState.SUBMITTED, AttemptState.GRADING])
    if ended.update(state=AttemptState.VOID):
        attempt.refresh_from_db(fields=["state"])
        notices.void(attempt)
