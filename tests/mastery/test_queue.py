"""The queue under everything that can go wrong with workers, messages and brokers."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mastery import attempts, marking, queue, settling, sweeps, tasks, working
from mastery.choices import AttemptState, ErrorKind, JobState
from mastery.grading import code as grading
from mastery.grading.base import Verdict
from mastery.grading.code import CodeGrade, SandboxUnavailable
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, GradingJob
from tests.factories.mastery import Course, code, make_course, numeric, written
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter

ITEMS = {
    "A": [numeric("a-one", "first"), code("a-code", "second")],
    "B": [numeric("b-one", "first"), code("b-code", "second")],
}
ANSWERS: dict[str, attempts.Value] = {"a-one": "4", "a-code": "def f(): ..."}
RIGHT = [Mark("a-code", 2)]


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def job(course: Course) -> GradingJob:
    return course.take(ANSWERS).jobs.get()


def claimed(job: GradingJob) -> GradingJob:
    found = queue.claim(job.pk, now=timezone.now())
    assert found is not None
    return found


def state(job: GradingJob) -> tuple[str, str]:
    job.refresh_from_db()
    return job.state, Attempt.objects.get(pk=job.attempt_id).state


def test_submitting_queues_the_code_once(course: Course) -> None:
    attempt = course.take(ANSWERS)

    queue.enqueue(attempt)

    assert attempt.jobs.count() == 1
    assert attempt.state == AttemptState.SUBMITTED


def test_finishing_grades_the_attempt(job: GradingJob) -> None:
    held = claimed(job)
    assert state(job) == (JobState.LEASED, AttemptState.GRADING)

    assert queue.finish(held, RIGHT)

    assert state(job) == (JobState.DONE, AttemptState.GRADED)
    assert job.events.get().points == 2


def test_a_message_that_comes_twice_is_claimed_once(job: GradingJob) -> None:
    claimed(job)

    assert queue.claim(job.pk, now=timezone.now()) is None


def test_a_result_that_comes_twice_is_recorded_once(job: GradingJob) -> None:
    held = claimed(job)
    queue.finish(held, RIGHT)

    assert not queue.finish(held, [Mark("a-code", 0)])

    assert [event.points for event in job.attempt.events.filter(item="a-code")] == [2]


def test_a_killed_worker_loses_its_lease_and_its_late_result(job: GradingJob) -> None:
    killed = claimed(job)
    queue.give_back_expired(timezone.now() + queue.LEASE)
    assert state(job) == (JobState.QUEUED, AttemptState.SUBMITTED)

    second = claimed(job)

    assert not queue.finish(killed, [Mark("a-code", 0)])
    assert queue.finish(second, RIGHT)
    assert job.attempt.events.get(item="a-code").points == 2


def test_a_lease_that_holds_is_left_alone(job: GradingJob) -> None:
    claimed(job)

    assert queue.give_back_expired(timezone.now()) == 0


def test_three_killed_workers_end_the_job_at_no_cost(job: GradingJob, course: Course) -> None:
    for _try in range(3):
        claimed(job)
        queue.give_back_expired(timezone.now() + queue.LEASE)

    assert state(job) == (JobState.DEAD, AttemptState.VOID)
    assert sorted(Letter.objects.values_list("kind", "recipient")) == [
        ("attempt-void", course.user.pk),
        ("attempt-void-staff", course.mentor.user_id),
    ]
    again = course.start()
    assert (again.form, again.number) == ("A", 2)


def test_voiding_twice_tells_once(job: GradingJob) -> None:
    settling.void(job.attempt)
    settling.void(job.attempt)

    assert Letter.objects.filter(kind="attempt-void").count() == 1


def test_a_broken_exercise_ends_the_job_without_another_try(job: GradingJob) -> None:
    held = claimed(job)

    assert queue.spoil(held, "the reference raises")
    assert not queue.spoil(held, "again")

    assert state(job) == (JobState.FAILED, AttemptState.VOID)
    assert (job.error_kind, job.error) == (ErrorKind.GRADER, "the reference raises")


def unavailable(*_: Any, patience: float | None = None) -> CodeGrade:
    raise SandboxUnavailable("no bubblewrap")


def passed(*_: Any, patience: float | None = None) -> CodeGrade:
    return CodeGrade(Verdict.PASSED, "")


def broken(*_: Any, patience: float | None = None) -> CodeGrade:
    return CodeGrade(Verdict.VOID, "", grading.ErrorKind.GRADER_CRASHED, detail="cases.py raised")


def test_without_a_sandbox_the_attempt_waits_and_no_try_is_spent(
    job: GradingJob, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "grade", unavailable)

    for _delivery in range(5):
        working.work(job.pk)

    assert state(job) == (JobState.QUEUED, AttemptState.SUBMITTED)
    assert (job.tries, job.error_kind) == (0, ErrorKind.NO_SANDBOX)
    assert list(marking.waiting(course.mentor.user)) == [job.attempt]


def test_a_mentor_marks_code_while_grading_is_paused(
    job: GradingJob, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grading, "grade", unavailable)
    working.work(job.pk)

    marking.mark(job.attempt, "a-code", Judgement(1, "Right."), by=course.mentor.user)

    assert state(job) == (JobState.WITHDRAWN, AttemptState.GRADED)
    assert queue.claim(job.pk, now=timezone.now()) is None


def test_code_that_a_worker_holds_cannot_be_marked(job: GradingJob, course: Course) -> None:
    GradingJob.objects.filter(pk=job.pk).update(error_kind=ErrorKind.NO_SANDBOX)
    claimed(job)

    with pytest.raises(RuleViolation, match="does not wait for a mark now"):
        marking.mark(job.attempt, "a-code", Judgement(1), by=course.mentor.user)


def test_the_sandbox_that_comes_back_grades_what_waited(job: GradingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "grade", unavailable)
    working.work(job.pk)
    monkeypatch.setattr(grading, "grade", passed)

    working.work(job.pk)

    assert state(job) == (JobState.DONE, AttemptState.GRADED)


def test_a_void_verdict_voids_the_attempt(job: GradingJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "grade", broken)

    working.work(job.pk)

    assert state(job) == (JobState.FAILED, AttemptState.VOID)
    assert "cases.py raised" in job.error


def test_the_broker_may_lose_the_message(
    course: Course, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """Nothing is delivered when the attempt is submitted; the next tick finds the row."""
    monkeypatch.setattr(grading, "grade", passed)
    job = course.take(ANSWERS).jobs.get()  # its message is lost: the callbacks never run
    assert state(job) == (JobState.QUEUED, AttemptState.SUBMITTED)

    with django_capture_on_commit_callbacks(execute=True):
        handed_out = queue.hand_out(timezone.now() + timedelta(minutes=1))

    assert handed_out == 1
    assert state(job) == (JobState.DONE, AttemptState.GRADED)


def test_the_page_takes_a_submission_while_the_broker_is_gone(
    course: Course, monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", lambda pk: None)
    attempt = course.start()
    client.force_login(course.user)

    answer = client.post(f"/mastery/attempts/{attempt.pk}/submit/", ANSWERS, follow=True)

    assert answer.status_code == 200
    assert "It will be graded as soon as a worker is free" in answer.content.decode()


def test_code_and_words_need_both_graders(course: Course, db: None) -> None:
    mixed = make_course({form: [code(f"{form}-code", "first"), written(f"{form}-words", "second")] for form in "AB"})
    job = mixed.take({"A-code": "x", "A-words": "Because."}).jobs.get()
    assert not marking.waiting(mixed.mentor.user).exists()

    queue.finish(claimed(job), [Mark("A-code", 2)])

    assert state(job) == (JobState.DONE, AttemptState.NEEDS_MARK)
    marking.mark(job.attempt, "A-words", Judgement(2), by=mixed.mentor.user)
    assert state(job) == (JobState.DONE, AttemptState.GRADED)


def test_the_place_in_line_counts_who_came_first(course: Course) -> None:
    first, second = course.take(ANSWERS), make_course(ITEMS).take(ANSWERS)

    assert [line and line.place for line in map(queue.place_in_line, (first, second))] == [1, 2]


def test_an_hourly_self_test_is_asked_for_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(tasks.test_sandbox, "delay_on_commit", lambda: asked.append(True))
    sweeps.keep_self_test_fresh(timezone.now())
    tasks.test_sandbox()

    sweeps.keep_self_test_fresh(timezone.now())

    assert asked == [True]
