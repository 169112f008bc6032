"""What two requests do at the same moment, on a database with row locks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mastery import attempts, booking, examining, ledger, marking, queue, remembering, working
from mastery.cards import RetentionCard, Review
from mastery.choices import AttemptState, ErrorKind, TalkState
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent, GradingJob
from mastery.talks import DrawnQuestion, Talk
from tests.factories.mastery import HALF, RIGHT, Course, code, make_course
from tests.factories.people import MembershipFactory
from tests.factories.talks import NOT_YET, WELL, book, hand_in, make_slot, oral_course, soon
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


def test_a_time_that_many_want_is_taken_by_one() -> None:
    course = oral_course()
    people = [MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor) for _ in range(4)]
    courses = [Course(one, course.mentor, course.version, course.modules, course.checks) for one in people]
    waiting = [(one, hand_in(one)) for one in courses]
    slot = make_slot(course.mentor)

    results = together(*[lambda one=one, attempt=attempt: book(one, attempt, slot) for one, attempt in waiting])

    assert Talk.objects.filter(slot=slot).count() == 1
    refusals = [one for one in results if isinstance(one, RuleViolation)]
    assert len(refusals) == 3
    assert all("Somebody else has just taken this time" in str(one) for one in refusals)


def test_one_person_who_books_two_times_at_once_has_one_talk() -> None:
    course = oral_course()
    attempt = hand_in(course)
    slots = [make_slot(course.mentor, soon(hours=hour)) for hour in range(2)]

    together(*[lambda slot=slot: book(course, attempt, slot) for slot in slots])

    assert Talk.objects.booked().count() == 1


def test_a_time_that_is_booked_and_taken_back_at_once_is_one_of_both() -> None:
    course = oral_course()
    attempt, slot = hand_in(course), make_slot(course.mentor)

    together(
        lambda: book(course, attempt, slot),
        lambda: booking.take_back(slot, reason="Ill.", by=course.mentor.user),
    )

    slot.refresh_from_db()
    live = Talk.objects.exclude(state=TalkState.CANCELLED).count()
    assert (live, slot.cancelled_at is None) in {(1, True), (0, False)}


def test_two_examiners_who_begin_and_judge_at_once_leave_one_question_and_one_grade() -> None:
    course = oral_course()
    second = MembershipFactory.create(cohort=course.participant.cohort, role="mentor")
    talk = book(course, hand_in(course))
    examining.join(talk, by=second.user)
    both = (course.mentor.user, second.user)

    together(*[lambda by=by: examining.begin(talk, by=by, now=talk.slot.starts_at) for by in both])
    said = [(both[0], WELL), (both[1], NOT_YET)]
    together(*[lambda by=by, one=one: examining.judge(talk, {"a-talk": one}, by=by) for by, one in said])

    assert DrawnQuestion.objects.count() == 1
    assert GradeEvent.objects.filter(item="a-talk").count() == 1
    assert ledger.replay(course.participant) == ledger.stored(course.participant)


def test_two_ticks_at_once_make_each_card_once() -> None:
    course = make_course()
    course.take(RIGHT)

    together(*[lambda: remembering.follow(timezone.now())] * 4)

    assert RetentionCard.objects.count() == 2
    assert Review.objects.count() == 2
