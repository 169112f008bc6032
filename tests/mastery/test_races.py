"""What two requests do at the same moment, on a database with row locks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mastery import attempts, ledger, marking, queue, working
from mastery.choices import AttemptState, ErrorKind
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent, GradingJob
from tests.factories.mastery import HALF, code, make_course
from whitebox.errors import RuleViolation

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what is handed out to the test: here commits are real, and a worker would be first at every race."""
    monkeypatch.setattr(working, "work", lambda _job_id: None)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all at once, each on its own connection; a refusal is a result too."""

    def done(deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        except RuleViolation as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [one.result(timeout=30) for one in [pool.submit(done, deed) for deed in deeds]]


def test_two_clicks_on_start_open_one_attempt() -> None:
    course = make_course()

    def click(token: str) -> Attempt:
        return attempts.start(course.participant, course.check, token=token, by=course.user)

    first, second = together(lambda: click("a"), lambda: click("b"))

    assert first == second
    assert Attempt.objects.count() == 1


def test_two_clicks_on_submit_grade_once() -> None:
    course = make_course()
    attempt = course.start()

    together(*[lambda: attempts.submit(attempt, HALF, by=course.user)] * 4)

    assert attempt.events.count() == 2
    assert attempt.assignments.count() == 1


def test_one_message_delivered_to_many_workers_is_claimed_once() -> None:
    course = make_course({form: [code(f"{form}-code", "first")] for form in "AB"})
    job = course.take({"A-code": "x"}).jobs.get()

    claimed = together(*[lambda: queue.claim(job.pk, now=timezone.now())] * 4)

    assert len([one for one in claimed if one is not None]) == 1


def test_a_mentor_and_a_worker_that_come_together_leave_one_grade() -> None:
    course = make_course({form: [code(f"{form}-code", "first")] for form in "AB"})
    attempt = course.take({"A-code": "x"})
    job = attempt.jobs.get()
    GradingJob.objects.update(error_kind=ErrorKind.NO_SANDBOX)

    def work() -> None:
        held = queue.claim(job.pk, now=timezone.now())
        if held is not None:
            queue.finish(held, [Mark("A-code", 2)])

    together(work, lambda: marking.mark(attempt, "A-code", Judgement(1), by=course.mentor.user), work)

    attempt.refresh_from_db()
    assert GradeEvent.objects.filter(item="A-code").count() == 1
    assert attempt.state == AttemptState.GRADED
    assert ledger.replay(course.participant) == ledger.stored(course.participant)
