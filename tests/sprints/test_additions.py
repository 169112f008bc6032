import pytest

from sprints import additions
from sprints.additions import Addition
from sprints.models import Problem
from tests.factories.people import UserFactory
from tests.factories.sprints import CategoryFactory, ProblemFactory, ResearcherFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role


def test_additions_get_numbers_of_their_own(db: None) -> None:
    user, toy = ResearcherFactory.create().user, CategoryFactory.create()
    ProblemFactory.create(number="1.1")

    made = [additions.add(Addition(f"Question {n}?", toy), by=user) for n in range(11)]

    assert [problem.number for problem in made][-3:] == ["L-9", "L-10", "L-11"]
    assert [problem.number for problem in Problem.objects.for_bank()][:3] == ["1.1", "L-1", "L-2"]
    assert (made[0].source.title, made[0].added_by) == ("Our own additions", user)


def test_the_same_addition_twice_is_one(db: None) -> None:
    user, toy = ResearcherFactory.create().user, CategoryFactory.create()

    assert additions.add(Addition("What?", toy), by=user) == additions.add(Addition(" What? ", toy), by=user)


def test_one_letter_is_the_whole_range(db: None) -> None:
    made = additions.add(Addition("What?", CategoryFactory.create(), highest="B"), by=ResearcherFactory.create().user)

    assert (made.difficulty_lowest, made.difficulty_highest) == ("B", "B")


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"title": " "}, "one question"), ({"title": "What?", "lowest": "C", "highest": "A"}, "runs backwards")],
)
def test_refused_additions_say_why(db: None, facts: dict[str, str], words: str) -> None:
    with pytest.raises(RuleViolation, match=words):
        additions.add(Addition(category=CategoryFactory.create(), **facts), by=ResearcherFactory.create().user)


def test_readers_add_nothing(db: None) -> None:
    toy = CategoryFactory.create()

    for user in (UserFactory.create(), ResearcherFactory.create(role=Role.REVIEWER).user):
        with pytest.raises(RuleViolation, match="can do this"):
            additions.add(Addition("What?", toy), by=user)
