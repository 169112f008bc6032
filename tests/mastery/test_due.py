from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from curriculum.choices import ItemKind
from curriculum.models import Extension, Session
from mastery import attempts, due
from mastery.choices import AttemptState
from mastery.models import Attempt
from tests.factories.mastery import HALF, RIGHT, Course, make_course

DUE = datetime(2026, 9, 17, 10, tzinfo=UTC)  # Thursday 18:00 in Manila, five days after the session


@pytest.fixture
def course(db: None) -> Course:
    course = make_course()
    session = Session(
        cohort=course.participant.cohort,
        module=course.modules[0].module,
        week=1,
        on=date(2026, 9, 12),
        at=time(9),
        zone="Asia/Manila",
    )
    session.set_moments()
    session.save()
    return course


def opened(course: Course, at: datetime) -> Attempt:
    attempt = course.start()
    Attempt.objects.filter(pk=attempt.pk).update(opened_at=at)
    return attempt


def state(attempt: Attempt) -> str:
    attempt.refresh_from_db()
    return attempt.state


def test_a_check_is_due_when_the_curriculum_says(course: Course) -> None:
    assert due.due_at(course.participant, course.check.for_check) == DUE
    assert due.due_at(course.participant, course.checks[1].for_check) is None


def test_an_extension_moves_the_due_time(course: Course) -> None:
    later = DUE + timedelta(days=2)
    Extension.objects.create(
        membership=course.participant, module=course.modules[0].module, item=ItemKind.CHECK, due_at=later, reason="Ill."
    )
    attempt = opened(course, DUE - timedelta(hours=2))
    attempts.save(attempt, RIGHT, by=course.user)

    assert due.take_drafts(DUE + timedelta(hours=1)) == 0
    assert due.take_drafts(later) == 1


def test_a_complete_draft_is_accepted_when_the_time_runs_out(course: Course) -> None:
    attempt = opened(course, DUE - timedelta(hours=2))
    attempts.save(attempt, HALF, by=course.user)

    assert due.take_drafts(DUE - timedelta(minutes=1)) == 0
    assert due.take_drafts(DUE) == 1
    assert due.take_drafts(DUE) == 0

    assert state(attempt) == AttemptState.GRADED
    assert attempt.is_taken_at_due_time


def test_a_draft_with_empty_items_is_left_to_the_person(course: Course) -> None:
    attempt = opened(course, DUE - timedelta(hours=2))
    attempts.save(attempt, {"a-one": "4", "a-two": " "}, by=course.user)

    assert due.take_drafts(DUE) == 0
    assert state(attempt) == AttemptState.OPEN


def test_an_attempt_begun_after_the_due_time_is_left_alone(course: Course) -> None:
    attempt = opened(course, DUE + timedelta(minutes=1))
    attempts.save(attempt, RIGHT, by=course.user)

    assert due.take_drafts(timezone.now() + timedelta(days=400)) == 0


def test_late_work_is_taken(course: Course) -> None:
    attempt = opened(course, DUE - timedelta(hours=2))

    attempts.submit(attempt, RIGHT, by=course.user)

    assert state(attempt) == AttemptState.GRADED
    assert not attempt.is_taken_at_due_time
