from dataclasses import replace
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from sprints import board, calendar, excursions, invariants
from sprints.board import Plan
from sprints.boards import Card, CardMove, Column, Sprint
from sprints.choices import InfohazardLevel, Verdict
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ExcursionFactory, ResearcherFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership

PLAN = Plan("First sprint", date(2026, 11, 2), date(2026, 11, 20), "To do\nDoing: 1\nDone")


def planned(wanted: Plan = PLAN) -> tuple[Sprint, Membership]:
    organizer = ResearcherFactory.create(role=Role.ORGANIZER)
    return board.plan(organizer.cohort, wanted, by=organizer.user), organizer


def column(sprint: Sprint, name: str) -> Column:
    return sprint.columns.get(name=name)


def test_a_sprint_is_planned_once_with_its_columns(db: None) -> None:
    sprint, organizer = planned()

    assert board.plan(organizer.cohort, PLAN, by=organizer.user) == sprint
    assert [(one.name, one.limit) for one in sprint.columns.all()] == [("To do", None), ("Doing", 1), ("Done", None)]
    assert board.columns_as_text(sprint) == PLAN.columns


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (replace(PLAN, title=" "), "a title"),
        (replace(PLAN, ends_on=date(2026, 11, 1)), "or later"),
        (replace(PLAN, columns="One"), "2 to 8 columns"),
        (replace(PLAN, columns="One\nOne"), "2 to 8 columns"),
        (replace(PLAN, columns="One\nTwo: 0"), "is no column"),
        (replace(PLAN, columns="One\nTwo: many"), "is no column"),
        (replace(PLAN, columns=f"One\n{'x' * 41}"), "is no column"),
    ],
)
def test_refused_plans_say_why(db: None, wanted: Plan, words: str) -> None:
    with pytest.raises(RuleViolation, match=words):
        planned(wanted)

    assert not Sprint.objects.exists()


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.ADVISER, Role.REVIEWER])
def test_only_guides_of_the_cohort_plan(db: None, role: Role) -> None:
    sprint, organizer = planned()
    member = MembershipFactory.create(cohort=organizer.cohort, role=role)

    for user in (member.user, ResearcherFactory.create(role=Role.ORGANIZER).user):
        with pytest.raises(RuleViolation, match="plan its sprints"):
            board.plan(organizer.cohort, replace(PLAN, title="Another"), by=user)
        with pytest.raises(RuleViolation, match="plan its sprints"):
            board.change(sprint, PLAN, by=user)


def test_a_board_is_shaped_anew_and_keeps_what_has_cards(db: None) -> None:
    sprint, organizer = planned()
    excursion = ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    board.put(sprint, excursion, by=organizer.user)

    board.change(sprint, replace(PLAN, columns="Waiting\nTo do: 2\nDone"), by=organizer.user)
    with pytest.raises(RuleViolation, match="There are cards in “To do”"):
        board.change(sprint, replace(PLAN, columns="Waiting\nDone"), by=organizer.user)

    assert board.columns_as_text(sprint) == "Waiting\nTo do: 2\nDone"


def test_a_card_is_put_and_moved_each_once(db: None) -> None:
    sprint, organizer = planned()
    excursion = ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    holder = excursion.claim.membership.user

    card = board.put(sprint, excursion, by=holder)
    assert board.put(sprint, excursion, by=holder) == card
    board.move(card, column(sprint, "Doing"), by=holder)
    board.move(card, column(sprint, "Doing"), by=organizer.user)

    assert Card.objects.get().column.name == "Doing"
    assert [(one.left, one.entered, one.by) for one in CardMove.objects.all()] == [
        ("", "To do", holder),
        ("To do", "Doing", holder),
    ]
    assert all(not one.broken().exists() for one in invariants.INVARIANTS)


