from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from curriculum import deadlines, schedule
from curriculum.choices import ItemKind
from tests.curriculum.worlds import running
from tests.factories.curriculum import AdoptionFactory, ExtensionFactory, ModuleVersionFactory
from tests.factories.outbox import LetterFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)


def test_plan_makes_a_session_a_week_at_the_programmes_wall_time(db: None) -> None:
    world = running(weeks=3)

    found = [(session.week, session.on, session.at, session.place) for session in world.sessions]

    assert found == [
        (1, date(2026, 9, 12), time(9), "Room 304"),
        (2, date(2026, 9, 19), time(9), "Room 304"),
        (3, date(2026, 9, 26), time(9), "Room 304"),
    ]
    assert world.session.starts_at == datetime(2026, 9, 12, 1, tzinfo=UTC)


def test_plan_keeps_the_wall_time_when_clocks_change(db: None) -> None:
    world = running(weeks=3, zone="Europe/Berlin", starts_on=date(2026, 10, 12))

    assert [session.starts_at.hour for session in world.sessions] == [7, 7, 8]  # UTC; 25 October is the change


def test_plan_twice_adds_only_what_is_missing(db: None) -> None:
    world = running(weeks=1)
    ModuleVersionFactory.create(version=world.module.version, week=2)

    again = schedule.plan_sessions(world.cohort, by=world.organizer)

    assert [session.week for session in again] == [2]
    assert schedule.plan_sessions(world.cohort, by=world.organizer) == []


def test_plan_refuses_without_a_start_or_a_pack(db: None) -> None:
    by = UserFactory.create()

    with pytest.raises(RuleViolation, match="start date"):
        schedule.plan_sessions(AdoptionFactory.create(cohort__starts_on=None).cohort, by=by)
    with pytest.raises(RuleViolation, match="programme pack"):
        schedule.plan_sessions(CohortFactory.create(), by=by)


@pytest.mark.parametrize(("weekday", "day"), [("monday", 7), ("saturday", 12), ("sunday", 13)])
def test_day_of_week_stays_within_the_teaching_week(weekday: str, day: int) -> None:
    assert schedule.day_of_week(date(2026, 9, 7), weekday) == date(2026, 9, day)
    assert schedule.day_of_week(date(2026, 9, 14), weekday) == date(2026, 9, day) + timedelta(weeks=1)


@travel(BEFORE, tick=False)
def test_move_takes_deadlines_along_and_counts_up(db: None) -> None:
    world = running()
    before = deadlines.effective_deadline(world.participant, world.module, ItemKind.PREWORK)

    moved = schedule.move_session(world.session, date(2026, 9, 13), time(14), by=world.organizer)

    assert (moved.sequence, moved.starts_at) == (1, datetime(2026, 9, 13, 6, tzinfo=UTC))
    after = deadlines.effective_deadline(world.participant, world.module, ItemKind.PREWORK)
    assert before is not None
    assert after == before + timedelta(days=1)


@travel(BEFORE, tick=False)
def test_move_to_the_same_time_changes_nothing(db: None) -> None:
    world = running()

    moved = schedule.move_session(world.session, world.session.on, world.session.at, by=world.organizer)

    assert moved.sequence == 0


@travel(BEFORE, tick=False)
def test_move_refuses_the_past_and_what_is_cancelled(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="still to come"):
        schedule.move_session(world.session, date(2026, 8, 1), time(9), by=world.organizer)
    schedule.cancel(world.session, by=world.organizer)
    with pytest.raises(RuleViolation, match="Restore it first"):
        schedule.move_session(world.session, date(2026, 9, 13), time(9), by=world.organizer)


@travel(BEFORE, tick=False)
def test_move_calls_back_letters_that_wait_with_the_old_time(db: None) -> None:
    world = running()
    subjects = (
        schedule.about(world.session),
        deadlines.about(world.participant.pk, world.module.module_id, ItemKind.PREWORK),
        "something else",
    )
    for subject in subjects:
        LetterFactory.create(about=subject, due_at=timezone.now() + timedelta(hours=5))

    schedule.move_session(world.session, date(2026, 9, 13), time(9), by=world.organizer)

    cancelled = Letter.objects.filter(state=LetterState.CANCELLED).values_list("about", flat=True)
    assert set(cancelled) == set(subjects[:2])


@travel(BEFORE, tick=False)
def test_touched_extensions_are_the_newest_of_each_person(db: None) -> None:
    world = running()
    _older, newest = (
        ExtensionFactory.create(
            membership=world.participant,
            module=world.module.module,
            due_at=world.session.starts_at + timedelta(hours=hours),
        )
        for hours in (1, 2)
    )

    assert deadlines.touched_extensions([world.session]) == [newest]


@travel(BEFORE, tick=False)
def test_cancel_twice_counts_once_and_restore_brings_back(db: None) -> None:
    world = running()

    schedule.cancel(world.session, by=world.organizer, note="A storm.")
    cancelled = schedule.cancel(world.session, by=world.organizer)
    restored = schedule.restore(world.session, by=world.organizer)
    again = schedule.restore(world.session, by=world.organizer)

    assert (cancelled.is_cancelled, cancelled.sequence, cancelled.note) == (True, 1, "A storm.")
    assert (restored.is_cancelled, restored.sequence, again.sequence) == (False, 2, 2)


@travel(datetime(2026, 9, 13, tzinfo=UTC), tick=False)
def test_session_that_is_over_is_left_alone(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="over"):
        schedule.cancel(world.session, by=world.organizer)
    with pytest.raises(RuleViolation, match="over"):
        schedule.move_session(world.session, date(2026, 9, 20), time(9), by=world.organizer)


def test_leader_is_named_and_must_teach_here(db: None) -> None:
    world = running()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)

    for _again in range(2):
        schedule.name_leader(world.session, mentor, by=world.organizer)
    for stranger in (world.participant, MembershipFactory.create(role=Role.MENTOR)):
        with pytest.raises(RuleViolation, match="mentor or an organizer"):
            schedule.name_leader(world.session, stranger, by=world.organizer)

    world.session.refresh_from_db()
    assert world.session.leader == mentor
    assert world.session.sequence == 0
