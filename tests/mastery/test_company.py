"""Several jobs of a long line at once: quicker for all, and nobody pays for another."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mastery import ledger, queue, tasks, working
from mastery.choices import AttemptState, ErrorKind, JobState
from mastery.grading import code as grading
from mastery.grading.base import Verdict
from mastery.grading.code import CodeGrade, OutOfPatience, SandboxUnavailable
from mastery.ledger import Mark
from mastery.models import Attempt, GradingJob
from tests.factories.mastery import Course, make_course
from tests.factories.people import MembershipFactory
from tests.mastery.test_queue import ANSWERS, ITEMS, RIGHT
from tests.mastery.test_turns import pile
from whitebox import trace
from whitebox.outbox import tasks as sending
from whitebox.outbox.models import Letter, LetterTemplate
from whitebox.prepared import MOST

WRONG = [Mark("a-code", 0)]
Patient = Callable[..., CodeGrade]


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


def line(course: Course, count: int) -> list[GradingJob]:
    """Let so many people hand in code, one after the other."""
    jobs = []
    for number in range(count):
        newcomer = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
        with trace.continued(f"trace-{number:04d}"):
            own = ANSWERS | {"a-code": f"def f(): return {number}"}
            jobs.append(replace(course, participant=newcomer).take(own).jobs.get())
    return jobs


def some(job: GradingJob) -> list[GradingJob]:
    return queue.claim_some(job.pk, now=timezone.now())


def grades(jobs: Sequence[GradingJob]) -> list[int]:
    """Return the points of the code of each job's attempt, -1 where it has none."""
    found = [job.attempt.events.filter(item="a-code").values_list("points", flat=True).first() for job in jobs]
    return [-1 if one is None else one for one in found]


def states(jobs: Sequence[GradingJob]) -> list[str]:
    return [GradingJob.objects.get(pk=job.pk).state for job in jobs]


def verdict(monkeypatch: pytest.MonkeyPatch, grade: Patient) -> list[tuple[str, float | None]]:
    """Let code be graded by `grade`; return what was run, with how much patience."""
    ran: list[tuple[str, float | None]] = []

    def graded(source: str, *_: Any, patience: float | None = None) -> CodeGrade:
        ran.append((source.rpartition(" ")[2], patience))
        return grade(source, patience)

    monkeypatch.setattr(grading, "grade", graded)
    return ran


def passes(_source: str, _patience: float | None) -> CodeGrade:
    return CodeGrade(Verdict.PASSED, "")


# Who goes together


def test_a_quarter_of_those_who_wait_goes_along_in_the_order_of_the_line(course: Course) -> None:
    jobs = line(course, 13)

    claimed = some(jobs[0])

    assert [job.pk for job in claimed] == [job.pk for job in jobs[:4]]
    assert {(job.state, job.tries, job.lease_token) for job in claimed} == {
        (JobState.LEASED, 1, claimed[0].lease_token)
    }
    assert {job.attempt.state for job in claimed} == {AttemptState.GRADING}
    assert states(jobs).count(JobState.LEASED) == 4
    assert Attempt.objects.filter(state=AttemptState.GRADING).count() == 4


def test_in_a_short_line_each_job_is_left_to_whoever_is_free(course: Course) -> None:
    jobs = line(course, 4)

    assert some(jobs[1]) == [jobs[1]]


