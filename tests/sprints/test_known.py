from datetime import date

import pytest

from sprints import known
from sprints.known import Line
from sprints.models import Problem
from sprints.works import Work
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ProblemFactory, ResearcherFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role

PAPER = "https://example.test/paper"


def test_a_work_makes_its_problem_known_and_twice_is_once(db: None) -> None:
    problem, user = ProblemFactory.create(), ResearcherFactory.create().user

    first = known.add(problem, " A  paper ", PAPER, published_on=date(2024, 3, 1), by=user)
    again = known.add(problem, "Another title", PAPER, by=user)

    assert first == again
    assert (first.title, first.line) == ("A paper", f"A paper (2024-03-01) {PAPER}")
    assert Problem.objects.get().is_known


def test_only_researchers_add_works(db: None) -> None:
    problem = ProblemFactory.create()

    for user in (UserFactory.create(), ResearcherFactory.create(role=Role.ADVISER).user):
        with pytest.raises(RuleViolation, match="Participants, mentors and organizers"):
            known.add(problem, "A paper", PAPER, by=user)


def test_a_work_without_a_title_is_refused(db: None) -> None:
    with pytest.raises(RuleViolation, match="its title"):
        known.add(ProblemFactory.create(), " ", PAPER, by=ResearcherFactory.create().user)


def test_a_work_is_taken_away_by_whoever_added_it_or_an_organizer(db: None) -> None:
    problem, user = ProblemFactory.create(), ResearcherFactory.create().user
    work = known.add(problem, "A paper", PAPER, by=user)

    with pytest.raises(RuleViolation, match="Only the person who added"):
        known.remove(work, by=ResearcherFactory.create().user)
    known.remove(work, by=MembershipFactory.create(role=Role.ORGANIZER).user)
    known.remove(work, by=user)

    assert not Work.objects.exists()
    assert not Problem.objects.get().is_known


def test_a_problem_that_the_source_knows_stays_known(db: None) -> None:
    problem, user = ProblemFactory.create(existing_work="A paper", is_known=True), ResearcherFactory.create().user

    known.remove(known.add(problem, "A paper", PAPER, by=user), by=user)

    assert Problem.objects.get().is_known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("A paper", [Line("A paper")]),
        (f"See {PAPER}, p. 3", [Line("See ", PAPER, ", p. 3")]),
        (f"({PAPER})\nmore", [Line("(", PAPER, ")"), Line("more")]),
        ("javascript:alert(1)", [Line("javascript:alert(1)")]),
    ],
)
def test_lines_of_a_source_have_their_address_apart(text: str, expected: list[Line]) -> None:
    assert known.of_text(text) == expected
