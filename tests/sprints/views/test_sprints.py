import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from sprints import board
from sprints.boards import Card, Sprint
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ExcursionFactory, ResearcherFactory
from tests.sprints.test_board import column, planned
from tests.sprints.views.test_bank import signed_in_as
from whitebox.people.choices import Role

FORM = {"title": "First sprint", "starts_on": "2026-11-02", "ends_on": "2026-11-20", "columns": "To do\nDoing: 1\nDone"}


def test_a_sprint_is_planned_filled_and_moved_by_forms(db: None) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    excursion = ExcursionFactory.create(claim__membership__cohort=mentor.cohort, claim__membership__mentor=mentor)
    client = signed_in_as(mentor.user)

    page = client.post(reverse("sprints:sprints"), FORM, follow=True).content.decode()
    sprint = Sprint.objects.get()
    client.post(reverse("sprints:put", args=[sprint.pk]), {"excursion": excursion.pk})
    card = Card.objects.get()
    answer = client.post(reverse("sprints:move", args=[card.pk]), {"column": column(sprint, "Doing").pk})

    assert "Not on the board yet" in page
    assert answer["Location"] == f"{reverse('sprints:board', args=[sprint.pk])}#card-{card.pk}"
    shown = client.get(reverse("sprints:board", args=[sprint.pk])).content.decode()
    assert "1 of 1, full" in " ".join(shown.split())
    assert "Not on the board yet" not in shown


def test_a_refused_plan_keeps_what_was_typed(db: None) -> None:
    client = signed_in_as(ResearcherFactory.create(role=Role.MENTOR).user)

    answer = client.post(reverse("sprints:sprints"), FORM | {"columns": "Only one"})

    assert answer.status_code == 400
    assert "Only one</textarea>" in answer.content.decode()


def test_a_full_column_says_so_and_moves_nothing(db: None) -> None:
    sprint, organizer = planned()
    client = signed_in_as(organizer.user)
    cards = [
        board.put(sprint, ExcursionFactory.create(claim__membership__cohort=organizer.cohort), by=organizer.user)
        for _ in range(2)
    ]
    doing = column(sprint, "Doing")
    board.move(cards[0], doing, by=organizer.user)

    answer = client.post(reverse("sprints:move", args=[cards[1].pk]), {"column": doing.pk}, follow=True)

    assert "that is its limit" in answer.content.decode()
    assert Card.objects.get(pk=cards[1].pk).column.name == "To do"


def test_a_sprint_is_changed_by_its_form(db: None) -> None:
    sprint, organizer = planned()
    client, address = signed_in_as(organizer.user), reverse("sprints:change_sprint", args=[sprint.pk])

    assert "Doing: 1" in client.get(address).content.decode()
    client.post(address, FORM | {"title": "Renamed"})
    refused = client.post(address, FORM | {"ends_on": "2026-11-01"})

    assert Sprint.objects.get().title == "Renamed"
    assert refused.status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_board_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    sprint, organizer = planned()
    for _ in range(rows):
        board.put(sprint, ExcursionFactory.create(claim__membership__cohort=organizer.cohort), by=organizer.user)
        ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    client = signed_in_as(organizer.user)

    # session, user, memberships, sprint, columns, cards, which are visible, which are movable, those off the board
    with django_assert_num_queries(9):
        answer = client.get(reverse("sprints:board", args=[sprint.pk]))

    assert len(answer.context["off_board"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_sprints_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    sprint, organizer = planned()
    for n in range(rows - 1):
        Sprint.objects.create(cohort=organizer.cohort, title=f"{n}", starts_on=sprint.starts_on, ends_on=sprint.ends_on)
    client = signed_in_as(organizer.user)

    with django_assert_num_queries(4):  # session, user, memberships, sprints
        answer = client.get(reverse("sprints:sprints"))

    assert len(answer.context["sprints"]) == rows


def test_a_participant_reads_the_board_and_plans_nothing(db: None) -> None:
    sprint, organizer = planned()
    member = MembershipFactory.create(cohort=organizer.cohort, role=Role.PARTICIPANT)
    client = signed_in_as(member.user)

    assert client.get(reverse("sprints:board", args=[sprint.pk])).status_code == 200
    assert "Plan the sprint" not in client.get(reverse("sprints:sprints")).content.decode()
    assert client.post(reverse("sprints:sprints"), FORM).status_code == 404
    assert client.get(reverse("sprints:change_sprint", args=[sprint.pk])).status_code == 404


def test_people_of_another_cohort_find_no_board(db: None) -> None:
    sprint, _organizer = planned()
    client = signed_in_as(ResearcherFactory.create(role=Role.ORGANIZER).user)

    assert client.get(reverse("sprints:board", args=[sprint.pk])).status_code == 404
