"""A clock that runs: what a person has, and what happens when it ends while the line is down."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import allowances, attempts, due, sweeps
from mastery.choices import AttemptState
from mastery.models import Attempt, CheckVersion
from tests.factories.mastery import HALF, RIGHT, Course, make_course
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import User

LIMIT = timedelta(minutes=30)


@pytest.fixture
def course(db: None) -> Course:
    course = make_course()
    course.check.time_limit = 30
    course.check.save(update_fields=["time_limit"])
    return course


@pytest.fixture
def organizer(course: Course) -> User:
    user: User = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    return user


def later(attempt: Attempt, minutes: float) -> time_machine.travel:
    return time_machine.travel(attempt.opened_at + timedelta(minutes=minutes), tick=False)


def test_a_check_without_a_limit_never_closes(db: None) -> None:
    attempt = make_course().start()

    assert attempt.closes_at is None
    assert not attempts.is_over(attempt, timezone.now() + timedelta(days=365))


def test_the_clock_of_an_attempt_is_the_limit(course: Course) -> None:
    attempt = course.start()

    assert attempt.closes_at == attempt.opened_at + LIMIT


def test_somebody_with_more_time_has_it_at_every_start(course: Course, organizer: User) -> None:
    allowances.grant(course.participant, 150, by=organizer, reason="Reads with a screen reader.")

    attempt = course.start()

    assert attempt.closes_at == attempt.opened_at + timedelta(minutes=45)


def test_more_time_counts_for_the_attempt_that_is_open(course: Course, organizer: User) -> None:
    attempt = course.start()

    first = allowances.grant(course.participant, 200, by=organizer, reason="The line was down.")
    again = allowances.grant(course.participant, 200, by=organizer, reason="Again.")

    attempt.refresh_from_db()
    assert (first, attempt.closes_at) == (again, attempt.opened_at + 2 * LIMIT)


def test_more_time_is_given_by_organizers_with_a_reason(course: Course, organizer: User) -> None:
    for by, percent, reason, words in (
        (course.mentor.user, 150, "x", "Only an organizer"),
        (course.user, 150, "x", "Only an organizer"),
        (organizer, 150, " ", "Give a reason"),
        (organizer, 50, "x", "between 100 and 400"),
    ):
        with pytest.raises(RuleViolation, match=words):
            allowances.grant(course.participant, percent, by=by, reason=reason)


def test_what_is_saved_is_handed_in_when_the_clock_ends(course: Course) -> None:
    attempt = course.start()
    attempts.save(attempt, {"a-one": "4"}, by=course.user)
    assert due.take_drafts in sweeps.SWEEPS

    assert due.take_drafts(attempt.opened_at + LIMIT) == 0  # A slow line has some seconds more.
    assert due.take_drafts(attempt.opened_at + LIMIT + attempts.SLOW_LINE) == 1
    assert due.take_drafts(attempt.opened_at + 2 * LIMIT) == 0

    attempt.refresh_from_db()
    assert (attempt.state, attempt.is_taken_at_due_time) == (AttemptState.GRADED, True)
    assert attempts.answers_of(attempt) == {"a-one": "4"}


def test_an_attempt_in_which_nothing_was_saved_ends_too(course: Course) -> None:
    attempt = course.start()

    due.take_drafts(attempt.opened_at + 2 * LIMIT)

    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED


def test_what_comes_late_does_not_count_and_the_page_says_so(course: Course, client: Client) -> None:
    attempt = course.start()
    attempts.save(attempt, HALF, by=course.user)
    client.force_login(course.user)

    with later(attempt, 31):
        client.force_login(course.user)
        page = client.post(reverse("mastery:submit", args=[attempt.pk]), RIGHT, follow=True)

    assert "your last saved draft was accepted as it was" in page.content.decode()
    assert attempts.answers_of(attempt) == {"a-one": "4", "a-two": "5"}


def test_what_comes_in_the_last_seconds_counts(course: Course) -> None:
    attempt = course.start()

    with later(attempt, 30.2):
        attempts.submit(attempt, RIGHT, by=course.user)

    assert attempts.answers_of(attempt)["a-two"] == "4"


def test_a_draft_that_comes_late_reloads_the_page(course: Course, client: Client) -> None:
    attempt = course.start()

    with later(attempt, 31):
        client.force_login(course.user)
        answer = client.post(reverse("mastery:save", args=[attempt.pk]), {"a-one": "4"}, headers={"X-Autosave": "1"})

    attempt.refresh_from_db()
    assert (answer.status_code, attempt.state) == (409, AttemptState.GRADED)


def test_opening_the_page_after_the_end_shows_the_result(course: Course, client: Client) -> None:
    attempt = course.start()

    with later(attempt, 31):
        client.force_login(course.user)
        page = client.get(reverse("mastery:attempt", args=[attempt.pk]))

    assert "Item by item" in page.content.decode()


def test_the_check_says_how_long_a_person_has(course: Course, organizer: User, client: Client) -> None:
    allowances.grant(course.participant, 200, by=organizer, reason="x")
    client.force_login(course.user)

    page = client.get(reverse("mastery:check", args=[course.check.for_check.slug]))

    assert "A clock runs from the start: you have 1 h" in page.content.decode()


def test_the_limit_is_part_of_a_version(course: Course) -> None:
    assert CheckVersion.objects.get(pk=course.check.pk).time_limit == 30
