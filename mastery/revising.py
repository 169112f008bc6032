"""What a third person's decision does to a grade: it raises it, and lowers it only on purpose."""

from django.utils.translation import gettext as _

from mastery import ledger, questions
from mastery.judgements import LONGEST_REASON
from mastery.levels import clamped, points_at
from mastery.models import Attempt, GradeEvent
from whitebox.errors import RuleViolation
from whitebox.people.models import User


def revise(
    attempt: Attempt, item: str, level: int, *, by: User, reason: str, may_lower: bool = False
) -> GradeEvent | None:
    """Correct the present grade of an answer to a level; None where the grade stays as it is.

    The caller holds the attempt and has checked that `by` may decide. Without `may_lower` a lower level leaves the
    grade alone. Raises RuleViolation without a reason.
    """
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    question = questions.one_of(questions.of_attempt(attempt), item)
    if question is None:
        raise RuleViolation(_("This item is not marked by hand."))
    present = ledger.current(attempt.events.filter(item=item))[item]
    points = points_at(question, clamped(question, level))
    if points == present.points or (points < present.points and not may_lower):
        return None
    return ledger.correct(
        present, points, by=by, reason=reason.strip()[:LONGEST_REASON], detail=dict(present.detail) | {"level": level}
    )
