"""Redis is away for as long as OUTAGE says, in seconds; people go on handing in, and nothing of it is lost.

OUTAGE=300 python -m pytest tests/faults/test_outage.py -s
"""

import os
import time

import pytest

from mastery.choices import AttemptState
from tests.faults.brokers import wait_until
from tests.faults.ground import Ground
from tests.faults.test_broker import PATIENCE, signed_in, submit
from tests.faults.work import grades, is_anything_under_way, make_code_course, make_letters, states
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

OUTAGE = float(os.environ.get("OUTAGE", "8"))
EVERY = max(2.0, OUTAGE / 20)  # seconds between two people


@pytest.mark.redis
@pytest.mark.sandbox
def test_redis_is_away_and_comes_back(ground: Ground) -> None:
    courses = [make_code_course() for _ in range(round(OUTAGE / EVERY))]
    attempts = [course.start() for course in courses]
    taken = []
    with ground.worker(concurrency=2) as worker, ground.web():
        ground.broker.cut()
        begun = time.monotonic()
        for place, (course, attempt) in enumerate(zip(courses, attempts, strict=True)):
            page, seconds = submit(signed_in(ground, course), attempt)
            assert "It will be graded as soon as a worker is free" in page
            taken.append(seconds)
            make_letters(2)
            time.sleep(max(0.0, (place + 1) * EVERY - (time.monotonic() - begun)))
        away = time.monotonic() - begun
        assert states(attempts) == {AttemptState.SUBMITTED}
        assert worker.poll() is None

        ground.broker.mend()
        back = time.monotonic()
        wait_until(lambda: not is_anything_under_way(), "everything ends", seconds=300, beat=ground.round)
        print(
            f"\nRedis was away for {away:.0f} s; {len(attempts)} handed in meanwhile, the slowest page took "
            f"{max(taken):.2f} s; all was graded and sent {time.monotonic() - back:.1f} s after it came back"
        )
        assert worker.poll() is None

    assert max(taken) < PATIENCE
    assert [grades(one) for one in attempts] == [{"softmax": 1, "sum": 1}] * len(attempts)
    mails = ground.mails()
    assert {mails[pk] for pk in Letter.objects.filter(state=LetterState.SENT).values_list("pk", flat=True)} == {1}
    assert ground.invariants() == "All invariants hold."
