from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import deadlines, preparation, reminders, schedule
from curriculum.choices import ItemKind
from tests.curriculum.worlds import World, letters, running
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.outbox import tick
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import User

PREWORK = datetime(2026, 9, 11, 10, tzinfo=UTC)  # 18:00 in Manila, the day before the first session
SESSION = datetime(2026, 9, 12, 1, tzinfo=UTC)  # 09:00 in Manila
NIGHT = datetime(2026, 9, 10, 15, tzinfo=UTC)  # 23:00 in Manila
MORNING = datetime(2026, 9, 10, 23, tzinfo=UTC)  # 07:00 in Manila
LONG_BEFORE = datetime(2026, 9, 1, tzinfo=UTC)


def kinds(now: datetime) -> list[str]:
    return [request.kind for request in reminders.due(now)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (PREWORK - timedelta(hours=25), []),
        (PREWORK - timedelta(hours=24), ["prework-due"]),
        (PREWORK - timedelta(hours=4), ["session-tomorrow", "prework-due"]),
        (PREWORK, ["session-tomorrow"]),
        (SESSION - timedelta(hours=8), []),
    ],
)
def test_reminders_leave_in_their_hours(db: None, now: datetime, expected: list[str]) -> None:
    running()

    assert kinds(now) == expected


def test_only_participants_who_still_study_hear(db: None) -> None:
    world = running()
    MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    membership.withdraw(world.participant, by=world.organizer, reason="Moved away.")

    assert kinds(PREWORK - timedelta(hours=4)) == []


def test_who_has_ticked_all_hears_nothing_of_prework(db: None) -> None:
    world = running()
    preparation.tick(world.participant, world.resource, by=world.participant.user)

    assert kinds(PREWORK - timedelta(hours=20)) == []


def test_tick_of_the_outbox_sends_each_once(db: None) -> None:
    running()
    letters()

    for minutes in (0, 1):
        tick.run(PREWORK - timedelta(hours=4, minutes=minutes))

    assert Letter.objects.count() == 2
    assert "30 min" in Letter.objects.get(kind="prework-due").text
    assert "Sat 12 Sep, 09:00 Manila" in Letter.objects.get(kind="session-tomorrow").text


def moved(world: World) -> None:
    schedule.move_session(world.session, date(2026, 9, 13), time(9), by=world.organizer)


@travel(LONG_BEFORE, tick=False)
def test_moved_session_makes_new_letters_and_no_old_ones(db: None) -> None:
    world = running()
    before = {request.dedup_key for request in reminders.due(PREWORK - timedelta(hours=4))}

    moved(world)

    assert kinds(PREWORK - timedelta(hours=4)) == []
    after = {request.dedup_key for request in reminders.due(PREWORK + timedelta(hours=20))}
    assert (len(after), after & before) == (2, set())


@travel(LONG_BEFORE, tick=False)
def test_cancelled_session_is_not_announced(db: None) -> None:
    world = running()
    schedule.cancel(world.session, by=world.organizer)

    assert kinds(PREWORK - timedelta(hours=4)) == ["prework-due"]


@travel(LONG_BEFORE, tick=False)
def test_extension_moves_the_reminder_even_beyond_the_session(db: None) -> None:
    world = running()
    due = SESSION + timedelta(days=3)
    deadlines.extend(world.participant, world.module, ItemKind.PREWORK, due, reason="Ill.", by=world.organizer)

    assert "prework-due" not in kinds(PREWORK - timedelta(hours=4))
    assert kinds(due - timedelta(hours=4)) == ["prework-due"]


def night_and_morning(world: World, between: Callable[[], object]) -> list[str]:
    """Let the tick run at 23:00 and at 07:00 of the day before the first session; return what was written."""
    with travel(NIGHT, tick=False):
        tick.run(NIGHT)
        asleep = Letter.objects.count()
        between()
    with travel(MORNING, tick=False):
        tick.run(MORNING)
    assert asleep == 0
    return sorted(Letter.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("nothing", ["prework-due", "session-tomorrow"]),
        ("withdrawn", []),
        ("disqualified", []),
        ("deferred", []),
        ("ticked", ["session-tomorrow"]),
        ("moved", []),
        ("cancelled", ["prework-due"]),
        ("extended", ["session-tomorrow"]),
        ("back again", ["prework-due", "session-tomorrow"]),
    ],
)
def test_the_morning_brings_what_is_true_then(db: None, what: str, expected: list[str]) -> None:
    with travel(LONG_BEFORE, tick=False):
        world = running()
        letters()
        schedule.move_session(world.session, date(2026, 9, 12), time(6), by=world.organizer)
    own, by = world.participant, world.organizer
    User.objects.filter(pk=own.user_id).update(quiet_from=time(22), quiet_until=time(7))
    far = NIGHT + timedelta(days=9)
    happens: dict[str, Callable[[], object]] = {
        "nothing": lambda: None,
        "withdrawn": lambda: membership.withdraw(own, by=by, reason="Moved away."),
        "disqualified": lambda: membership.disqualify(own, by=by, reason="Copied."),
        "deferred": lambda: membership.defer(own, CohortFactory.create(), by=by, reason="Exams."),
        "ticked": lambda: preparation.tick(own, world.resource, by=own.user),
        "moved": lambda: schedule.move_session(world.session, date(2026, 9, 20), time(9), by=by),
        "cancelled": lambda: schedule.cancel(world.session, by=by),
        "extended": lambda: deadlines.extend(own, world.module, ItemKind.PREWORK, far, reason="Ill.", by=by),
        "back again": lambda: (
            membership.withdraw(own, by=by, reason="Moved away."),
            membership.reinstate(own, by=by, reason="Came back."),
        ),
    }

    assert night_and_morning(world, happens[what]) == expected


@travel(PREWORK - timedelta(hours=4), tick=False)
def test_what_is_moved_there_and_back_is_told_once_and_not_lost(db: None) -> None:
    world = running()
    letters()
    now = PREWORK - timedelta(hours=4)
    tick.run(now)

    moved(world)
    world.session.refresh_from_db()
    schedule.move_session(world.session, date(2026, 9, 12), time(9), by=world.organizer)
    tick.run(now)

    waiting = Letter.objects.filter(state=LetterState.APPROVED)
    assert sorted(waiting.values_list("kind", flat=True)) == ["prework-due", "session-tomorrow"]
    assert Letter.objects.filter(state=LetterState.CANCELLED).count() == 2


def test_reader_elsewhere_is_told_the_own_time(db: None) -> None:
    world = running()
    world.participant.user.zone = "Europe/Berlin"
    world.participant.user.save()

    (first, _second) = reminders.due(PREWORK - timedelta(hours=4))

    assert first.context["reader_zone_note"] == "Sat 12 Sep, 03:00 your time"


@pytest.mark.parametrize("people", [1, 3])
def test_reminders_take_constant_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    world = running()
    MembershipFactory.create_batch(people - 1, cohort=world.cohort)

    # sessions, module, people, channels; sessions soon; extended, sessions, module, people, extensions, resources,
    # ticks; running cohorts
    with django_assert_num_queries(13):
        found = kinds(PREWORK - timedelta(hours=4))

    assert len(found) == 2 * people
