from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import calendar, deadlines, schedule
from curriculum.choices import ItemKind
from tests.curriculum.worlds import running
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.web import feed

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)


@travel(BEFORE, tick=False)
def test_participant_has_sessions_and_deadlines(db: None) -> None:
    world = running()

    found = {item.uid.partition("-")[0]: item for item in calendar.items(world.participant.user)}

    assert set(found) == {"session", "prework", "check"}
    assert found["session"].starts_at == world.session.starts_at
    assert found["check"].ends_at == datetime(2026, 9, 17, 10, tzinfo=UTC)
    assert found["session"].address.endswith(world.address())


@travel(BEFORE, tick=False)
def test_mentor_has_sessions_only(db: None) -> None:
    world = running()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)

    assert [item.uid for item in calendar.items(mentor.user)] == [f"session-{world.session.pk}"]


@travel(BEFORE, tick=False)
def test_changes_keep_the_uid_and_raise_the_sequence(db: None) -> None:
    world = running()
    before = {item.uid: item for item in calendar.items(world.participant.user)}

    with travel(BEFORE + timedelta(hours=1), tick=False):
        schedule.cancel(world.session, by=world.organizer)
        due = before[f"check-{world.participant.pk}-{world.module.module_id}"].ends_at + timedelta(days=1)
        deadlines.extend(world.participant, world.module, ItemKind.CHECK, due, reason="Ill.", by=world.organizer)
        after = {item.uid: item for item in calendar.items(world.participant.user)}

    assert set(after) == set(before)
    for uid, item in after.items():
        assert item.sequence > before[uid].sequence
        assert item.changed_at > before[uid].changed_at
    assert after[f"session-{world.session.pk}"].is_cancelled


@travel(BEFORE, tick=False)
def test_feed_is_a_calendar_that_names_nobody(db: None) -> None:
    world = running(weeks=2)

    content = feed.ical(world.participant.user)

    events = Calendar.from_ical(content.decode()).walk("VEVENT")
    assert len(events) == 6
    assert world.participant.user.name not in content.decode()


@pytest.mark.parametrize("weeks", [1, 3])
def test_calendar_takes_five_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries, weeks: int) -> None:
    world = running(weeks=weeks)

    with django_assert_num_queries(5):  # memberships, sessions, titles, extensions, changes
        found = calendar.items(world.participant.user)

    assert len(found) == 3 * weeks
