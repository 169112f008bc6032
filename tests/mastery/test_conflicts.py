"""Who must not mark whose work: declared by the marker or an organizer, lifted by another organizer."""

import pytest
from django.test import Client
from django.urls import reverse

from mastery import conflicts, marking, notices
from mastery.judgements import MarkingConflict
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import User

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def organizer(course: Course) -> User:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user


def test_a_conflict_is_declared_once_and_keeps_its_first_reason(course: Course) -> None:
    for reason in ("My cousin.", "Something else."):
        conflicts.declare(course.mentor.user, course.participant, reason=reason, by=course.mentor.user)

    assert [one.reason for one in MarkingConflict.objects.all()] == ["My cousin."]
    assert not marking.may_mark(course.mentor.user, course.participant)


def test_a_conflict_needs_a_reason_and_the_right_person(course: Course, organizer: User) -> None:
    with pytest.raises(RuleViolation, match="Give a reason"):
        conflicts.declare(course.mentor.user, course.participant, reason=" ", by=course.mentor.user)
    with pytest.raises(RuleViolation, match="Only the marker or an organizer"):
        conflicts.declare(organizer, course.participant, reason="No.", by=course.mentor.user)
    with pytest.raises(RuleViolation, match="own work"):
        conflicts.declare(course.user, course.participant, reason="Me.", by=course.user)


def test_work_of_a_barred_mentor_is_the_organizers(course: Course, organizer: User) -> None:
    conflicts.declare(course.mentor.user, course.participant, reason="My cousin.", by=organizer)

    assert notices.teachers(course.participant) == [organizer]


def test_an_organizer_lifts_a_conflict_but_never_the_own(course: Course, organizer: User) -> None:
    theirs = conflicts.declare(course.mentor.user, course.participant, reason="My cousin.", by=course.mentor.user)
    own = conflicts.declare(organizer, course.participant, reason="A friend.", by=organizer)

    for _click in range(2):
        conflicts.lift(theirs, course.participant, by=organizer)
    with pytest.raises(RuleViolation, match="never their own"):
        conflicts.lift(own, course.participant, by=organizer)
    with pytest.raises(RuleViolation, match="Only an organizer"):
        conflicts.lift(own, course.participant, by=course.mentor.user)

    theirs.refresh_from_db()
    assert theirs.lifted_by == organizer
    assert marking.may_mark(course.mentor.user, course.participant)
    again = conflicts.declare(course.mentor.user, course.participant, reason="After all.", by=course.mentor.user)
    assert again.pk != theirs.pk


def test_a_mentor_declares_it_beside_an_answer(course: Course, organizer: User, client: Client) -> None:
    attempt = course.take({"A-one": "4", "A-words": "Because."})
    client.force_login(course.mentor.user)
    address = reverse("mastery:conflict", args=[attempt.pk, "A-words"])
    assert client.post(address, {"reason": ""}).headers["Location"] == reverse(
        "mastery:mark", args=[attempt.pk, "A-words"]
    )

    client.post(address, {"reason": "My cousin."})

    assert client.get(reverse("mastery:mark", args=[attempt.pk, "A-words"])).status_code == 404
    client.force_login(organizer)
    page = client.get(reverse("mastery:agreement", args=[course.participant.cohort.slug])).content.decode()
    assert "My cousin." in page
    lifted = reverse("mastery:lift_conflict", args=[course.participant.cohort.slug, MarkingConflict.objects.get().pk])
    client.post(lifted)
    assert marking.may_mark(course.mentor.user, course.participant)
