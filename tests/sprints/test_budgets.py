from datetime import timedelta

import pytest
from django.utils import timezone

from sprints import budgets, claims, excursions
from sprints.choices import InfohazardLevel, ProblemState, Verdict
from sprints.journal import BudgetChange
from sprints.models import Excursion
from tests.factories.people import UserFactory
from tests.factories.sprints import ExcursionFactory
from whitebox.errors import RuleViolation


def test_a_budget_is_extended_once_with_its_reason(db: None) -> None:
    excursion = ExcursionFactory.create(budget_days=5)
    by = excursion.claim.membership.user
    Excursion.objects.update(opened_at=timezone.now() - timedelta(days=7))

    budgets.extend(excursion, 9, " The  GPU was down. ", by=by)
    budgets.extend(excursion, 9, "Again.", by=by)

    excursion.refresh_from_db()
    change = BudgetChange.objects.get()
    assert (change.was_days, change.days, change.reason) == (5, 9, "The GPU was down.")
    assert excursions.over_budget(excursion, timezone.now()) == 0


@pytest.mark.parametrize(
    ("days", "reason", "words"), [(4, "x", "more than that"), (91, "x", "90 at most"), (9, " ", "Say why")]
)
def test_refused_extensions_say_why(db: None, days: int, reason: str, words: str) -> None:
    excursion = ExcursionFactory.create(budget_days=5)

    with pytest.raises(RuleViolation, match=words):
        budgets.extend(excursion, days, reason, by=excursion.claim.membership.user)

    assert not BudgetChange.objects.exists()


def test_others_do_not_extend(db: None) -> None:
    with pytest.raises(RuleViolation, match="Only the person whose excursion"):
        budgets.extend(ExcursionFactory.create(), 9, "x", by=UserFactory.create())


def test_a_closed_excursion_is_neither_extended_nor_split(db: None) -> None:
    excursion = ExcursionFactory.create()
    by = excursion.claim.membership.user
    excursions.judge(excursion, Verdict.REFUTED, "No.", by=by)

    with pytest.raises(RuleViolation, match="has its verdict"):
        budgets.extend(excursion, 9, "x", by=by)
    with pytest.raises(RuleViolation, match="has its verdict"):
        budgets.split(excursion, ["a?", "b?"], "x", budget_days=2, by=by)


def test_a_split_closes_the_whole_and_opens_its_parts_once(db: None) -> None:
    excursion = ExcursionFactory.create(level=InfohazardLevel.SECRET)
    by = excursion.claim.membership.user

    parts = budgets.split(excursion, [" One? ", "", "Two?", "One?"], "Too large.", budget_days=2, by=by)
    again = budgets.split(excursion, ["Three?", "Four?"], "Again.", budget_days=2, by=by)

    excursion.refresh_from_db()
    found = list(excursion.parts.order_by("pk"))
    assert parts == again == found
    assert (excursion.verdict, excursion.conclusion) == (Verdict.SPLIT, "Too large.")
    assert [(one.question, one.budget_days, one.level, one.parent) for one in found] == [
        ("One?", 2, "secret", excursion),
        ("Two?", 2, "secret", excursion),
    ]
    excursion.claim.problem.refresh_from_db()
    assert excursion.claim.problem.state == ProblemState.IN_PROGRESS


@pytest.mark.parametrize("questions", [[], ["One?"], ["One?", "One?"], [f"{n}?" for n in range(6)]])
def test_a_split_needs_two_to_five_questions(db: None, questions: list[str]) -> None:
    excursion = ExcursionFactory.create()

    with pytest.raises(RuleViolation, match="2 to 5 smaller questions"):
        budgets.split(excursion, questions, "x", budget_days=2, by=excursion.claim.membership.user)

    assert Excursion.objects.get().is_open


def test_a_split_under_a_claim_that_ended_changes_nothing(db: None) -> None:
    excursion = ExcursionFactory.create()
    by = excursion.claim.membership.user
    claims.release(excursion.claim, by=by)

    with pytest.raises(RuleViolation, match="This claim has ended"):
        budgets.split(excursion, ["One?", "Two?"], "x", budget_days=2, by=by)

    assert Excursion.objects.get().is_open


def test_the_verdict_of_a_split_asks_for_its_questions(db: None) -> None:
    excursion = ExcursionFactory.create()

    with pytest.raises(RuleViolation, match="write down its smaller questions"):
        excursions.judge(excursion, Verdict.SPLIT, "x", by=excursion.claim.membership.user)
