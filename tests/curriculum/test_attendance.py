from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from time_machine import travel

from curriculum import absences, attendance, schedule
from curriculum.choices import AttendanceState as State
from curriculum.register import Attendance, AttendanceChange
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership
from whitebox.people.models import Membership

START = datetime(2026, 9, 12, 1, tzinfo=UTC)  # of session 1: 09:00 in Manila
DURING = START + timedelta(minutes=5)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    return running(weeks=3)


def state_of(world: World, member: Membership | None = None) -> str:
    return Attendance.objects.get(session=world.session, membership=member or world.participant).state


def mark(world: World, state: State) -> object:
    return attendance.mark(world.session, {world.participant.pk}, state, by=world.organizer)


@travel(DURING, tick=False)
def test_mark_writes_a_state_and_its_history(world: World) -> None:
    mark(world, State.PRESENT)
    mark(world, State.LATE)

    assert state_of(world) == State.LATE
    changes = AttendanceChange.objects.values_list("left", "entered", "by")
    assert list(changes) == [("", "present", world.organizer.pk), ("present", "late", world.organizer.pk)]


@travel(DURING, tick=False)
def test_mark_twice_changes_nothing(world: World) -> None:
    assert mark(world, State.PRESENT)
    assert mark(world, State.PRESENT) is None

    assert AttendanceChange.objects.count() == 1


@travel(DURING, tick=False)
def test_the_rest_is_present_and_those_marked_stay(world: World) -> None:
    others = MembershipFactory.create_batch(2, cohort=world.cohort)
    MembershipFactory.create()  # in another cohort
    mark(world, State.EXCUSED)

    for _again in range(2):
        attendance.mark_the_rest_present(world.session, by=world.organizer)

    assert state_of(world) == State.EXCUSED
    assert [state_of(world, one) for one in others] == [State.PRESENT, State.PRESENT]
    assert Attendance.objects.count() == 3


@travel(DURING, tick=False)
def test_undo_takes_back_one_tap_at_a_time(world: World) -> None:
    other = MembershipFactory.create(cohort=world.cohort)
    mark(world, State.LATE)
    attendance.mark_the_rest_present(world.session, by=world.organizer)

    assert attendance.undo(world.session, by=world.organizer) == 1
    assert (state_of(world), state_of(world, other)) == (State.LATE, "")
    attendance.undo(world.session, by=world.organizer)
    assert state_of(world) == ""
    with pytest.raises(RuleViolation, match="nothing to undo"):
        attendance.undo(world.session, by=world.organizer)
    assert AttendanceChange.objects.count() == 4


@travel(DURING, tick=False)
def test_undo_leaves_what_somebody_else_marked_since(world: World) -> None:
    mentor = MembershipFactory.create(cohort=world.cohort).user
    mark(world, State.PRESENT)
    attendance.mark(world.session, {world.participant.pk}, State.ABSENT, by=mentor)

    assert attendance.undo(world.session, by=world.organizer) == 0

    assert state_of(world) == State.ABSENT


@pytest.mark.parametrize(
    ("prepare", "state", "words"),
    [
        (lambda world: schedule.cancel(world.session, by=world.organizer), State.PRESENT, "cancelled"),
        (lambda world: membership.withdraw(world.participant, by=world.organizer, reason="x"), State.LATE, "study"),
        (lambda world: mark(world, State.PRESENT), State.MADE_UP, "missed"),
    ],
)
@travel(DURING, tick=False)
def test_mark_refuses(world: World, prepare: Callable[[World], object], state: State, words: str) -> None:
    prepare(world)

    with pytest.raises(RuleViolation, match=words):
        mark(world, state)


@travel(START - timedelta(days=1), tick=False)
def test_only_an_excuse_comes_before_the_session(world: World) -> None:
    mark(world, State.EXCUSED)

    with pytest.raises(RuleViolation, match="not begun"):
        mark(world, State.PRESENT)
    assert state_of(world) == State.EXCUSED


@travel(DURING, tick=False)
def test_what_was_missed_can_be_made_up(world: World) -> None:
    mark(world, State.ABSENT)

    mark(world, State.MADE_UP)

    assert state_of(world) == State.MADE_UP


@pytest.mark.parametrize(
    ("states", "weeks"),
    [
        ((State.ABSENT, State.ABSENT, State.PRESENT), None),
        ((State.PRESENT, State.ABSENT, State.ABSENT), [2, 3]),
        ((State.ABSENT, State.ABSENT, State.ABSENT), [1, 2, 3]),
        ((State.ABSENT, State.EXCUSED, State.ABSENT), [1, 3]),
        ((State.ABSENT, State.MADE_UP, State.ABSENT), None),
        ((State.ABSENT, State.ABSENT, ""), [1, 2]),
        ((State.EXCUSED, State.EXCUSED, State.ABSENT), None),
    ],
)
@travel(LATER, tick=False)
def test_two_absences_in_a_row_raise_the_warning(
    world: World, states: tuple[str, ...], weeks: list[int] | None
) -> None:
    for session, state in zip(world.sessions, states, strict=True):
        Attendance.objects.create(session=session, membership=world.participant, state=state)

    found = absences.in_a_row(Q(cohort=world.cohort))

    assert [(one.membership, one.weeks) for one in found] == ([(world.participant, weeks)] if weeks else [])


@travel(LATER, tick=False)
def test_warning_is_about_people_who_are_still_here(world: World) -> None:
    for session in world.sessions:
        Attendance.objects.create(session=session, membership=world.participant, state=State.ABSENT)
    membership.withdraw(world.participant, by=world.organizer, reason="Moved away.")

    assert absences.in_a_row(Q(cohort=world.cohort)) == []