def test_no_more_go_together_than_can_be_written_together(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    queue._line(0)  # This query is written once a process: with the true number, for the tests that follow.
    monkeypatch.setattr(queue, "MOST", 3)
    jobs = line(course, 20)

    assert len(some(jobs[0])) == 3


def test_a_second_worker_takes_the_next_ones(course: Course) -> None:
    jobs = line(course, 17)
    first = some(jobs[0])

    second = some(jobs[len(first)])

    assert not {job.pk for job in first} & {job.pk for job in second}
    assert some(jobs[1]) == []  # Its message comes while the first worker has it.


def test_one_person_gets_one_turn(course: Course) -> None:
    mine = pile(course, 50)
    others = line(course, 4)

    assert some(mine[0]) == [mine[0], others[0]]
    assert some(others[1]) == [others[1]]  # Somebody whose code is running has no turn meanwhile.


def test_what_ended_a_worker_once_goes_alone_and_takes_nobody_along(course: Course) -> None:
    jobs = line(course, 12)
    some(jobs[0])
    queue.give_back_expired(timezone.now() + queue.LEASE)

    assert some(jobs[0]) == [jobs[0]]
    assert jobs[1] not in some(jobs[5])  # It was among those that were lost.


def test_what_waits_for_a_sandbox_goes_alone(course: Course) -> None:
    jobs = line(course, 17)
    for job in some(jobs[0])[:2]:
        queue.pause(job, "no bubblewrap")

    assert some(jobs[0]) == [jobs[0]]
    assert jobs[1] not in some(jobs[8])


def test_a_job_that_another_claims_meanwhile_is_left_out(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = line(course, 13)
    looked = queue._next_in_line

    def and_another_comes(learner: int) -> dict[int, int]:
        found = looked(learner)
        assert queue.claim(jobs[2].pk, now=timezone.now())
        return found

    monkeypatch.setattr(queue, "_next_in_line", and_another_comes)

    assert [job.pk for job in some(jobs[0])] == [jobs[0].pk, jobs[1].pk, jobs[3].pk]


def test_where_the_job_itself_has_gone_meanwhile_the_others_go_on(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = line(course, 13)
    looked = queue._next_in_line

    def and_it_goes(learner: int) -> dict[int, int]:
        assert queue.claim(jobs[0].pk, now=timezone.now())
        return looked(learner)

    monkeypatch.setattr(queue, "_next_in_line", and_it_goes)

    assert some(jobs[0]) == jobs[1:4]


# What is written together


def test_each_gets_the_own_grade_letter_and_trace(course: Course) -> None:
    claimed = some(line(course, 13)[0])
    marks = [RIGHT, WRONG, RIGHT, WRONG]

    assert queue.finish_all(list(zip(claimed, marks, strict=True))) == claimed

    assert grades(claimed) == [2, 0, 2, 0]
    assert states(claimed) == [JobState.DONE] * 4
    for number, (job, (mark,)) in enumerate(zip(claimed, marks, strict=True)):
        attempt = Attempt.objects.get(pk=job.attempt_id)
        letter = Letter.objects.get(about=f"mastery.attempt:{attempt.pk}")
        assert (attempt.state, attempt.graded_at is not None) == (AttemptState.GRADED, True)
        assert letter.kind == ("attempt-graded" if mark.points else "attempt-not-yet")
        assert (letter.recipient_id, letter.trace) == (job.learner_id, f"trace-{number:04d}")
        assert attempt.membership.mastered.count() == (2 if mark.points else 1)
        assert attempt.assignments.count() == (0 if mark.points else 1)
        assert ledger.stored(attempt.membership) == ledger.replay(attempt.membership)


def test_writing_sixteen_asks_no_more_than_writing_two(
    course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    claimed = some(line(course, 61)[0])
    assert len(claimed) == MOST
    queue.finish_all([(job, RIGHT) for job in claimed[:2]])

    with django_assert_max_num_queries(16):
        queue.finish_all([(job, RIGHT) for job in claimed[2:]])


def test_a_lost_lease_costs_the_others_nothing(course: Course) -> None:
    claimed = some(line(course, 13)[0])
    GradingJob.objects.filter(pk=claimed[1].pk).update(lease_until=timezone.now())
    queue.give_back_expired(timezone.now())

    done = queue.finish_all([(job, RIGHT) for job in claimed])

    assert done == [claimed[0], *claimed[2:]]
    assert grades(claimed) == [2, -1, 2, 2]
    assert Letter.objects.count() == 3


@pytest.mark.parametrize("bad", [0, 3])
def test_what_cannot_be_written_costs_the_others_nothing(
    course: Course, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    claimed = some(line(course, 13)[0])
    record = ledger.record_all

    def refuses(marked: Sequence[ledger.Marked]) -> dict[int, Any]:
        found = record(marked)
        if any(one.job == claimed[bad] for one in marked):
            raise DatabaseError("no")
        return found

    monkeypatch.setattr(ledger, "record_all", refuses)

    with pytest.raises(DatabaseError, match="no"):
        queue.finish_all([(job, RIGHT) for job in claimed])

    assert grades(claimed) == [-1 if place == bad else 2 for place in range(4)]


def test_a_kind_without_a_wording_costs_nobody_a_grade(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    claimed = some(line(course, 13)[0])
    LetterTemplate.objects.filter(kind="attempt-not-yet").delete()

    queue.finish_all([(claimed[0], RIGHT), (claimed[1], WRONG)])

    assert Letter.objects.get().recipient_id == claimed[0].learner_id
    assert "no letter attempt-not-yet" in caplog.text


def test_letters_that_are_written_together_leave_by_one_message(
    course: Course, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    claimed = some(line(course, 13)[0])
    called: list[list[int]] = []
    send = sending.send_letters
    monkeypatch.setattr(send, "delay_on_commit", called.append)

    queue.finish_all([(job, RIGHT) for job in claimed])
    assert called == [list(Letter.objects.order_by("pk").values_list("pk", flat=True))]
    for _twice in range(2):
        send(called[0])

    assert sorted(one.to[0] for one in mailoutbox) == sorted(job.attempt.membership.user.email for job in claimed)


def test_the_next_job_of_each_person_is_called(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = line(course, 13)
    second = replace(course, participant=jobs[1].attempt.membership)
    more = pile(second, 1)[0]
    claimed = some(jobs[0])
    called: list[int] = []
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)

    queue.finish_all([(job, RIGHT) for job in claimed])

    assert called == [more.pk]


# How they are worked on


def test_all_are_graded_and_said_to_be_done_each_under_its_trace(
    course: Course, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = line(course, 13)
    ran = verdict(monkeypatch, passes)

    with caplog.at_level(logging.INFO, "mastery.working"):
        caplog.handler.addFilter(trace.Ids())
        working.work(jobs[0].pk)

    assert grades(jobs[:5]) == [2, 2, 2, 2, -1]
    assert ran == [(str(number), working.PATIENCE) for number in range(4)]
    assert [vars(one)["trace"] for one in caplog.records] == [f"trace-{number:04d}" for number in range(4)]


def test_who_needs_longer_is_run_again_when_the_others_have_their_grades(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = line(course, 13)
    seen: list[list[int]] = []

    def slow(source: str, patience: float | None) -> CodeGrade:
        if source.endswith(" 1"):
            if patience is not None:
                raise OutOfPatience
            seen.append(grades(jobs[:4]))
        return passes(source, patience)

    ran = verdict(monkeypatch, slow)
    working.work(jobs[0].pk)

    assert seen == [[2, -1, 2, 2]]
    assert grades(jobs[:4]) == [2, 2, 2, 2]
    assert ran[-1] == ("1", None)


def test_one_alone_is_given_its_whole_time_at_once(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = line(course, 2)
    ran = verdict(monkeypatch, passes)

    working.work(jobs[1].pk)

    assert ran == [("1", None)]


def test_a_broken_exercise_and_a_box_that_goes_end_only_the_own_job(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = line(course, 17)

    def ends(source: str, patience: float | None) -> CodeGrade:
        if source.endswith(" 1"):
            return CodeGrade(Verdict.VOID, "", grading.ErrorKind.GRADER_CRASHED, detail="cases.py raised")
        if source.endswith(" 2"):
            raise SandboxUnavailable("no bubblewrap")
        return passes(source, patience)

    verdict(monkeypatch, ends)
    working.work(jobs[0].pk)

    assert states(jobs[:5]) == [JobState.DONE, JobState.FAILED, JobState.QUEUED, JobState.DONE, JobState.DONE]
    assert GradingJob.objects.get(pk=jobs[2].pk).error_kind == ErrorKind.NO_SANDBOX
    assert Attempt.objects.get(pk=jobs[1].attempt_id).state == AttemptState.VOID


def test_an_error_of_ours_in_one_costs_that_one_a_try_and_no_other(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = line(course, 17)
    called: list[int] = []

    def breaks(source: str, patience: float | None) -> CodeGrade:
        if source.endswith(" 2"):
            raise ZeroDivisionError
        return passes(source, patience)

    verdict(monkeypatch, breaks)
    monkeypatch.setattr(tasks.grade_job, "delay_on_commit", called.append)
    with pytest.raises(ZeroDivisionError):
        working.work(jobs[0].pk)

    assert states(jobs[:5]) == [JobState.DONE, JobState.DONE, JobState.LEASED, JobState.QUEUED, JobState.QUEUED]
    assert [(job.tries, job.error_kind) for job in GradingJob.objects.filter(pk__in=[one.pk for one in jobs[3:5]])] == [
        (0, ErrorKind.NONE)
    ] * 2
    assert called == [jobs[3].pk, jobs[4].pk]
    assert Attempt.objects.get(pk=jobs[3].attempt_id).state == AttemptState.SUBMITTED


def test_when_it_takes_too_long_the_rest_goes_to_whoever_is_free(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = line(course, 17)
    monkeypatch.setattr(working, "LONGEST", 0.0)
    ran = verdict(monkeypatch, passes)

    working.work(jobs[0].pk)

    assert ran == []
    assert set(states(jobs)) == {JobState.QUEUED}
    assert {job.tries for job in GradingJob.objects.all()} == {0}


def test_putting_back_what_was_taken_over_changes_nothing(course: Course) -> None:
    claimed = some(line(course, 13)[0])
    GradingJob.objects.filter(pk=claimed[1].pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    queue.give_back_expired(timezone.now())
    again = queue.claim(claimed[1].pk, now=timezone.now())

    assert queue.put_back(claimed[1]) is False
    assert again is not None
    assert queue.finish(again, RIGHT)


def test_everybody_in_a_long_line_is_graded_once(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = line(course, 2 * MOST)
    ran = verdict(monkeypatch, passes)

    for job in jobs:
        working.work(job.pk)

    assert grades(jobs) == [2] * len(jobs)
    assert len(ran) == len(jobs)
    assert Letter.objects.count() == len(jobs)
