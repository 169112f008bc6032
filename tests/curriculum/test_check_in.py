from datetime import UTC, datetime, timedelta

import pytest
from time_machine import travel

from curriculum import check_in, schedule
from curriculum.register import Attendance, WrongCode
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership

START = datetime(2026, 9, 12, 1, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    return running(weeks=2)


def arrive(world: World, typed: str) -> str:
    member = world.participant
    return check_in.check_in(world.session, member, typed, by=member.user).state


@pytest.mark.parametrize(("minutes", "state"), [(-15, "present"), (0, "present"), (10, "present"), (29, "late")])
def test_the_code_that_is_shown_checks_in(world: World, minutes: int, state: str) -> None:
    with travel(START + timedelta(minutes=minutes), tick=False):
        assert arrive(world, check_in.code(world.session, datetime.now(UTC))) == state
        arrive(world, check_in.code(world.session, datetime.now(UTC)))

    mark = Attendance.objects.get()
    assert mark.is_self
    assert mark.changes.count() == 1


def test_code_has_blanks_as_it_is_shown(world: World) -> None:
    with travel(START, tick=False):
        code = check_in.code(world.session, START)

        assert arrive(world, f" {code[:3]} {code[3:]} ") == "present"


@pytest.mark.parametrize("minutes", [-16, 30, 60, 24 * 60])
def test_nobody_checks_in_outside_the_window(world: World, minutes: int) -> None:
    with (
        travel(START + timedelta(minutes=minutes), tick=False),
        pytest.raises(RuleViolation, match="15 minutes before"),
    ):
        arrive(world, check_in.code(world.session, datetime.now(UTC)))

    assert not Attendance.objects.exists()


@pytest.mark.parametrize(
    ("age", "is_taken"), [(0, True), (59, True), (61, True), (121, False), (600, False), (-61, False)]
)
def test_an_old_code_is_refused(world: World, age: int, is_taken: bool) -> None:
    at = START + timedelta(minutes=5, seconds=30)
    code = check_in.code(world.session, at - timedelta(seconds=age))

    with travel(at, tick=False):
        if is_taken:
            assert arrive(world, code) == "present"
        else:
            with pytest.raises(RuleViolation, match="not the code"):
                arrive(world, code)


@pytest.mark.parametrize("typed", ["", "000000", "abcdef", "٣٣٣٣٣٣", "1" * 20, "123456\x00"])
def test_a_forged_code_is_refused_and_counted(world: World, typed: str) -> None:
    with travel(START, tick=False):
        right = check_in.code(world.session, START)
        assert typed != right

        with pytest.raises(RuleViolation, match="not the code"):
            arrive(world, typed)

    assert WrongCode.objects.get().membership == world.participant
    assert not Attendance.objects.exists()


def test_the_code_of_another_session_is_refused(world: World) -> None:
    with travel(START, tick=False), pytest.raises(RuleViolation, match="not the code"):
        arrive(world, check_in.code(world.sessions[1], START))


def test_the_key_of_the_site_decides_the_code(world: World, settings: object) -> None:
    before = check_in.code(world.session, START)

    settings.SECRET_KEY = "another-key"  # type: ignore[attr-defined]  # of pytest-django

    assert check_in.code(world.session, START) != before


def test_guessing_ends_after_five_wrong_codes_for_ten_minutes(world: World) -> None:
    with travel(START, tick=False):
        for _guess in range(check_in.MOST_WRONG):
            with pytest.raises(RuleViolation, match="not the code"):
                arrive(world, "wrong")
        with pytest.raises(RuleViolation, match="Too many wrong codes"):
            arrive(world, check_in.code(world.session, START))
    with travel(START + timedelta(minutes=11), tick=False):
        assert arrive(world, check_in.code(world.session, datetime.now(UTC))) == "late"

    assert WrongCode.objects.count() == check_in.MOST_WRONG


def test_nobody_checks_somebody_else_in(world: World) -> None:
    stranger, gone = MembershipFactory.create(), MembershipFactory.create(cohort=world.cohort)
    membership.withdraw(gone, by=world.organizer, reason="Moved away.")
    gone.refresh_from_db()
    with travel(START, tick=False):
        code = check_in.code(world.session, START)

        for member, by in ((world.participant, stranger.user), (stranger, stranger.user), (gone, gone.user)):
            with pytest.raises(RuleViolation, match="only themselves"):
                check_in.check_in(world.session, member, code, by=by)


def test_a_cancelled_session_takes_nobody(world: World) -> None:
    with travel(START - timedelta(days=1), tick=False):
        schedule.cancel(world.session, by=world.organizer)
    world.session.refresh_from_db()

    with travel(START, tick=False), pytest.raises(RuleViolation, match="15 minutes before"):
        arrive(world, check_in.code(world.session, START))


def test_check_in_replaces_an_absence_but_no_presence(world: World) -> None:
    with travel(START + timedelta(minutes=20), tick=False):
        Attendance.objects.create(session=world.session, membership=world.participant, state="absent")
        assert arrive(world, check_in.code(world.session, datetime.now(UTC))) == "late"
        Attendance.objects.update(state="present", is_self=False)
        assert arrive(world, check_in.code(world.session, datetime.now(UTC))) == "present"

    assert not Attendance.objects.get().is_self
