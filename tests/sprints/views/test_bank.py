from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import bank, claims
from sprints.choices import ClaimState, ProblemState
from sprints.models import Category, Claim
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ClaimFactory, ExcursionFactory, ProblemFactory, ResearcherFactory
from whitebox.people.choices import Role
from whitebox.people.models import User

BANK = "/research/problems/"


def signed_in_as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_days(days: int) -> date:
    return timezone.now().date() + timedelta(days=days)


@pytest.mark.parametrize("rows", [1, 3])
def test_bank_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    client = signed_in_as(ResearcherFactory.create().user)
    expected = ProblemFactory.create_batch(rows)

    with django_assert_num_queries(7):  # session, user, memberships, categories, objectives, count, problems
        answer = client.get(BANK)

    assert [row.pk for row in answer.context["rows"]] == [problem.pk for problem in expected]


def test_bank_shows_fifty_a_page_and_keeps_the_search(db: None) -> None:
    client = signed_in_as(ResearcherFactory.create().user)
    ProblemFactory.create_batch(51)

    answer = client.get(BANK, {"q": "neuron"})

    assert len(answer.context["rows"]) == 50
    assert 'href="?q=neuron&amp;page=2"' in answer.content.decode()
    assert f'href="{BANK}?q=neuron"' in answer.content.decode()


def test_bank_shows_what_changed_since_it_was_drawn(db: None) -> None:
    client, problem = signed_in_as(ResearcherFactory.create().user), ProblemFactory.create(title="Before")
    assert "Before" in client.get(BANK).content.decode()

    problem.title = "After"
    problem.save()
    bank.mark_stale(problem, by=ResearcherFactory.create().user)
    Category.objects.filter(pk=problem.category_id).update(name="Renamed")
    page = client.get(BANK).content.decode()

    assert "Before" not in page
    assert "After" in page
    assert str(ProblemState.STALE.label) in page
    assert page.count("Renamed") == 2  # in its row and among the filters


def test_bank_keeps_the_words_of_a_search_to_it(db: None) -> None:
    client = signed_in_as(ResearcherFactory.create().user)
    ProblemFactory.create()

    assert 'value="some words"' in client.get(BANK, {"q": "some words"}).content.decode()
    assert "some words" not in client.get(BANK).content.decode()


@pytest.mark.parametrize(
    "query", ["category=999", "category=x", "difficulty=Z", "page=99", "page=x", "q=" + "x" * 500, "state=%00"]
)
def test_bank_bears_every_address(db: None, query: str) -> None:
    ProblemFactory.create()

    assert signed_in_as(ResearcherFactory.create().user).get(f"{BANK}?{query}").status_code == 200


def test_bank_says_what_to_do_when_nothing_fits(db: None) -> None:
    answer = signed_in_as(ResearcherFactory.create().user).get(BANK, {"q": "nothing"})

    assert "No problem fits this search" in answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_every_member_reads_the_bank(db: None, role: Role) -> None:
    client, problem = signed_in_as(MembershipFactory.create(role=role).user), ProblemFactory.create()

    assert client.get(BANK).status_code == 200
    assert client.get(reverse("sprints:problem", args=[problem.pk])).status_code == 200


@pytest.mark.parametrize("name", ["bank", "research"])
def test_people_without_a_cohort_get_404_and_visitors_the_sign_in(db: None, name: str) -> None:
    address = reverse(f"sprints:{name}")

    assert signed_in_as(UserFactory.create()).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_people_without_a_cohort_find_no_problem(db: None) -> None:
    problem, client = ProblemFactory.create(), signed_in_as(UserFactory.create())

    assert client.get(reverse("sprints:problem", args=[problem.pk])).status_code == 404
    assert client.post(reverse("sprints:claim", args=[problem.pk]), {"until": in_days(5)}).status_code == 404
    assert not Claim.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_problem_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    held = ClaimFactory.create()
    for _ in range(rows):
        ExcursionFactory.create(claim=held)
        ClaimFactory.create(problem=held.problem, state=ClaimState.EXPIRED, ended_at=timezone.now())
    client = signed_in_as(held.membership.user)

    # session, user, memberships, problem, teams, claims, renewals, excursions, works, needs
    with django_assert_num_queries(10):
        answer = client.get(reverse("sprints:problem", args=[held.problem_id]))

    assert len(answer.context["history"]) == rows + 1


