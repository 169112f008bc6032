from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import nudges, pace, preparation
from curriculum.commitments import PaceRule
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.people import membership
from whitebox.people.choices import Role

BEGUN = datetime(2026, 9, 7, 1, tzinfo=UTC)  # Monday of week 1, in the morning in Manila


def started(weeks: int = 2) -> World:
    world = running(weeks=weeks, started_at=BEGUN)
    world.participant.joined_at = BEGUN
    world.participant.save()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    membership.assign_mentor(world.participant, mentor, by=world.organizer)
    MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER)
    return world


def kinds(days: float) -> list[str]:
    return [one.kind for one in nudges.due(BEGUN + timedelta(days=days))]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (2.9, []),
        (3, ["not-started"]),
        (7, ["not-started", "idle-mentor"]),
        (14, ["not-started", "idle-mentor", "idle-organizer"]),
    ],
)
def test_first_the_person_then_the_mentor_then_the_organizers(db: None, days: float, expected: list[str]) -> None:
    started()

    assert kinds(days) == expected


def test_cohort_sets_the_days(db: None) -> None:
    world = started()
    PaceRule.objects.create(cohort=world.cohort, nudge_after=1, mentor_after=2, organizer_after=3)

    assert kinds(3) == ["not-started", "idle-mentor", "idle-organizer"]


def test_programme_sets_the_days_of_a_cohort_that_set_none(db: None) -> None:
    version = started().module.version
    version.programme = version.programme | {"nudges": {"learner_days": 1, "mentor_days": 5, "organizer_days": 9}}
    version.save()

    assert kinds(5) == ["not-started", "idle-mentor"]


def test_activity_starts_the_count_anew(db: None) -> None:
    world = started()
    with travel(BEGUN + timedelta(days=2), tick=False):
        preparation.tick(world.participant, world.resource, by=world.participant.user)

    assert kinds(4.9) == []
    assert kinds(5) == ["idle-nudge"]


def test_one_letter_a_spell(db: None) -> None:
    started()

    assert [one.dedup_key for one in nudges.due(BEGUN + timedelta(days=3))] == [
        one.dedup_key for one in nudges.due(BEGUN + timedelta(days=6))
    ]


@pytest.mark.parametrize("days", [-1, 8 * 7 + 1])
def test_nobody_is_nudged_outside_of_the_programme(db: None, days: int) -> None:
    started()

    assert kinds(days) == []


def test_a_missed_day_of_the_own_plan_makes_one_letter(db: None) -> None:
    world = started()
    day = (BEGUN + timedelta(days=2)).date()
    with travel(BEGUN + timedelta(days=1), tick=False):
        pace.agree(world.participant, {world.module.module_id: day}, by=world.participant.user)

    assert kinds(2) == []
    assert kinds(3) == ["pace-slipping"]
    assert "pace-slipping" not in kinds(6)


@pytest.mark.parametrize("people", [1, 3])
def test_nudges_take_constant_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int) -> None:
    world = started()
    MembershipFactory.create_batch(people - 1, cohort=world.cohort, joined_at=BEGUN)
    kinds(3)  # the programme is kept from then on

    # cohorts, people, organizers; five traces of activity; plans: version, sessions, extensions, targets, mastered
    with django_assert_num_queries(13):
        found = kinds(3)

    assert found == ["not-started"] * people
