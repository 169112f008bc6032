from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import teams
from sprints.models import Claim
from sprints.rosters import Team, TeamMember
from tests.factories.sprints import ClaimFactory, ProblemFactory, ResearcherFactory, TeamFactory
from tests.sprints.views.test_bank import signed_in_as


def test_a_team_is_founded_joined_and_left_by_forms(db: None) -> None:
    first = ResearcherFactory.create()
    second = ResearcherFactory.create(cohort=first.cohort)
    one, other, address = signed_in_as(first.user), signed_in_as(second.user), reverse("sprints:teams")

    one.post(address, {"name": "Owls"})
    team = Team.objects.get()
    assert "Join Owls" in other.get(address).content.decode()
    page = other.post(reverse("sprints:join", args=[team.pk]), follow=True).content.decode()
    assert "You are in Owls." in page
    assert "Leave Owls" in page
    other.post(reverse("sprints:leave", args=[team.pk]))

    assert list(team.members.present()) == [TeamMember.objects.get(membership=first)]


def test_a_refused_name_is_kept_and_says_why(db: None) -> None:
    first = ResearcherFactory.create()
    teams.found("Owls", by=ResearcherFactory.create(cohort=first.cohort).user)

    answer = signed_in_as(first.user).post(reverse("sprints:teams"), {"name": "owls"})

    assert answer.status_code == 400
    assert 'value="owls"' in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_teams_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    first = ResearcherFactory.create()
    for team in TeamFactory.create_batch(rows, cohort=first.cohort):
        TeamMember.objects.create(team=team, membership=first)
    client = signed_in_as(first.user)

    with django_assert_num_queries(8):  # session, user, membership, teams, members, memberships, people, links
        answer = client.get(reverse("sprints:teams"))

    assert len(answer.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_claims_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    first = ResearcherFactory.create()
    for _ in range(rows):
        ClaimFactory.create(membership__cohort=first.cohort, team=TeamFactory.create(cohort=first.cohort))

    client = signed_in_as(first.user)

    with django_assert_num_queries(6):  # session, user, cohorts, count, claims, links
        answer = client.get(reverse("sprints:claims"))

    assert len(answer.context["rows"]) == rows


def test_the_public_list_has_dates_and_no_names(db: None) -> None:
    held = ClaimFactory.create(membership__user__name="Ana Reyes")
    team = TeamFactory.create(cohort=held.membership.cohort, name="Owls")
    ClaimFactory.create(membership=held.membership, team=team)
    near = signed_in_as(ResearcherFactory.create(cohort=held.membership.cohort).user)
    address = reverse("sprints:claims")

    public, own = Client().get(address).content.decode(), near.get(address).content.decode()

    assert held.problem.title in public
    assert f"{held.until:%Y}" in public
    assert "Ana Reyes" not in public
    assert "Owls" not in public
    assert "a team of" in public
    assert "Ana Reyes" in own
    assert "team Owls" in own


def test_the_list_says_what_appears_when_nothing_is_claimed(db: None) -> None:
    assert "Nothing is claimed now" in Client().get(reverse("sprints:claims")).content.decode()


def test_a_problem_is_claimed_for_a_team_by_the_form(db: None) -> None:
    first = ResearcherFactory.create()
    team, problem = teams.found("Owls", by=first.user), ProblemFactory.create()
    client, address = signed_in_as(first.user), reverse("sprints:problem", args=[problem.pk])
    until = (timezone.now() + timedelta(days=5)).date()

    page = client.get(address).content.decode()
    client.post(reverse("sprints:claim", args=[problem.pk]), {"until": until, "team": team.pk})

    assert f'<option value="{team.pk}">Owls</option>' in page
    assert Claim.objects.get().team == team
    assert "Your claim" in client.get(address).content.decode()


def test_a_team_of_another_cohort_cannot_be_chosen(db: None) -> None:
    first = ResearcherFactory.create()
    teams.found("Owls", by=first.user)
    foreign, problem = TeamFactory.create(), ProblemFactory.create()
    until = (timezone.now() + timedelta(days=5)).date()

    answer = signed_in_as(first.user).post(
        reverse("sprints:claim", args=[problem.pk]), {"until": until, "team": foreign.pk}
    )

    assert answer.status_code == 400
    assert not Claim.objects.exists()
