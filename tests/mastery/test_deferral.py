"""Somebody who moves to another cohort goes on where they were; nothing of the old record vanishes."""

import pytest
from django.test import Client
from django.urls import reverse

from curriculum import preparation
from curriculum.study import Study
from mastery import attempts, gating, ledger, lookups, marking
from mastery.choices import AttemptState
from mastery.gating import Place, Record
from mastery.models import Attempt, ObjectiveMastery
from tests.factories.curriculum import ResourceFactory
from tests.factories.mastery import HALF, RIGHT, Course, make_course, numeric, written
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


def another_cohort(course: Course) -> Cohort:
    cohort: Cohort = CohortFactory.create()
    loading.adopt(cohort, course.version, by=None)
    return cohort


def defer(course: Course, member: Membership | None = None) -> Membership:
    by = course.mentor.user
    moved = membership.defer(member or course.participant, another_cohort(course), by=by, reason="Exams.")
    return Membership.objects.select_related("cohort__adoption__version", "user").get(pk=moved.pk)


def test_what_was_mastered_opens_the_next_week_in_the_new_cohort(course: Course) -> None:
    course.take(RIGHT)

    moved = defer(course)

    record = Record.of(moved)
    assert [record.standing(check).place for check in record.checks] == [Place.DONE, Place.READY]
    assert ObjectiveMastery.objects.filter(membership=course.participant).count() == 2


def test_it_goes_on_through_a_second_deferral(course: Course) -> None:
    course.take(RIGHT)

    again = defer(course, defer(course))

    assert again.first_key == course.participant.pk
    assert Record.of(again).standing(course.checks[1]).place == Place.READY


def test_a_form_that_was_seen_is_not_given_again(course: Course) -> None:
    course.take(HALF)
    course.participant.attempts.get().assignments.update(done_at="2026-09-01T00:00Z")
    moved = defer(course)

    second = attempts.start(moved, course.check, token="again", by=moved.user)

    assert (second.form, second.number, second.membership) == ("B", 2, moved)


def test_an_open_corrective_still_stands_before_the_next_form(course: Course) -> None:
    course.take(HALF)

    assert Record.of(defer(course)).standing(course.check).place == Place.CORRECTIVE


def test_an_attempt_in_progress_goes_on(course: Course, client: Client) -> None:
    attempt = course.start()
    moved = defer(course)

    same = attempts.start(moved, course.check, token="other", by=moved.user)
    client.force_login(moved.user)

    assert same == attempt
    assert client.get(reverse("mastery:attempt", args=[attempt.pk])).status_code == 200
    attempts.submit(attempt, RIGHT, by=moved.user)
    assert gating.standing(moved, course.check).place == Place.DONE


def test_the_ledger_of_each_cohort_stays_as_it_was(course: Course) -> None:
    course.take(RIGHT)
    before = ledger.stored(course.participant)
    moved = defer(course)

    assert ledger.stored(course.participant) == ledger.replay(course.participant) == before
    assert ledger.stored(moved) == ledger.replay(moved) == {}


def test_the_new_mentor_reads_and_marks_what_was_handed_in_before(db: None) -> None:
    course = make_course({"A": [numeric("a-one", "first"), written("a-two", "second")], "B": [numeric("b", "first")]})
    attempt = course.take({"a-one": "4", "a-two": "Because."})
    moved = defer(course)
    mentor = MembershipFactory.create(cohort=moved.cohort, role=Role.MENTOR)
    stranger = MembershipFactory.create(cohort=moved.cohort, role=Role.MENTOR)
    membership.assign_mentor(moved, mentor, by=course.mentor.user)

    assert lookups.readable_attempt_or_404(mentor.user, attempt.pk) == attempt
    assert list(marking.waiting(mentor.user)) == [attempt]
    assert list(marking.waiting(stranger.user)) == []
    assert Attempt.objects.get().state == AttemptState.NEEDS_MARK


def test_ticks_go_along_and_can_be_taken_back(course: Course) -> None:
    resource = ResourceFactory.create(module_version=course.modules[0])
    preparation.tick(course.participant, resource, by=course.user)
    moved = defer(course)

    assert Study(moved).minutes_left(course.modules[0]) == 0
    preparation.untick(moved, resource, by=moved.user)
    assert Study(moved).minutes_left(course.modules[0]) == 30


def test_the_new_cohort_shows_nothing_to_the_old_ones_mentor(course: Course) -> None:
    moved = defer(course)
    attempt = attempts.start(moved, course.check, token="new", by=moved.user)
    attempts.submit(attempt, RIGHT, by=moved.user)

    assert list(marking.waiting(course.mentor.user)) == []
    with pytest.raises(Exception, match="No Attempt matches"):
        lookups.readable_attempt_or_404(course.mentor.user, attempt.pk)


def test_withdrawing_keeps_everything(course: Course, client: Client) -> None:
    attempt = course.take(RIGHT)

    membership.withdraw(course.participant, by=course.mentor.user, reason="Moved away.")

    course.participant.refresh_from_db()
    assert course.participant.state == MembershipState.WITHDRAWN
    assert ObjectiveMastery.objects.filter(membership=course.participant).count() == 2
    client.force_login(course.mentor.user)
    assert client.get(reverse("mastery:attempt", args=[attempt.pk])).status_code == 200
