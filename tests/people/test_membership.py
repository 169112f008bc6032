import pytest

from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership


def test_enrol_gives_a_seat(db: None) -> None:
    user, cohort = UserFactory.create(), CohortFactory.create(seats=1)

    joined = membership.enrol(user, cohort, by=None)

    assert (joined.user, joined.cohort, joined.role, joined.state) == (
        user,
        cohort,
        Role.PARTICIPANT,
        MembershipState.ACTIVE,
    )
    assert membership.free_seats(cohort) == 0


def test_enrol_twice_makes_one_membership(db: None) -> None:
    user, cohort = UserFactory.create(), CohortFactory.create(seats=1)

    first = membership.enrol(user, cohort, by=None)
    second = membership.enrol(user, cohort, by=None)

    assert first == second
    assert first.changes.count() == 1


def test_enrol_refuses_the_seat_after_the_last(db: None) -> None:
    cohort = CohortFactory.create(seats=1)
    membership.enrol(UserFactory.create(), cohort, by=None)

    with pytest.raises(RuleViolation, match="All seats"):
        membership.enrol(UserFactory.create(), cohort, by=None)

    assert Membership.objects.filter(cohort=cohort).count() == 1


def test_defer_keeps_the_old_membership_and_points_to_the_new(db: None) -> None:
    old, other, organizer = MembershipFactory.create(), CohortFactory.create(), UserFactory.create()

    new = membership.defer(old, other, by=organizer, reason="Exams.")
    again = membership.defer(old, other, by=organizer, reason="Exams.")

    old.refresh_from_db()
    assert (old.state, old.deferred_to, new.cohort) == (MembershipState.DEFERRED, new, other)
    assert again == new
    assert [change.reason for change in old.changes.all()] == ["Exams."]


def test_withdraw_needs_a_reason(db: None) -> None:
    joined = MembershipFactory.create()

    with pytest.raises(RuleViolation, match="reason"):
        membership.withdraw(joined, by=UserFactory.create(), reason=" ")


def test_assign_mentor_refuses_a_mentor_of_another_cohort(db: None) -> None:
    participant, mentor = MembershipFactory.create(), MembershipFactory.create(role=Role.MENTOR)

    with pytest.raises(RuleViolation, match="another cohort"):
        membership.assign_mentor(participant, mentor, by=UserFactory.create())


def test_threshold_is_frozen_once_the_cohort_has_started(db: None) -> None:
    cohort, organizer = CohortFactory.create(threshold_percent=80), UserFactory.create()
    membership.set_threshold(cohort, 90, by=organizer)
    membership.start(cohort, by=organizer)

    with pytest.raises(RuleViolation, match="frozen"):
        membership.set_threshold(cohort, 70, by=organizer)

    cohort.refresh_from_db()
    assert cohort.threshold_percent == 90
