"""A clock that jumps, forwards or back, while letters and jobs are under way: nothing twice, nothing lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from mastery import queue
from mastery.choices import JobState
from mastery.models import GradeEvent, GradingJob
from tests.factories.mastery import code, make_course
from tests.faults.work import make_letters
from whitebox.outbox import letters, tick
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def claimed(letter: Letter, now: datetime) -> Letter | None:
    with time_machine.travel(now, tick=False):
        return letters.claim(letter.pk, now=now)


@pytest.mark.parametrize("jump", [HOUR, -HOUR, timedelta(days=400), -timedelta(days=400)])
def test_a_letter_that_is_being_sent_when_the_clock_jumps_is_never_claimed_again(jump: timedelta) -> None:
    with time_machine.travel(NOON, tick=False):
        (letter,) = make_letters(1)
    held = claimed(letter, NOON)
    assert held is not None

    with time_machine.travel(NOON + jump, tick=False):
        letters.give_up_leases(NOON + jump)
        again = letters.claim(letter.pk, now=NOON + jump)
        letters.record(held, LetterState.SENT)

    letter.refresh_from_db()
    assert again is None
    expected = LetterState.UNCERTAIN if jump > timedelta(0) else LetterState.SENT
    assert letter.state == expected  # A lease that seems to have ended leaves the question to a person.


def test_a_letter_waits_while_the_clock_is_behind_and_leaves_when_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(NOON, tick=False):
        (letter,) = make_letters(1)
    assert claimed(letter, NOON - HOUR) is None
    assert Letter.objects.overdue(NOON - HOUR).count() == 0

    handed_out: list[int] = []
    monkeypatch.setattr("whitebox.outbox.tasks.send_letter.delay_on_commit", handed_out.append)
    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert tick.hand_out(NOON + timedelta(seconds=1)) == 1

    assert handed_out == [letter.pk]


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> GradingJob:
    monkeypatch.setattr("mastery.working.work", lambda _job: None)  # No worker is there yet.
    forms = [code("first", "first")]
    course = make_course({"A": forms, "B": forms})
    return course.take({"first": "def softmax(x): ..."}).jobs.get()


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_program_that_is_graded_when_the_clock_jumps_gets_one_grade(
    jump: timedelta, job: GradingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = job.queued_at + timedelta(seconds=1)
    first = queue.claim(job.pk, now=now)
    assert first is not None
    sweep(now + jump)

    second = queue.claim(job.pk, now=now + jump)
    ended = [queue.finish(one, []) for one in (first, second) if one is not None]

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert ended == ([False, True] if jump > timedelta(0) else [True])
    assert GradeEvent.objects.filter(attempt=job.attempt, item="first").count() <= 1


def sweep(now: datetime) -> None:
    sweeps: list[Callable[[datetime], int]] = [one for one in tick.sweeps() if one.__module__.startswith("mastery")]
    assert sweeps
    for one in sweeps:
        one(now)
