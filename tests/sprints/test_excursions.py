from datetime import date, timedelta

import pytest
from django.utils import timezone

from sprints import claims, excursions
from sprints.choices import AnswerKind, ExcursionKind, InfohazardLevel, ProblemState, Verdict
from sprints.excursions import Question
from sprints.models import Claim, LogEntry
from tests.factories.people import UserFactory
from tests.factories.sprints import ClaimFactory, ExcursionFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership

QUESTION = Question("Is it\nreal?", ExcursionKind.HYPOTHESIS, AnswerKind.WRITE_UP, budget_days=5)


def today(claim: Claim) -> date:
    return timezone.now().astimezone(claim.membership.cohort.tz).date()


def test_open_excursion_puts_the_problem_in_progress(db: None) -> None:
    held = ClaimFactory.create()

    opened = excursions.open_excursion(held, QUESTION, by=held.membership.user)

    held.problem.refresh_from_db()
    assert (opened.question, opened.level, opened.is_open) == ("Is it real?", InfohazardLevel.PRIVATE, True)
    assert held.problem.state == ProblemState.IN_PROGRESS


def test_open_excursion_twice_opens_one(db: None) -> None:
    held = ClaimFactory.create()

    opened = {excursions.open_excursion(held, QUESTION, by=held.membership.user) for _ in range(2)}

    assert len(opened) == 1


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question("  ", ExcursionKind.DIGEST, AnswerKind.PROTOTYPE, 5), "Write the question"),
        (Question("Why?", ExcursionKind.DIGEST, AnswerKind.PROTOTYPE, 0), "1 to 90 days"),
        (Question("Why?", ExcursionKind.DIGEST, AnswerKind.PROTOTYPE, 91), "1 to 90 days"),
        (Question("Why?", ExcursionKind.DIGEST, AnswerKind.PROTOTYPE, 5, InfohazardLevel.PUBLIC), "private or secret"),
    ],
)
def test_open_excursion_refuses_what_makes_no_sense(db: None, question: Question, message: str) -> None:
    held = ClaimFactory.create()

    with pytest.raises(RuleViolation, match=message):
        excursions.open_excursion(held, question, by=held.membership.user)


def test_open_excursion_refuses_others_and_ended_claims(db: None) -> None:
    held = ClaimFactory.create()
    with pytest.raises(RuleViolation, match="Only the person who holds"):
        excursions.open_excursion(held, QUESTION, by=UserFactory.create())
    claims.release(held, by=held.membership.user)

    with pytest.raises(RuleViolation, match="has ended"):
        excursions.open_excursion(held, QUESTION, by=held.membership.user)


def test_write_keeps_source_and_safe_html(db: None) -> None:
    excursion = ExcursionFactory.create()
    author = excursion.claim.membership.user

    entry = excursions.write(
        excursion, "# Day one\n\n**Bold** <script>alert(1)</script>", on=today(excursion.claim), by=author
    )

    assert entry.source.startswith("# Day one")
    assert "<strong>Bold</strong>" in entry.html
    assert "<script" not in entry.html
    assert "<h4" in entry.html


def test_write_twice_leaves_one_entry_and_a_correction_is_another(db: None) -> None:
    excursion = ExcursionFactory.create()
    author, day = excursion.claim.membership.user, today(excursion.claim)

    first = excursions.write(excursion, "It works.", on=day, by=author)
    again = excursions.write(excursion, "It works.", on=day, by=author)
    corrected = excursions.write(excursion, "It does not.", on=day, by=author, corrects=first)

    assert first == again
    assert (corrected.corrects, LogEntry.objects.get(pk=first.pk).source) == (first, "It works.")


def test_write_is_possible_after_claim_and_verdict_have_ended(db: None) -> None:
    excursion = ExcursionFactory.create()
    author = excursion.claim.membership.user
    excursions.judge(excursion, Verdict.REFUTED, "No effect.", by=author)
    claims.release(excursion.claim, by=author)

    assert excursions.write(excursion, "An afterthought.", on=today(excursion.claim), by=author).pk


@pytest.mark.parametrize(
    ("text", "days", "message"),
    [("  ", 0, "empty"), ("x" * 50_001, 0, "Split it"), ("Tomorrow.", 2, "a day that has come")],
)
def test_write_refuses(db: None, text: str, days: int, message: str) -> None:
    excursion = ExcursionFactory.create()

    with pytest.raises(RuleViolation, match=message):
        excursions.write(
            excursion, text, on=today(excursion.claim) + timedelta(days=days), by=excursion.claim.membership.user
        )


def test_write_refuses_others_leavers_and_foreign_corrections(db: None) -> None:
    excursion, other = ExcursionFactory.create(), ExcursionFactory.create()
    author, day = excursion.claim.membership.user, today(excursion.claim)
    foreign = excursions.write(other, "Theirs.", on=day, by=other.claim.membership.user)
    with pytest.raises(RuleViolation, match="Only the person"):
        excursions.write(excursion, "Mine now.", on=day, by=UserFactory.create())
    with pytest.raises(RuleViolation, match="same excursion"):
        excursions.write(excursion, "No.", on=day, by=author, corrects=foreign)
    membership.withdraw(excursion.claim.membership, by=author, reason="Work.")

    with pytest.raises(RuleViolation, match="left the cohort"):
        excursions.write(excursion, "Late.", on=day, by=author)


def test_judge_closes_the_excursion_once(db: None) -> None:
    excursion = ExcursionFactory.create()
    author = excursion.claim.membership.user

    excursions.judge(excursion, Verdict.REFUTED, "**No** effect.", by=author)
    excursion.refresh_from_db()
    closed = excursion.closed_at
    excursions.judge(excursion, Verdict.REFUTED, "Again.", by=author)

    excursion.refresh_from_db()
    excursion.claim.problem.refresh_from_db()
    assert (excursion.verdict, excursion.closed_at, excursion.conclusion) == (Verdict.REFUTED, closed, "**No** effect.")
    assert "<strong>No</strong>" in excursion.conclusion_html
    assert excursion.claim.problem.state == ProblemState.CLAIMED


def test_judge_refuses_another_verdict_an_empty_reason_and_others(db: None) -> None:
    excursion = ExcursionFactory.create()
    author = excursion.claim.membership.user
    with pytest.raises(RuleViolation, match="rests on"):
        excursions.judge(excursion, Verdict.ANSWERED, " ", by=author)
    with pytest.raises(RuleViolation, match="Only the person"):
        excursions.judge(excursion, Verdict.ANSWERED, "Yes.", by=UserFactory.create())
    excursions.judge(excursion, Verdict.ANSWERED, "Yes.", by=author)

    with pytest.raises(RuleViolation, match="has its verdict"):
        excursions.judge(excursion, Verdict.REFUTED, "No.", by=author)


@pytest.mark.parametrize(("days", "over", "words"), [(0, 0, "Day 1 of 5"), (4, 0, "Day 5 of 5"), (6, 2, "2 days over")])
def test_budget_counts_calendar_days_from_the_first(db: None, days: int, over: int, words: str) -> None:
    excursion = ExcursionFactory.create()
    then = excursion.opened_at + timedelta(days=days)

    assert excursions.over_budget(excursion, then) == over
    assert excursions.budget_in_words(excursion, then).startswith(words)
