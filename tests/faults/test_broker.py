"""The broker goes, hangs, forgets and repeats itself. The database is the truth, so all of it is only slower."""

import time
from contextlib import nullcontext

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from mastery.choices import AttemptState, JobState
from mastery.models import Attempt
from tests.factories.mastery import Course
from tests.faults.brokers import Wire, wait_until
from tests.faults.ground import Ground
from tests.faults.visitor import Visitor
from tests.faults.work import grades, hand_in, is_anything_under_way, make_code_course, make_letters, states
from tests.mastery.grading.exercises import REFERENCE
from whitebox.celery import PAUSE
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people.models import User

PASSWORD = "a-password-of-the-tests"
PATIENCE = 3.0  # seconds that a page may take while the broker is gone
ANSWERS = {"softmax": REFERENCE, "sum": "4"}


def signed_in(ground: Ground, course: Course) -> Visitor:
    User.objects.filter(pk=course.user.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", 1000))
    visitor = Visitor(ground.address)
    visitor.sign_in(course.user.email, PASSWORD)
    return visitor


def submit(visitor: Visitor, attempt: Attempt) -> tuple[str, float]:
    page = f"/mastery/attempts/{attempt.pk}/"
    return visitor.post(f"{page}submit/", ANSWERS, page=page)


def _is_graded(attempt: Attempt) -> bool:
    return Attempt.objects.get(pk=attempt.pk).state == AttemptState.GRADED


@pytest.mark.sandbox
def test_page_takes_a_submission_while_the_broker_is_gone_and_it_is_graded_later(ground: Ground) -> None:
    first, second, third = make_code_course(), make_code_course(), make_code_course()
    attempts = [course.start() for course in (first, second, third)]
    with ground.worker() as worker, ground.web():
        usual = signed_in(ground, first)
        begun = time.monotonic()
        submit(usual, attempts[0])
        wait_until(lambda: _is_graded(attempts[0]), "an idle worker grades")
        print(f"\nsubmit to grade with an idle worker: {time.monotonic() - begun:.2f} s")

        ground.broker.cut()
        visitor = signed_in(ground, second)
        page, seconds = submit(visitor, attempts[1])
        print(f"submit while the broker is gone: {seconds:.2f} s")
        assert seconds < PATIENCE
        assert "It will be graded as soon as a worker is free" in page
        assert attempts[1].jobs.get().state == JobState.QUEUED
        assert worker.poll() is None

        ground.broker.mend()
        begun = time.monotonic()
        # The broker made of files has no line to mend: its worker ends, and whoever runs it starts the next one.
        with nullcontext() if isinstance(ground.broker, Wire) else ground.worker():
            _keep_ticking(ground, attempts[1])
        print(f"graded after the broker came back: {time.monotonic() - begun:.2f} s")

        if isinstance(ground.broker, Wire):
            visitor = signed_in(ground, third)
            time.sleep(PAUSE)  # Within it the page would not even ask.
            ground.broker.hang()
            _, seconds = submit(visitor, attempts[2])
            print(f"submit while the broker hangs: {seconds:.2f} s")
            assert seconds < 2 * PATIENCE
            ground.broker.mend()
            _keep_ticking(ground, attempts[2])
            assert worker.poll() is None

    assert grades(attempts[1]) == {"softmax": 1, "sum": 1}


def _keep_ticking(ground: Ground, attempt: Attempt) -> None:
    """Do what the beat does, more often than it does, until the attempt is graded."""

    def is_graded() -> bool:
        ground.round()
        time.sleep(0.3)
        return _is_graded(attempt)

    wait_until(is_graded, "graded after the broker is back")


@pytest.mark.sandbox
def test_messages_that_are_lost_or_come_three_times_do_everything_once(ground: Ground) -> None:
    course = make_code_course()
    attempts = [hand_in(course) for _ in range(4)]
    written = make_letters(8)
    for attempt in attempts:
        ground.send("mastery.grade_job", attempt.jobs.get().pk)
    ground.broker.purge()

    with ground.worker(concurrency=2):
        ground.round()
        wait_until(lambda: Letter.objects.filter(pk__in=[one.pk for one in written], state="sent").count() == 8, "sent")
        wait_until(
            lambda: states(attempts) == {AttemptState.GRADED}, "lost messages are found again", beat=ground.round
        )

        later = [hand_in(course) for _ in range(4)]
        more = make_letters(8)
        for one in later:
            ground.send("mastery.grade_job", one.jobs.get().pk, times=3)
        for letter in more:
            ground.send("outbox.send_letter", letter.pk, times=3)
        for _ in range(3):
            ground.round()
        wait_until(
            lambda: states(later) == {AttemptState.GRADED} and not is_anything_under_way(),
            "all is done",
            beat=ground.round,
        )
        time.sleep(0.5)  # The last duplicates find nothing to do.
        ground.round()

    assert [grades(one) for one in attempts + later] == [{"softmax": 1, "sum": 1}] * 8
    assert {one.jobs.get().tries for one in attempts + later} == {1}
    mails = ground.mails()
    everything = Letter.objects.filter(state=LetterState.SENT).values_list("pk", flat=True)
    assert {mails[pk] for pk in everything} == {1}
    assert ground.invariants() == "All invariants hold."
