"""Everybody's turn: one running job a person, a pile of one person delays nobody, and an end to piling."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mastery import attempts, queue, tasks, working
from mastery.choices import AttemptState, JobState
from mastery.grading import code as grading
from mastery.grading.base import Verdict
from mastery.grading.code import CodeGrade
from mastery.ledger import Mark
from mastery.models import Attempt, GradingJob
from tests.factories.mastery import Course, code, make_course
from tests.mastery.test_queue import ANSWERS, ITEMS, RIGHT, claimed
from whitebox.errors import RuleViolation


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


def pile(course: Course, count: int, state: AttemptState = AttemptState.SUBMITTED) -> list[GradingJob]:
    """Queue many jobs of one person, as only a fault or an attack could."""
    member, check = course.participant, course.check
    first = Attempt.objects.filter(membership=member).count()
    made = Attempt.objects.bulk_create(
        Attempt(
            membership=member,
            for_check_id=check.for_check_id,
            check_version=check,
            form="A",
            number=first + number,
            seed=number,
            threshold_percent=80,
            client_token=f"pile-{first + number}",
            state=state,
            submitted_at=timezone.now(),
        )
        for number in range(1, count + 1)
    )
    jobs = [GradingJob(attempt=one, check_version=check, learner_id=member.user_id) for one in made]
    return GradingJob.objects.bulk_create(jobs)


def test_one_job_of_a_person_runs_at_a_time(course: Course) -> None:
    first, second = pile(course, 2)
    held = claimed(first)

    assert queue.claim(second.pk, now=timezone.now()) is None
    queue.finish(held, RIGHT)
    assert queue.claim(second.pk, now=timezone.now()) is not None


def test_the_end_of_a_job_calls_the_next_of_the_same_person(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)
    first, second, _third = pile(course, 3)

    queue.finish(claimed(first), RIGHT)
    queue.spoil(claimed(second), "broken")

    assert called == [second.pk, _third.pk]


def test_a_second_job_sends_no_message_of_its_own(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)
    pile(course, 1, AttemptState.VOID)  # which leaves the form free

    attempt = course.take(ANSWERS)

    assert (called, attempt.jobs.get().state) == ([], JobState.QUEUED)


def test_ten_thousand_jobs_of_one_person_delay_nobody(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    pile(course, 10_000)
    other = make_course(ITEMS).take(ANSWERS)
    line = queue.place_in_line(other)
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)

    queue.hand_out(timezone.now() + timedelta(minutes=1))

    assert line is not None
    assert line.place == 2  # One turn of the other person goes first, not ten thousand.
    assert called == [GradingJob.objects.earliest("pk").pk, other.jobs.get().pk]


def test_somebody_whose_code_is_running_has_no_turn_meanwhile(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    first, *_rest = pile(course, 3)
    claimed(first)
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)

    queue.hand_out(timezone.now() + timedelta(minutes=1))

    assert called == []


def test_piling_has_an_end_in_words(course: Course) -> None:
    pile(course, queue.MOST_AN_HOUR, AttemptState.VOID)
    attempt = course.start()

    with pytest.raises(RuleViolation, match=r"30 times within an hour\. Your answers are saved; go on in 1 h"):
        attempts.submit(attempt, ANSWERS, by=course.user)

    GradingJob.objects.update(queued_at=timezone.now() - timedelta(hours=1))
    attempts.submit(attempt, ANSWERS, by=course.user)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SUBMITTED


def test_the_usual_wait_is_the_median_of_the_last_jobs(course: Course) -> None:
    assert queue.usual_wait() is None
    now = timezone.now()
    for job, seconds in zip(pile(course, 3), (1, 4, 90), strict=True):
        GradingJob.objects.filter(pk=job.pk).update(
            state=JobState.DONE, queued_at=now - timedelta(seconds=seconds), ended_at=now
        )

    assert queue.usual_wait() == timedelta(seconds=4)


def graded(monkeypatch: pytest.MonkeyPatch, verdict: Verdict) -> list[str]:
    ran: list[str] = []

    def grade(source: str, *_: Any, patience: float | None = None) -> CodeGrade:
        ran.append(source)
        return CodeGrade(verdict, "" if verdict is Verdict.PASSED else "Not yet right on the case “two rows”.")

    monkeypatch.setattr(grading, "grade", grade)
    return ran


def seen_again(course: Course) -> Attempt:
    """Let a person start form A once more, as an override does."""
    attempt = Attempt.objects.get()
    return Attempt.objects.create(
        membership=course.participant,
        for_check_id=course.check.for_check_id,
        check_version=course.check,
        form="A",
        number=attempt.number + 1,
        seed=attempt.seed + 1,
        threshold_percent=80,
        client_token="again",
    )


def test_the_same_submission_costs_no_attempt_and_shows_the_stored_result(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = graded(monkeypatch, Verdict.NOT_YET)
    working.work(course.take(ANSWERS).jobs.get().pk)
    attempt = seen_again(course)

    with pytest.raises(RuleViolation, match=r"exactly this code in attempt 1: 0 of 2 points\. Not yet right"):
        attempts.submit(attempt, ANSWERS, by=course.user)

    attempt.refresh_from_db()
    assert (attempt.state, len(ran)) == (AttemptState.OPEN, 1)
    attempts.submit(attempt, ANSWERS | {"a-code": "def f(): return 1"}, by=course.user)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.SUBMITTED


def test_the_page_shows_the_stored_result_beside_the_code(
    course: Course, monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    graded(monkeypatch, Verdict.NOT_YET)
    working.work(course.take(ANSWERS).jobs.get().pk)
    attempt = seen_again(course)
    client.force_login(course.user)

    page = client.post(f"/mastery/attempts/{attempt.pk}/submit/", ANSWERS)

    text = page.content.decode()
    assert page.status_code == 422
    assert "Item 2: You handed in exactly this code in attempt 1: 0 of 2 points." in text
    assert "Nothing was handed in and no attempt is used" in text


def test_the_same_code_beside_other_answers_is_not_run_again(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = graded(monkeypatch, Verdict.PASSED)
    working.work(course.take(ANSWERS | {"a-one": "5"}).jobs.get().pk)
    attempt = seen_again(course)

    attempts.submit(attempt, ANSWERS, by=course.user)
    working.work(attempt.jobs.get().pk)

    event = attempt.events.get(item="a-code")
    assert (len(ran), event.points, event.reason) == (1, 2, "The same code as in attempt 1.")


def test_code_that_a_person_marked_is_no_stored_result(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = graded(monkeypatch, Verdict.NOT_YET)
    job = claimed(course.take(ANSWERS).jobs.get())
    queue.finish(job, [Mark("a-code", 0)])
    job.attempt.events.filter(item="a-code").update(by=course.mentor.user)
    attempt = seen_again(course)

    attempts.submit(attempt, ANSWERS, by=course.user)
    working.work(attempt.jobs.get().pk)

    assert len(ran) == 1


def test_the_code_of_somebody_else_is_run(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = graded(monkeypatch, Verdict.PASSED)

    for one in (course, make_course({"A": [code("a-code", "first")], "B": [code("b-code", "first")]})):
        working.work(one.take(ANSWERS).jobs.get().pk)

    assert len(ran) == 2
