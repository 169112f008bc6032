import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mastery import grader_faults, queue
from mastery.choices import ErrorKind, JobState
from mastery.models import Attempt, GradingJob
from tests.factories.mastery import Course, code, make_course
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.choices import Role


@pytest.fixture
def course(db: None) -> Course:
    return make_course({"A": [code("a-code", "first")], "B": [code("b-code", "first")]})


def broken(course: Course, words: str = "a-code: bad_cases no case") -> Attempt:
    """Hand in once, and let the exercise be broken."""
    attempt = course.take({"a-code": "def softmax(x): ..."})
    job = queue.claim(attempt.jobs.get().pk, now=timezone.now())
    assert job is not None
    queue.spoil(job, words)
    return attempt


def test_faults_are_counted_by_exercise_with_what_to_do(course: Course) -> None:
    broken(course)
    broken(course, "a-code: bad_cases another")

    [fault] = grader_faults.of_cohort(course.participant.cohort)

    assert (fault.check, fault.form, fault.item, fault.kind) == ("Check of week 1", "A", "a-code", ErrorKind.GRADER)
    assert (fault.jobs, fault.ended, len(fault.said)) == (2, 2, 2)
    assert "manage.py pack check" in str(fault.to_do)


def test_a_stopped_worker_is_another_fault(course: Course) -> None:
    attempt = course.take({"a-code": "def softmax(x): ..."})
    GradingJob.objects.filter(attempt=attempt).update(
        state=JobState.DEAD,
        error_kind=ErrorKind.INFRASTRUCTURE,
        error="Given up after 3 tries.",
        ended_at=timezone.now(),
    )

    [fault] = grader_faults.of_cohort(course.participant.cohort)

    assert (fault.kind, fault.item, fault.ended) == (ErrorKind.INFRASTRUCTURE, "", 1)


def test_learners_errors_and_other_cohorts_are_no_faults_here(course: Course) -> None:
    broken(course)

    assert grader_faults.of_cohort(CohortFactory.create()) == []
    GradingJob.objects.update(error_kind=ErrorKind.LEARNER)
    assert list(grader_faults.of_cohort(course.participant.cohort)) == []


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    client: Client, course: Course, jobs: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _time in range(jobs):
        broken(course)
    client.force_login(MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user)

    with django_assert_num_queries(6):
        page = client.get(reverse("mastery:faults", args=[course.participant.cohort.slug])).content.decode()

    assert f"{jobs} job" in page
