"""What becomes of an excursion that needs more than its budget: more days with a reason, or smaller questions."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from sprints import excursions
from sprints.bank import locked
from sprints.choices import AnswerKind, ExcursionKind, InfohazardLevel, Verdict
from sprints.excursions import Question
from sprints.journal import BudgetChange
from sprints.models import MOST_DAYS, Excursion
from whitebox.errors import RuleViolation
from whitebox.people.models import User

FEWEST_PARTS, MOST_PARTS = 2, 5


@transaction.atomic
def extend(excursion: Excursion, days: int, reason: str, *, by: User) -> Excursion:
    """Give an excursion a budget of `days` in all. The same number again changes nothing."""
    current = excursions.own(excursion, by)
    if not current.is_open:
        raise RuleViolation(_("This excursion has its verdict. Open another one for a new question."))
    if days == current.budget_days:
        return current
    if not current.budget_days < days <= MOST_DAYS:
        raise RuleViolation(
            _("The budget is %(now)d days. Extended it is more than that, and %(most)d at most.")
            % {"now": current.budget_days, "most": MOST_DAYS}
        )
    if not reason.strip():
        raise RuleViolation(_("Say why it takes longer: your mentor reads it at the next check-in."))
    BudgetChange.objects.create(
        excursion=current, was_days=current.budget_days, days=days, reason=" ".join(reason.split())[:500], by=by
    )
    current.budget_days = days
    current.save(update_fields=["budget_days"])
    return current


@transaction.atomic
def split(
    excursion: Excursion, questions: Sequence[str], reason: str, *, budget_days: int, by: User
) -> list[Excursion]:
    """Close an excursion as split and open one for each smaller question. Twice returns the parts that are there."""
    parts = list(dict.fromkeys(" ".join(one.split())[:500] for one in questions if one.strip()))
    locked(excursion.claim.problem_id)  # before the excursion's own row, as every verb does
    current = excursions.own(excursion, by)
    if current.verdict == Verdict.SPLIT:
        return list(current.parts.order_by("pk"))
    if not FEWEST_PARTS <= len(parts) <= MOST_PARTS:
        raise RuleViolation(
            _("Write %(least)d to %(most)d smaller questions, one on each line.")
            % {"least": FEWEST_PARTS, "most": MOST_PARTS}
        )
    excursions.close(current, Verdict.SPLIT, reason)
    made = []
    for text in parts:
        question = Question(
            text,
            ExcursionKind(current.kind),
            AnswerKind(current.answer),
            budget_days,
            level=InfohazardLevel(current.level),
        )
        opened = excursions.open_excursion(current.claim, question, by=by)
        Excursion.objects.filter(pk=opened.pk).update(parent=current)
        made.append(opened)
    return made
