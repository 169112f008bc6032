import pytest

from sprints import needed
from sprints.needs import Need
from tests.factories.curriculum import ObjectiveFactory
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ProblemFactory, ResearcherFactory, mastered
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role


def test_what_a_problem_needs_is_stated_and_changed(db: None) -> None:
    problem, mentor = ProblemFactory.create(), MembershipFactory.create(role=Role.MENTOR).user
    one, two, three = ObjectiveFactory.create_batch(3)

    needed.state(problem, [one, two], by=mentor)
    kept = Need.objects.get(objective=two)
    needed.state(problem, [two, three], by=mentor)
    needed.state(problem, [two, three], by=mentor)

    assert set(problem.needs.values_list("objective", flat=True)) == {two.pk, three.pk}
    assert Need.objects.get(objective=two) == kept


def test_participants_do_not_state_needs(db: None) -> None:
    with pytest.raises(RuleViolation, match="Mentors and organizers"):
        needed.state(ProblemFactory.create(), [], by=ResearcherFactory.create().user)


def test_too_many_needs_are_refused(db: None) -> None:
    some = ObjectiveFactory.create_batch(needed.MOST + 1)

    with pytest.raises(RuleViolation, match="at most 12"):
        needed.state(ProblemFactory.create(), some, by=MembershipFactory.create(role=Role.ORGANIZER).user)


def test_mastered_are_the_objectives_of_all_cohorts(db: None) -> None:
    one, other = ResearcherFactory.create(), ResearcherFactory.create()
    objective = ObjectiveFactory.create()
    mastered(one, objective)

    assert needed.mastered(one.user) == {objective.pk}
    assert needed.mastered(other.user) == set()
