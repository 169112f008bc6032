from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import calendar, claims, excursions, home, reminders, sweeps, teams
from sprints.choices import AnswerKind, ClaimState, ExcursionKind
from sprints.excursions import Question
from sprints.models import Claim, ClaimRule
from sprints.rosters import MOST, Team, TeamMember
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ClaimFactory, ProblemFactory, ResearcherFactory, TeamFactory
from tests.sprints.test_contributions import viewer
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership

QUESTION = Question("Is it real?", ExcursionKind.HYPOTHESIS, AnswerKind.WRITE_UP, budget_days=5)


def soon(days: int = 5) -> date:
    return timezone.now().date() + timedelta(days=days)


def pair() -> tuple[Team, Membership, Membership]:
    """Return a team of two, and its people in the order in which they joined."""
    first = ResearcherFactory.create()
    second = ResearcherFactory.create(cohort=first.cohort)
    team = teams.found("Owls", by=first.user)
    teams.join(team, by=second.user)
    return team, first, second


def test_a_team_is_founded_joined_and_left_each_once(db: None) -> None:
    team, first, second = pair()
    assert teams.found(" owls ", by=first.user) == team
    teams.join(team, by=second.user)
    assert team.members.present().count() == 2
    assert teams.in_words(team) == f"Owls ({first.user.called}, {second.user.called})"

    teams.leave(team, by=first.user)
    teams.leave(team, by=first.user)
    teams.leave(team, by=second.user)

    assert not Team.objects.alive().exists()
    assert TeamMember.objects.filter(left_at=None).count() == 0


def test_a_name_that_others_have_is_refused(db: None) -> None:
    _team, first, _second = pair()

    with pytest.raises(RuleViolation, match="Choose another one, or join it"):
        teams.found("OWLS", by=ResearcherFactory.create(cohort=first.cohort).user)


@pytest.mark.parametrize("name", ["", "  "])
def test_a_team_needs_a_name(db: None, name: str) -> None:
    with pytest.raises(RuleViolation, match="Give the team a name"):
        teams.found(name, by=ResearcherFactory.create().user)


def test_only_people_of_the_cohort_join(db: None) -> None:
    team, first, _second = pair()
    adviser = MembershipFactory.create(cohort=first.cohort, role=Role.ADVISER)

    for user in (UserFactory.create(), ResearcherFactory.create().user, adviser.user):
        with pytest.raises(RuleViolation, match="Only people of its cohort"):
            teams.join(team, by=user)


def test_a_team_has_six_people_at_most(db: None) -> None:
    team, first, _second = pair()
    for _ in range(MOST - 2):
        teams.join(team, by=ResearcherFactory.create(cohort=first.cohort).user)

    with pytest.raises(RuleViolation, match="6 people, and that is the limit"):
        teams.join(team, by=ResearcherFactory.create(cohort=first.cohort).user)


def test_a_claim_of_a_team_is_everybodys(db: None) -> None:
    team, first, second = pair()
    problem = ProblemFactory.create()

    held = claims.claim(problem, soon(), by=first.user, team=team)
    assert claims.claim(problem, soon(), by=second.user) == held
    claims.renew(held, soon(9), "We read the paper.", by=second.user)
    opened = excursions.open_excursion(held, QUESTION, by=second.user)
    excursions.write(opened, "A line.", on=timezone.now().date(), by=first.user)
    claims.release(held, by=second.user)

    assert Claim.objects.get().state == ClaimState.RELEASED
    assert opened.entries.get().author == first.user


def test_who_left_a_team_holds_nothing_of_it(db: None) -> None:
    team, first, second = pair()
    held = claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)

    teams.leave(team, by=first.user)

    held.refresh_from_db()
    assert held.membership == second
    with pytest.raises(RuleViolation, match="Only the person who holds"):
        claims.renew(held, soon(9), "Mine?", by=first.user)


def test_the_last_one_does_not_leave_a_problem_alone(db: None) -> None:
    team, first, second = pair()
    claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    teams.leave(team, by=second.user)

    with pytest.raises(RuleViolation, match="Release the problem first"):
        teams.leave(team, by=first.user)


def test_a_claim_for_a_team_of_others_is_refused(db: None) -> None:
    team, first, _second = pair()
    fellow = ResearcherFactory.create(cohort=first.cohort)

    with pytest.raises(RuleViolation, match="Only the people of a team"):
        claims.claim(ProblemFactory.create(), soon(), by=fellow.user, team=team)


def test_a_claim_of_a_team_counts_for_each_of_its_people(db: None) -> None:
    team, first, second = pair()
    ClaimRule.objects.create(cohort=first.cohort, most_at_once=1)
    claims.claim(ProblemFactory.create(), soon(), by=second.user)

    with pytest.raises(RuleViolation, match=f"{second.user.called} of your team"):
        claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    claims.release(Claim.objects.get(), by=second.user)
    claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    with pytest.raises(RuleViolation, match="that is the limit"):
        claims.claim(ProblemFactory.create(), soon(), by=second.user)


def test_joining_a_team_counts_what_it_holds(db: None) -> None:
    team, first, _second = pair()
    ClaimRule.objects.create(cohort=first.cohort, most_at_once=1)
    claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    fellow = ClaimFactory.create(membership__cohort=first.cohort).membership

    with pytest.raises(RuleViolation, match="that is the limit"):
        teams.join(team, by=fellow.user)


def test_the_claim_of_a_team_passes_on_when_its_holder_leaves_the_cohort(db: None) -> None:
    team, first, second = pair()
    held = claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    Membership.objects.filter(pk=first.pk).update(state=MembershipState.WITHDRAWN)

    assert sweeps.free_claims_of_leavers(timezone.now()) == 1
    assert sweeps.free_claims_of_leavers(timezone.now()) == 0

    held.refresh_from_db()
    assert (held.is_active, held.membership) == (True, second)


def test_everybody_of_a_team_is_warned_sees_the_card_and_the_day(db: None) -> None:
    team, first, second = pair()
    held = claims.claim(ProblemFactory.create(), soon(), by=first.user, team=team)
    Claim.objects.update(since=timezone.now() - timedelta(days=20), set_at=timezone.now() - timedelta(days=20))
    close = held.ends_at - timedelta(days=1)

    sent = list(reminders.due(close))

    assert {one.to for one in sent} == {first.user, second.user}
    assert len({one.dedup_key for one in sent}) == 2
    assert [item.uid for item in calendar.items(second.user)] == [f"claim-{held.pk}"]
    assert [card.due_at for card in home.cards(viewer(second))] == [held.ends_at]


@pytest.mark.parametrize("rows", [1, 3])
def test_reminders_cost_the_same_for_any_number_of_teams(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    first = ResearcherFactory.create()
    for _ in range(rows):
        team = TeamFactory.create(cohort=first.cohort)
        TeamMember.objects.create(team=team, membership=first)
        held = ClaimFactory.create(membership=first, team=team, until=soon(2))
        Claim.objects.filter(pk=held.pk).update(set_at=timezone.now() - timedelta(days=20))

    # organizers, claims that end with the people of their teams in three, those over, check-ins, hackathons, ratings,
    # results
    with django_assert_num_queries(10):
        assert len(list(reminders.due(timezone.now()))) == rows
