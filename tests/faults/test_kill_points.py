"""A worker dies after each statement in turn, while it grades and while it sends. Time passes; others go on."""

import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from mastery import queue, working
from mastery.choices import AttemptState
from mastery.models import Attempt
from tests.faults.ground import Ground, expire_leases
from tests.faults.work import grades, hand_in, make_code_course, make_letters
from whitebox.outbox import delivery, letters
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

FEWEST = {"grading": 15, "sending": 3}  # statements: fewer would mean that nothing was done


@pytest.fixture
def mailbox(ground: Ground, settings: Settings) -> Path:
    """Let this process send where the ground's workers do."""
    folder = ground.folder / "mail"
    folder.mkdir(exist_ok=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(folder)
    return folder


def dies(work: Callable[[int], object], pk: int, after: int) -> bool:
    """Do `work` in a process that is killed once it has made so many statements; tell whether it came to that."""
    connection.close()  # a child must not have the line of its parent
    child = os.fork()
    if child == 0:
        _work_and_die(work, pk, after)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work broke by itself"
    return os.WIFSIGNALED(status)


def _work_and_die(work: Callable[[int], object], pk: int, after: int) -> None:
    made = count(1)

    def counting(execute: Callable[..., Any], *asked: Any) -> Any:
        answer = execute(*asked)
        if next(made) == after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    code = 1
    try:
        with connection.execute_wrapper(counting):
            work(pk)
        code = 0
    finally:
        os._exit(code)  # nothing of the test runs twice


def require_graded_once(attempt: Attempt, after: int) -> None:
    found = Attempt.objects.get(pk=attempt.pk)
    assert found.state == AttemptState.GRADED, f"after statement {after}"
    assert grades(found) == {"softmax": 1, "sum": 1}, f"after statement {after}"
    told = Letter.objects.filter(about=f"mastery.attempt:{attempt.pk}").count()
    assert told == 1, f"{told} letters after statement {after}"


@pytest.mark.sandbox
def test_a_grader_that_dies_after_any_statement_loses_and_doubles_nothing(ground: Ground, mailbox: Path) -> None:
    course = make_code_course()
    died = 0
    for after in count(1):
        attempt = hand_in(course)
        job = attempt.jobs.get()
        if not dies(working.work, job.pk, after):
            break
        died += 1
        expire_leases()
        queue.give_back_expired(timezone.now())
        working.work(job.pk)
        require_graded_once(attempt, after)

    assert died >= FEWEST["grading"]
    assert ground.invariants() == "All invariants hold."


@pytest.mark.sandbox
def test_a_grader_of_several_that_dies_after_any_statement_loses_and_doubles_nothing(
    ground: Ground, mailbox: Path
) -> None:
    course = make_code_course()
    died = together = 0
    for after in count(1):
        line = [hand_in(course) for _person in range(9)]
        jobs = [attempt.jobs.get().pk for attempt in line]
        if not dies(working.work, jobs[0], after):
            break
        died += 1
        expire_leases()
        together = max(together, queue.give_back_expired(timezone.now()))
        for job in jobs:
            working.work(job)
        for attempt in line:
            require_graded_once(attempt, after)

    assert died >= FEWEST["grading"]
    assert together == 3
    assert ground.invariants() == "All invariants hold."


def test_a_sender_that_dies_after_any_statement_never_sends_twice(ground: Ground, mailbox: Path) -> None:
    died = 0
    for after in count(1):
        (letter,) = make_letters(1)
        if not dies(delivery.send, letter.pk, after):
            break
        died += 1
        expire_leases()
        letters.give_up_leases(timezone.now())
        delivery.send(letter.pk)
        state = Letter.objects.get(pk=letter.pk).state
        sent = ground.mails()[letter.pk]
        assert (state, sent) in {
            (LetterState.SENT, 1),
            (LetterState.UNCERTAIN, 0),
            (LetterState.UNCERTAIN, 1),
        }, f"{state}, sent {sent} times after statement {after}"

    assert died >= FEWEST["sending"]
