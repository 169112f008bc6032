import pytest

from curriculum import preparation
from curriculum.models import Tick
from tests.curriculum.worlds import running
from tests.factories.curriculum import ResourceFactory
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership
from whitebox.people.choices import Role


def test_tick_marks_and_untick_takes_back(db: None) -> None:
    world = running()
    student = world.participant

    preparation.tick(student, world.resource, by=student.user, minutes_taken=25)

    assert list(Tick.objects.values_list("resource_slug", "minutes_taken")) == [(world.resource.slug, 25)]
    preparation.untick(student, world.resource, by=student.user)
    preparation.untick(student, world.resource, by=student.user)
    assert not Tick.objects.exists()


def test_tick_twice_makes_one_and_keeps_the_minutes(db: None) -> None:
    world = running()
    student = world.participant

    preparation.tick(student, world.resource, by=student.user, minutes_taken=25)
    preparation.tick(student, world.resource, by=student.user)

    assert Tick.objects.get().minutes_taken == 25


@pytest.mark.parametrize("minutes", [0, -5, 6_001])
def test_tick_refuses_impossible_minutes(db: None, minutes: int) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="in minutes"):
        preparation.tick(world.participant, world.resource, by=world.participant.user, minutes_taken=minutes)


def test_tick_on_somebody_elses_record_is_refused(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="Only the participant"):
        preparation.tick(world.participant, world.resource, by=UserFactory.create())

    assert not Tick.objects.exists()


def test_tick_by_a_mentor_is_refused(db: None) -> None:
    world = running()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)

    with pytest.raises(RuleViolation, match="Only the participant"):
        preparation.tick(mentor, world.resource, by=mentor.user)


def test_tick_of_another_programmes_resource_is_refused(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="another programme"):
        preparation.tick(world.participant, ResourceFactory.create(), by=world.participant.user)


def test_tick_after_leaving_is_refused_and_what_was_marked_stays(db: None) -> None:
    world = running()
    student = world.participant
    preparation.tick(student, world.resource, by=student.user)
    membership.withdraw(student, by=world.organizer, reason="Moved away.")
    student.refresh_from_db()

    with pytest.raises(RuleViolation, match="no longer study"):
        preparation.untick(student, world.resource, by=student.user)

    assert Tick.objects.count() == 1