def test_a_limit_keeps_the_next_card_out(db: None) -> None:
    sprint, organizer = planned()
    cards = [
        board.put(sprint, ExcursionFactory.create(claim__membership__cohort=organizer.cohort), by=organizer.user)
        for _ in range(2)
    ]
    board.move(cards[0], column(sprint, "Doing"), by=organizer.user)

    with pytest.raises(RuleViolation, match="“Doing” holds 1 cards, and that is its limit"):
        board.move(cards[1], column(sprint, "Doing"), by=organizer.user)
    board.move(cards[0], column(sprint, "Done"), by=organizer.user)
    board.move(cards[1], column(sprint, "Doing"), by=organizer.user)

    assert column(sprint, "Doing").cards.get() == cards[1]


def test_others_neither_put_nor_move(db: None) -> None:
    sprint, organizer = planned()
    excursion = ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    fellow = ResearcherFactory.create(cohort=organizer.cohort).user

    with pytest.raises(RuleViolation, match="moves its card"):
        board.put(sprint, excursion, by=fellow)
    card = board.put(sprint, excursion, by=organizer.user)
    for user in (fellow, UserFactory.create()):
        with pytest.raises(RuleViolation, match="moves its card"):
            board.move(card, column(sprint, "Done"), by=user)


def test_a_board_takes_open_excursions_of_its_cohort_only(db: None) -> None:
    sprint, organizer = planned()
    foreign, closed = ExcursionFactory.create(), ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    excursions.judge(closed, Verdict.REFUTED, "No.", by=closed.claim.membership.user)
    closed.refresh_from_db()

    with pytest.raises(RuleViolation, match="Only excursions of its cohort"):
        board.put(sprint, foreign, by=foreign.claim.membership.user)
    with pytest.raises(RuleViolation, match="has its verdict"):
        board.put(sprint, closed, by=closed.claim.membership.user)


def test_a_card_stays_on_its_board(db: None) -> None:
    sprint, organizer = planned()
    other = board.plan(organizer.cohort, replace(PLAN, title="Second"), by=organizer.user)
    excursion = ExcursionFactory.create(claim__membership__cohort=organizer.cohort)
    card = board.put(sprint, excursion, by=organizer.user)

    with pytest.raises(RuleViolation, match="on another board"):
        board.move(card, column(other, "Done"), by=organizer.user)


@pytest.mark.parametrize("rows", [1, 3])
def test_lanes_cost_four_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    sprint, organizer = planned()
    for _ in range(rows):
        board.put(sprint, ExcursionFactory.create(claim__membership__cohort=organizer.cohort), by=organizer.user)

    with django_assert_num_queries(4):
        [first, *others] = board.lanes(sprint, organizer.user)

    assert len(first.cards) == rows
    assert [len(one.cards) for one in others] == [0, 0]


@pytest.mark.parametrize("level", [InfohazardLevel.PRIVATE, InfohazardLevel.SECRET])
def test_a_fellow_sees_that_there_is_a_card_but_no_question(db: None, level: InfohazardLevel) -> None:
    sprint, organizer = planned()
    excursion = ExcursionFactory.create(claim__membership__cohort=organizer.cohort, level=level)
    board.put(sprint, excursion, by=organizer.user)

    [theirs, *_rest] = board.lanes(sprint, ResearcherFactory.create(cohort=organizer.cohort).user)
    [own, *_others] = board.lanes(sprint, excursion.claim.membership.user)

    assert (theirs.cards[0].question, theirs.cards[0].before, theirs.cards[0].after) == ("", None, None)
    assert own.cards[0].question == excursion.question
    assert (own.cards[0].before, own.cards[0].after) == (None, column(sprint, "Doing"))


def test_the_end_of_a_sprint_is_in_the_calendar_of_its_cohort(db: None) -> None:
    sprint, organizer = planned()

    [item] = calendar.items(ResearcherFactory.create(cohort=organizer.cohort).user)

    assert (item.title, item.ends_at.astimezone(organizer.cohort.tz).date()) == (
        "Sprint “First sprint” ends",
        sprint.ends_on,
    )
    assert calendar.items(ResearcherFactory.create().user) == []
