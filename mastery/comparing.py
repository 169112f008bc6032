"""What a fixed check gives for answers that were graded before. Writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mastery import ledger, questions, working
from mastery.choices import Direction, QuestionKind
from mastery.gating import Record
from mastery.grading import quiz
from mastery.ledger import Mark, Regraded
from mastery.models import Attempt, CheckVersion, GradeEvent
from mastery.questions import Question
from whitebox.people.models import Membership


def changes(attempt: Attempt, fixed: CheckVersion) -> Iterator[tuple[GradeEvent, Regraded]]:
    """Yield each grade that the fixed check would give otherwise, with what it would be.

    Marks by people stay, and so does an item that the fixed check no longer has. Code runs again only where its
    exercise is another one. The attempt comes with its answers and grades. Raises SandboxUnavailable, BrokenExercise.
    """
    if attempt.form not in fixed.forms:
        return
    asked, before = questions.on_version(attempt, fixed), questions.of_attempt(attempt)
    answers = {answer.item: answer.value for answer in attempt.answers.all()}
    for item, event in ledger.current(attempt.events.all()).items():
        question = questions.one_of(asked, item)
        if question is None or event.by_id is not None:
            continue
        mark = _marked(question, questions.one_of(before, item), answers.get(item), attempt.seed)
        if mark is not None and _differs(event, mark.points, question.points):
            yield event, Regraded(event.pk, mark.points, question.points, mark.detail)


def _marked(question: Question, before: Question | None, value: Any, seed: int) -> Mark | None:
    if question.kind == QuestionKind.CODE:
        same = before is not None and before.exercise == question.exercise
        return None if same else working.mark_code(question, str(value or ""), seed)
    if not question.is_graded_at_once:
        return None
    graded = quiz.grade(question, value)
    return None if graded.is_unsure else Mark(question.slug, graded.points, {"feedback": list(graded.feedback_html)})


def _differs(event: GradeEvent, points: int, total: int) -> bool:
    """Tell whether the share of the points is another one: an item that weighs more now is no other grade."""
    return event.points * total != points * event.total


def is_lower(event: GradeEvent, new: Regraded) -> bool:
    return new.points * event.total < event.points * new.total


def direction(found: Sequence[tuple[GradeEvent, Regraded]]) -> Direction:
    lower = [is_lower(event, new) for event, new in found]
    if not lower:
        return Direction.SAME
    return Direction.MIXED if any(lower) and not all(lower) else (Direction.DOWN if lower[0] else Direction.UP)


def reached(attempt: Attempt, found: Sequence[tuple[GradeEvent, Regraded]]) -> tuple[set[str], set[str]]:
    """Return which objectives the attempt reaches as its grades stand, and which with the new ones."""
    events = ledger.current(attempt.events.all())
    new = {one.replaces: one for _event, one in found}
    after = {
        item: GradeEvent(item=item, points=new[event.pk].points, total=new[event.pk].total)
        if event.pk in new
        else event
        for item, event in events.items()
    }
    asked = questions.of_attempt(attempt)
    before_, after_ = (ledger.outcomes_of(attempt, asked, graded) for graded in (events, after))
    return ({slug for slug, one in some.items() if one.is_reached} for some in (before_, after_))  # type: ignore[return-value]


def gates_that_open(membership: Membership, gained: set[int]) -> list[int]:
    """Return the weeks whose checks open to a person who masters these objectives as well."""
    record = Record.of(membership)
    closed = [module for module in _modules(record) if _is_closed(record, module)]
    record.mastered = {**record.mastered, **dict.fromkeys(gained, membership.joined_at)}
    record.worked_out.clear()
    record.stood.clear()
    weeks = _modules(record)
    return sorted({weeks[module] for module in closed if not _is_closed(record, module)})


def _modules(record: Record) -> Mapping[int, int]:
    """Return the week of each module that has checks."""
    checked = {check.for_check.module_id for check in record.checks}
    weeks = {one.module_version.module_id: one.module_version.week for one in record.objectives}
    return {module: week for module, week in weeks.items() if module in checked}


def _is_closed(record: Record, module: int) -> bool:
    return any(not one.is_met for one in record.conditions(module))
