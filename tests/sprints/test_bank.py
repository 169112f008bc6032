from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sprints import bank, claims, known, needed
from sprints.bank import Wanted
from sprints.choices import ProblemState
from sprints.models import Problem
from sprints.needs import Need
from tests.factories.curriculum import ObjectiveVersionFactory
from tests.factories.people import UserFactory
from tests.factories.sprints import CategoryFactory, ClaimFactory, ProblemFactory
from whitebox.errors import RuleViolation


def numbers(wanted: Wanted) -> list[str]:
    return [problem.number for problem in bank.found(wanted)]


def test_found_stands_in_natural_order(db: None) -> None:
    for number in ("1.10", "2.25", "1.2", "10.1", "1.1"):
        ProblemFactory.create(number=number)
    ProblemFactory.create(number="2.25", ordinal=2)

    assert numbers(Wanted()) == ["1.1", "1.2", "1.10", "2.25", "2.25", "10.1"]


@pytest.mark.parametrize(
    ("difficulty", "expected"),
    [("", ["1", "2", "3", "4"]), ("A", ["1"]), ("B", ["1", "2"]), ("C", ["2", "3"]), ("D", []), ("unknown", ["4"])],
)
def test_found_by_difficulty_takes_the_ranges_that_hold_the_letter(
    db: None, difficulty: str, expected: list[str]
) -> None:
    for number, lowest, highest in (("1", "A", "B"), ("2", "B", "C"), ("3", "C", "C"), ("4", "", "")):
        ProblemFactory.create(number=number, difficulty_lowest=lowest, difficulty_highest=highest)

    assert numbers(Wanted(difficulty=difficulty)) == expected


@pytest.mark.parametrize(("starred", "expected"), [("yes", ["1"]), ("no", ["2"]), ("unknown", ["3"])])
def test_found_by_star_tells_no_from_not_said(db: None, starred: str, expected: list[str]) -> None:
    for number, is_starred in (("1", True), ("2", False), ("3", None)):
        ProblemFactory.create(number=number, is_starred=is_starred)

    assert numbers(Wanted(starred=starred)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("neuron", ["1.1", "1.2"]),
        ("INDUCTION neuron", ["1.2"]),
        ("1.2", ["1.2"]),
        ("%", []),
        ("circuits", ["1.2"]),
        ("x " * 50, []),
        ("ind neur", ["1.2"]),
        ("duction", []),
        ("neurons? -- induction'", ["1.2"]),
        ("_", []),
    ],
)
def test_found_by_words_wants_all_of_them(db: None, text: str, expected: list[str]) -> None:
    ProblemFactory.create(number="1.1")
    ProblemFactory.create(number="1.2", title="Induction neurons?", category=CategoryFactory.create(name="Circuits"))

    assert numbers(Wanted(text=text)) == expected


def test_found_by_category_and_state(db: None) -> None:
    circuits = CategoryFactory.create(name="Circuits")
    ProblemFactory.create(number="1.1", category=circuits, state=ProblemState.CLAIMED)
    ProblemFactory.create(number="1.2", category=circuits)
    ProblemFactory.create(number="1.3")

    assert numbers(Wanted(category=circuits.pk, state="open")) == ["1.2"]


def test_the_address_of_a_search_holds_what_was_asked() -> None:
    assert Wanted(text="a b", category=3).address("/x/") == "/x/?q=a+b&category=3"
    assert Wanted(subcategory="a b", objective=2).address("/x/") == "/x/?subcategory=a+b&objective=2"
    assert Wanted().address("/x/") == "/x/"


def test_found_by_subcategory_and_by_what_it_needs(db: None) -> None:
    ProblemFactory.create(number="1.1", subcategory="Toy models")
    asked = ProblemFactory.create(number="1.2", subcategory="Neurons in TOY models")
    ProblemFactory.create(number="1.3", subcategory="Circuits")
    objective = ObjectiveVersionFactory.create(number="2.4", text="Explain a head").objective
    other = ObjectiveVersionFactory.create().objective
    Need.objects.create(problem=asked, objective=objective)

    assert numbers(Wanted(subcategory="toy")) == ["1.1", "1.2"]
    assert numbers(Wanted(objective=objective.pk)) == ["1.2"]
    assert numbers(Wanted(objective=other.pk)) == []
    assert needed.named() == [(objective.pk, "2.4 Explain a head")]


def test_mark_answered_stale_and_reopen_move_the_state(db: None) -> None:
    problem, by = ProblemFactory.create(), UserFactory.create()
    states = []
    for verb in (bank.mark_stale, bank.mark_stale, bank.mark_answered, bank.mark_answered, bank.reopen, bank.reopen):
        verb(problem, by=by)
        states.append(Problem.objects.get().state)

    assert states == ["stale", "stale", "answered", "answered", "open", "open"]


def test_an_answered_problem_is_not_stale(db: None) -> None:
    problem, by = ProblemFactory.create(), UserFactory.create()
    bank.mark_answered(problem, by=by)

    with pytest.raises(RuleViolation, match="Reopen it first"):
        bank.mark_stale(problem, by=by)


def test_a_claimed_problem_keeps_its_state(db: None) -> None:
    problem = ClaimFactory.create().problem

    for verb in (bank.mark_answered, bank.mark_stale):
        with pytest.raises(RuleViolation, match="Somebody holds a claim"):
            verb(problem, by=UserFactory.create())


@pytest.mark.parametrize(
    ("neglect", "expected"),
    [
        ("", ["1", "2", "3", "4", "5"]),
        ("unknown", ["1", "2", "4"]),
        ("nobody", ["1", "3", "4"]),
        ("both", ["1", "4"]),
        ("long", ["4"]),
        ("nonsense", ["1", "2", "3", "4", "5"]),
    ],
)
def test_found_by_neglect(db: None, neglect: str, expected: list[str]) -> None:
    ProblemFactory.create(number="1")
    ProblemFactory.create(number="2", working_on="Somebody, in May")
    ProblemFactory.create(number="3", existing_work="A paper", is_known=True)
    ProblemFactory.create(number="4", idle_since=timezone.now() - timedelta(days=200))
    ProblemFactory.create(number="5", is_known=True, state=ProblemState.CLAIMED)

    assert numbers(Wanted(neglect=neglect)) == expected


def test_found_by_neglect_puts_the_longest_alone_first(db: None) -> None:
    for number, days in (("1", 3), ("2", 30), ("3", 10)):
        ProblemFactory.create(number=number, idle_since=timezone.now() - timedelta(days=days))

    assert numbers(Wanted(order="neglect")) == ["2", "3", "1"]


def test_a_problem_is_alone_again_from_the_moment_its_claim_ends(db: None) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    held = ClaimFactory.create(problem__idle_since=long_ago)
    assert known.neglect_in_words(held.problem) == "Somebody here is at it."

    claims.release(held, by=held.membership.user)

    problem = Problem.objects.get()
    assert timezone.now() - problem.idle_since < timedelta(minutes=1)
    assert known.neglect_in_words(problem).startswith("Nothing is known on it, and nobody at it since")


@pytest.mark.postgres
def test_words_are_found_by_their_index(db: None) -> None:
    ProblemFactory.create()
    with connection.cursor() as cursor:
        # Of a handful of rows every way is cheap, and what tests before this one left behind decides between them.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("ANALYZE sprints_problem")
        plan = bank.found(Wanted(text="neuron does")).explain()

    assert "problems_by_words" in plan