def test_a_claim_is_made_renewed_and_released_by_forms(db: None) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()
    client = signed_in_as(joined.user)

    client.post(reverse("sprints:claim", args=[problem.pk]), {"until": in_days(5)})
    made = Claim.objects.get()
    client.post(reverse("sprints:renew", args=[made.pk]), {"until": in_days(9), "progress": "Read the paper."})
    made.refresh_from_db()
    answer = client.post(reverse("sprints:release", args=[made.pk]), follow=True)

    assert (made.until, made.renewals.count()) == (in_days(9), 1)
    assert Claim.objects.get().state == ClaimState.RELEASED
    assert "The problem is free again" in answer.content.decode()


def test_a_claim_is_finished_by_its_form(db: None) -> None:
    held = ClaimFactory.create()

    signed_in_as(held.membership.user).post(reverse("sprints:finish", args=[held.pk]))

    assert Claim.objects.get().state == ClaimState.FINISHED


def test_a_refused_claim_says_why_on_the_page(db: None) -> None:
    client, problem = signed_in_as(ResearcherFactory.create().user), ProblemFactory.create()

    answer = client.post(reverse("sprints:claim", args=[problem.pk]), {"until": in_days(99)})

    assert answer.status_code == 400
    assert "A claim can last until" in answer.content.decode()


def test_a_refused_renewal_keeps_what_was_typed(db: None) -> None:
    held = ClaimFactory.create()
    client = signed_in_as(held.membership.user)

    answer = client.post(reverse("sprints:renew", args=[held.pk]), {"until": in_days(99), "progress": "A long line."})

    assert answer.status_code == 400
    assert 'value="A long line."' in answer.content.decode()


def test_who_came_second_reads_that_the_problem_is_taken(db: None) -> None:
    held = ClaimFactory.create()
    client = signed_in_as(ResearcherFactory.create().user)

    answer = client.post(reverse("sprints:claim", args=[held.problem_id]), {"until": in_days(5)})

    assert answer.status_code == 400
    assert "Claimed by" in answer.content.decode()
    assert Claim.objects.count() == 1


def test_a_claim_as_long_as_it_can_be_offers_no_renewal(db: None) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()
    client, address = signed_in_as(joined.user), reverse("sprints:problem", args=[problem.pk])
    longest = claims.last_day(joined.cohort, timezone.now())
    claims.claim(problem, longest, by=joined.user)

    assert "Renew the claim" not in client.get(address).content.decode()


@pytest.mark.parametrize("verb", ["renew", "release", "finish"])
def test_other_people_cannot_touch_a_claim(db: None, verb: str) -> None:
    held = ClaimFactory.create()
    fellow = ResearcherFactory.create(cohort=held.membership.cohort)

    answer = signed_in_as(fellow.user).post(
        reverse(f"sprints:{verb}", args=[held.pk]), {"until": in_days(20), "progress": "Mine."}
    )

    assert answer.status_code == 404
    assert Claim.objects.get().is_active


def test_a_name_stays_inside_its_cohort(db: None) -> None:
    held = ClaimFactory.create(membership__user__name="Ana Reyes")
    address = reverse("sprints:problem", args=[held.problem_id])
    fellow = MembershipFactory.create(cohort=held.membership.cohort, role=Role.ADVISER)

    near, far = signed_in_as(fellow.user).get(address), signed_in_as(ResearcherFactory.create().user).get(address)

    assert "Ana Reyes" in near.content.decode()
    assert "Ana Reyes" not in far.content.decode()


@pytest.mark.parametrize("role", [Role.ADVISER, Role.REVIEWER])
def test_readers_find_no_claim_form(db: None, role: Role) -> None:
    problem, client = ProblemFactory.create(), signed_in_as(ResearcherFactory.create(role=role).user)

    answer = client.get(reverse("sprints:problem", args=[problem.pk]))

    assert "Claim the problem" not in answer.content.decode()
