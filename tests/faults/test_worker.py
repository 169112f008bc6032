"""A worker that meets hostile code, is told to stop, or has a twin."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mastery.choices import AttemptState
from mastery.models import Attempt
from tests.faults.brokers import wait_until
from tests.faults.ground import Ground
from tests.faults.work import grades, hand_in, is_ended, make_code_course, make_letters
from tests.mastery.grading.exercises import REFERENCE
from tests.mastery.grading.test_hostile import ATTACKS
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Heartbeat, Letter

HOSTILE = ("endless loop", "fork", "eat memory in a list", "flood of print", "forge the end and leave", "always equal")
QUICK = {"wall_seconds": 5, "cpu_seconds": 1, "memory_mb": 256}


@pytest.mark.sandbox
def test_hostile_code_gets_a_reason_and_the_next_job_its_grade(ground: Ground) -> None:
    course = make_code_course(limits=QUICK)
    hostile = [hand_in(course, ATTACKS[name][0]) for name in HOSTILE]
    honest = hand_in(course, REFERENCE)
    attempts = [*hostile, honest]
    for attempt in attempts:
        ground.send("mastery.grade_job", attempt.jobs.get().pk)

    with ground.worker() as worker:
        wait_until(lambda: all(is_ended(one) for one in attempts), "every program is judged", seconds=120)
        assert worker.poll() is None

    found = [one.events.get(item="softmax") for one in attempts]
    assert [event.points for event in found] == [0] * len(HOSTILE) + [2]
    assert all(event.detail["message"] for event in found[:-1])
    assert [event.detail["error_kind"] for event in found[:-1]] == [ATTACKS[name][1].value for name in HOSTILE]
    assert {one.state for one in Attempt.objects.filter(pk__in=[one.pk for one in attempts])} == {AttemptState.GRADED}
    assert [grades(one) for one in attempts] == [{"softmax": 1, "sum": 1}] * len(attempts)
    assert {one.jobs.get().tries for one in attempts} == {1}


def test_embedded_workers_bear_a_twin_and_stop_when_told(ground: Ground) -> None:
    written = make_letters(4)
    Heartbeat.objects.all().delete()
    with ground.worker(more="-B -n first@test") as first, ground.worker(more="-B -n second@test") as second:
        for letter in written:
            ground.send("outbox.send_letter", letter.pk, times=2)
        ground.send("outbox.tick", times=4)
        wait_until(
            lambda: Letter.objects.filter(pk__in=[one.pk for one in written], state=LetterState.SENT).count() == 4,
            "two workers share the work",
        )
        wait_until(Heartbeat.objects.exists, "a worker writes its heartbeat")
        wait_until(lambda: _beats(first.pid) and _beats(second.pid), "both beats run")
        assert (first.poll(), second.poll()) == (None, None)

        for worker in (first, second):
            worker.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        codes = [worker.wait(30) for worker in (first, second)]
        print(f"\nstopped {time.monotonic() - begun:.2f} s after SIGTERM")
        wait_until(lambda: not _group(first.pid) and not _group(second.pid), "no process is left", seconds=5)

    mails = ground.mails()
    assert codes == [0, 0]
    assert [mails[letter.pk] for letter in written] == [1, 1, 1, 1]
    assert Heartbeat.objects.filter(queue="interactive").count() == 1


def _group(leader: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if os.getpgid(int(entry.name)) == leader:
                found.append(int(entry.name))
    return found


def _beats(leader: int) -> bool:
    """Whether the group has, beside the worker and its one child, the process of the beat."""
    return len(_group(leader)) >= 3
