from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from tests.curriculum.worlds import World, running
from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import MembershipFactory
from whitebox.outbox import letters, preferences
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import User
from whitebox.web import weekly

MONDAY = datetime(2026, 9, 6, 23, tzinfo=UTC)  # 07:00 in Manila


@pytest.fixture
def world(db: None) -> World:
    made = running(weeks=2, started_at=MONDAY - timedelta(hours=1))
    for kind in weekly.KINDS.values():
        LetterTemplateFactory.create(kind=kind, body="{{ items }}")
    return made


@pytest.mark.parametrize(("hours", "count"), [(-0.5, 0), (0, 2), (16.9, 2), (17, 0), (24 * 7, 2), (24 * 7 * 8, 0)])
def test_it_leaves_on_mondays_of_the_programme(world: World, hours: float, count: int) -> None:
    MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER)

    assert len(list(weekly.due(MONDAY + timedelta(hours=hours)))) == count


def test_who_sleeps_is_left_for_the_morning_and_keeps_nobody_else_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly, "AT_ONCE", 1)
    sleeper, awake = world.participant, MembershipFactory.create(cohort=world.cohort)
    User.objects.filter(pk=sleeper.user_id).update(zone="America/New_York", quiet_from="18:00")  # 19:00 there

    first = [request.to for request in weekly.due(MONDAY)]
    later = [request.to for request in weekly.due(MONDAY + timedelta(hours=13))]  # 08:00 there

    assert (first, later) == ([awake.user], [sleeper.user])


def test_it_is_written_once_a_week(world: World) -> None:
    assert letters.queue_all(list(weekly.due(MONDAY))) == 1
    assert list(weekly.due(MONDAY + timedelta(minutes=1))) == []
    assert len(list(weekly.due(MONDAY + timedelta(days=7)))) == 1


@travel(MONDAY, tick=False)
def test_it_says_what_the_home_page_says(world: World) -> None:
    letters.queue_all(list(weekly.due(MONDAY)))

    text = Letter.objects.get().text
    assert f"Pre-work of week 1: {world.module.title}; due Fri 11 Sep, 18:00" in text
    assert f"Session 1: {world.module.title}; due Sat 12 Sep, 09:00" in text


def test_who_switched_it_off_gets_none(world: World) -> None:
    preferences.choose(world.participant.user, preferences.optional().keys() - {"weekly-mail"})

    assert list(weekly.due(MONDAY)) == []
