import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sprints.models import Problem
from sprints.needs import Need
from sprints.works import Work
from tests.factories.curriculum import AdoptionFactory, ModuleVersionFactory, ObjectiveVersionFactory
from tests.factories.people import MembershipFactory
from tests.factories.sprints import CategoryFactory, ProblemFactory, ResearcherFactory, mastered
from tests.sprints.views.test_bank import signed_in_as
from whitebox.people.choices import Role


def test_a_problem_is_added_by_its_form(db: None) -> None:
    client, toy = signed_in_as(ResearcherFactory.create().user), CategoryFactory.create()
    address = reverse("sprints:add")

    assert 'href="/research/problems/new/"' in client.get(reverse("sprints:bank")).content.decode()
    answer = client.post(address, {"title": "What is new?", "category": toy.pk, "lowest": "A"}, follow=True)

    problem = Problem.objects.get()
    assert (problem.number, problem.difficulty) == ("L-1", "A")
    assert "under number L-1" in answer.content.decode()


def test_a_refused_addition_keeps_what_was_typed(db: None) -> None:
    client, toy = signed_in_as(ResearcherFactory.create().user), CategoryFactory.create()

    answer = client.post(
        reverse("sprints:add"), {"title": "What is new?", "category": toy.pk, "lowest": "C", "highest": "A"}
    )

    assert answer.status_code == 400
    assert 'value="What is new?"' in answer.content.decode()
    assert "runs backwards" in answer.content.decode()


def test_a_work_is_added_and_taken_away_by_forms(db: None) -> None:
    client, problem = signed_in_as(ResearcherFactory.create().user), ProblemFactory.create()
    given = {"title": "A paper", "url": "https://example.test/a", "published_on": "2024-03-01"}

    page = client.post(reverse("sprints:add_work", args=[problem.pk]), given, follow=True).content.decode()
    work = Work.objects.get()
    client.post(reverse("sprints:remove_work", args=[work.pk]))

    assert "A paper</a> (1 Mar 2024)" in page
    assert "Take away “A paper”" in page
    assert not Work.objects.exists()


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "nonsense"])
def test_a_refused_work_says_why_and_keeps_the_title(db: None, url: str) -> None:
    client, problem = signed_in_as(ResearcherFactory.create().user), ProblemFactory.create()

    answer = client.post(reverse("sprints:add_work", args=[problem.pk]), {"title": "A paper", "url": url})

    assert answer.status_code == 400
    assert 'value="A paper"' in answer.content.decode()
    assert not Work.objects.exists()


def test_a_work_of_somebody_else_is_not_found(db: None) -> None:
    work = Work.objects.create(problem=ProblemFactory.create(), title="x", url="https://example.test/")
    client = signed_in_as(ResearcherFactory.create().user)

    assert client.post(reverse("sprints:remove_work", args=[work.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_what_a_problem_needs_costs_three_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()
    made = ObjectiveVersionFactory.create_batch(rows)
    for one in made:
        Need.objects.create(problem=problem, objective=one.objective)
        Work.objects.create(problem=problem, title="x", url=f"https://example.test/{one.pk}")
    mastered(joined, made[0].objective)
    client = signed_in_as(joined.user)

    # session, user, memberships, problem, teams, claims, excursions, works, needs, their words, what the reader masters
    with django_assert_num_queries(11):
        answer = client.get(reverse("sprints:problem", args=[problem.pk]))

    assert [is_mastered for _text, is_mastered in answer.context["needs"]].count(True) == 1


def test_a_mentor_says_what_a_problem_needs(db: None) -> None:
    mentor, problem = MembershipFactory.create(role=Role.MENTOR), ProblemFactory.create()
    adoption = AdoptionFactory.create(cohort=mentor.cohort)
    shown = ModuleVersionFactory.create(version=adoption.version)
    offered = ObjectiveVersionFactory.create(module_version=shown)
    client, address = signed_in_as(mentor.user), reverse("sprints:needs", args=[problem.pk])

    page = client.get(address).content.decode()
    client.post(address, {"objectives": [offered.objective_id]})
    checked = client.get(address).content.decode()

    assert offered.text in page
    assert problem.needs.get().objective == offered.objective
    assert " checked" in checked
    assert client.post(address, {"objectives": ["999999"]}).status_code == 400


def test_participants_find_no_form_of_needs(db: None) -> None:
    client, problem = signed_in_as(ResearcherFactory.create().user), ProblemFactory.create()

    assert client.get(reverse("sprints:needs", args=[problem.pk])).status_code == 404
