import pytest
from django.http import Http404
from django.utils import timezone

from sprints import access
from sprints.choices import InfohazardLevel
from sprints.models import Excursion
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ExcursionFactory, ResearcherFactory
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import User


@pytest.fixture
def excursion(db: None) -> Excursion:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    return ExcursionFactory.create(
        claim__membership__cohort=mentor.cohort, claim__membership__mentor=mentor, level=InfohazardLevel.PRIVATE
    )


def sees(user: User) -> bool:
    return access.visible_excursions(user).exists()


def test_the_author_the_mentor_and_organizers_see_an_excursion(excursion: Excursion) -> None:
    owner = excursion.claim.membership
    assert owner.mentor is not None
    organizer = MembershipFactory.create(cohort=owner.cohort, role=Role.ORGANIZER)

    assert [sees(user) for user in (owner.user, owner.mentor.user, organizer.user)] == [True, True, True]


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.MENTOR, Role.ADVISER, Role.REVIEWER])
def test_others_of_the_cohort_do_not(excursion: Excursion, role: Role) -> None:
    other = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=role)

    assert not sees(other.user)
    with pytest.raises(Http404):
        access.excursion_or_404(other.user, excursion.pk)


def test_strangers_superusers_and_organizers_of_other_cohorts_do_not(excursion: Excursion) -> None:
    elsewhere = MembershipFactory.create(role=Role.ORGANIZER)

    assert [sees(one) for one in (UserFactory.create(), UserFactory.create(is_superuser=True), elsewhere.user)] == [
        False,
        False,
        False,
    ]


def test_a_secret_excursion_is_closed_to_the_mentor(excursion: Excursion) -> None:
    Excursion.objects.update(level=InfohazardLevel.SECRET)
    owner = excursion.claim.membership
    organizer = MembershipFactory.create(cohort=owner.cohort, role=Role.ORGANIZER)
    assert owner.mentor is not None

    assert [sees(user) for user in (owner.user, owner.mentor.user, organizer.user)] == [True, False, True]


def test_a_mentor_who_left_sees_nothing(excursion: Excursion) -> None:
    mentor = excursion.claim.membership.mentor
    assert mentor is not None
    mentor.state = MembershipState.WITHDRAWN
    mentor.save()

    assert not sees(mentor.user)


def test_researcher_prefers_studying_over_helping(db: None) -> None:
    helping = ResearcherFactory.create(role=Role.MENTOR)
    studying = ResearcherFactory.create(user=helping.user)

    assert access.researcher(helping.user, timezone.now()) == studying


def test_the_bank_is_closed_to_people_without_a_cohort(db: None) -> None:
    left = ResearcherFactory.create(state=MembershipState.WITHDRAWN)

    with pytest.raises(Http404):
        access.memberships_or_404(left.user)
