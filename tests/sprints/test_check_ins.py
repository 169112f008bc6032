from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import check_ins, excursions, home, reminders
from sprints.choices import InfohazardLevel, Pace, Verdict
from sprints.journal import CheckIn
from sprints.models import Excursion
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ExcursionFactory, ResearcherFactory
from tests.sprints.test_contributions import viewer
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership


def guided(mentor: Membership, **facts: object) -> Excursion:
    """Return an excursion of somebody whom `mentor` looks after, opened eight days ago."""
    made = ExcursionFactory.create(claim__membership__cohort=mentor.cohort, claim__membership__mentor=mentor, **facts)
    Excursion.objects.filter(pk=made.pk).update(opened_at=timezone.now() - timedelta(days=8))
    return made


def test_a_check_in_is_kept_once_and_moves_the_next_one(db: None) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    excursion = guided(mentor)
    mentors = Membership.objects.filter(pk=mentor.pk)
    assert list(check_ins.waiting_for(mentors, timezone.now())) == [excursion]

    first = check_ins.record(excursion, Pace.SLOW, " We talked. ", next_step="Plot it.", by=mentor.user)
    again = check_ins.record(excursion, Pace.SLOW, "We talked.", by=mentor.user)

    assert first == again
    assert (first.text, first.next_step) == ("We talked.", "Plot it.")
    assert list(check_ins.waiting_for(mentors, timezone.now())) == []
    assert list(check_ins.waiting_for(mentors, timezone.now() + timedelta(days=7, minutes=1))) == [excursion]


def test_an_organizer_of_the_cohort_checks_in_too(db: None) -> None:
    excursion = ExcursionFactory.create(level=InfohazardLevel.SECRET)
    organizer = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=Role.ORGANIZER)

    check_ins.record(excursion, Pace.FINE, "Fine.", by=organizer.user)

    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.MENTOR, Role.ADVISER])
def test_nobody_else_checks_in(db: None, role: Role) -> None:
    excursion = ExcursionFactory.create()
    other = MembershipFactory.create(cohort=excursion.claim.membership.cohort, role=role)

    for user in (other.user, excursion.claim.membership.user):
        with pytest.raises(RuleViolation, match="The mentor of an excursion checks in"):
            check_ins.record(excursion, Pace.FINE, "Fine.", by=user)


def test_a_mentor_does_not_check_in_on_what_is_secret(db: None) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    excursion = guided(mentor, level=InfohazardLevel.SECRET)

    with pytest.raises(RuleViolation, match="The mentor of an excursion"):
        check_ins.record(excursion, Pace.FINE, "Fine.", by=mentor.user)
    assert not check_ins.waiting_for(Membership.objects.filter(pk=mentor.pk), timezone.now()).exists()


def test_a_closed_excursion_and_empty_words_are_refused(db: None) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    excursion = guided(mentor)

    with pytest.raises(RuleViolation, match="Write a line"):
        check_ins.record(excursion, Pace.FINE, " ", by=mentor.user)
    excursions.judge(excursion, Verdict.ANSWERED, "Yes.", by=excursion.claim.membership.user)
    with pytest.raises(RuleViolation, match="has its verdict"):
        check_ins.record(excursion, Pace.FINE, "Fine.", by=mentor.user)


def test_mentors_get_one_letter_a_week(db: None) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    one, two = guided(mentor), guided(mentor)
    guided(mentor, level=InfohazardLevel.SECRET)

    [letter] = reminders.due(timezone.now())
    [again] = reminders.due(timezone.now())
    [later] = reminders.due(timezone.now() + timedelta(days=7))

    assert (letter.kind, letter.to, letter.context["count"]) == ("check-ins-due", mentor.user, 2)
    assert letter.dedup_key == again.dedup_key != later.dedup_key
    names = letter.context["people"]
    assert isinstance(names, str)
    assert {one.claim.membership.user.called, two.claim.membership.user.called} == set(names.split(", "))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_card_of_a_mentor_costs_one_query_more(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    mentor = ResearcherFactory.create(role=Role.MENTOR)
    for _ in range(rows):
        guided(mentor)

    with django_assert_num_queries(2):
        [card] = home.cards(viewer(mentor))

    assert card.title.startswith(f"{rows} excursion")
