from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import check_ins, excursions, flags
from sprints.choices import InfohazardLevel, Pace, Verdict
from sprints.models import Excursion
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ExcursionFactory
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.people.warnings import Flag, Urgency


def raised(people: list[Membership], *, days: int) -> dict[str, Flag]:
    """Return the flags of some people so many days from now, by kind."""
    found = flags.raised(people[0].cohort, people, timezone.now() + timedelta(days=days, minutes=1))
    return {one.kind: one for one in found}


def test_an_excursion_without_entries_stands_still_after_a_week(db: None) -> None:
    excursion = ExcursionFactory.create(budget_days=30, question="Is it linear?")
    person = excursion.claim.membership

    early, late = raised([person], days=6), raised([person], days=7)

    assert "excursion" not in early
    assert late["excursion"].person == person.pk
    assert late["excursion"].reason == "No entry for 7 days under “Is it linear?”: day 8 of 30."
    assert late["excursion"].urgency == Urgency.WATCH
    assert late["excursion"].address.endswith(f"/excursions/{excursion.pk}/")


def test_past_its_budget_it_is_for_this_week(db: None) -> None:
    person = ExcursionFactory.create(budget_days=5).claim.membership

    assert raised([person], days=8)["excursion"].urgency == Urgency.SOON


def test_an_entry_moves_the_excursion_and_not_the_check_in(db: None) -> None:
    excursion = ExcursionFactory.create()
    person = excursion.claim.membership
    Excursion.objects.update(opened_at=timezone.now() - timedelta(days=8))
    today = timezone.now().astimezone(person.cohort.tz).date()

    excursions.write(excursion, "I plotted it.", on=today, by=person.user)

    assert set(raised([person], days=0)) == {"check-in"}


def test_a_missed_check_in_is_named_until_somebody_checks_in(db: None) -> None:
    excursion = ExcursionFactory.create(question="Is it linear?")
    person = excursion.claim.membership
    organizer = MembershipFactory.create(cohort=person.cohort, role=Role.ORGANIZER)
    first, second = raised([person], days=7)["check-in"], raised([person], days=14)["check-in"]

    check_ins.record(excursion, Pace.FINE, "We talked.", by=organizer.user)

    assert first.reason == "Nobody has checked in on “Is it linear?” for 7 days."
    assert (first.urgency, second.urgency) == (Urgency.WATCH, Urgency.SOON)
    assert "check-in" not in raised([person], days=6)


def test_a_verdict_ends_the_warnings(db: None) -> None:
    excursion = ExcursionFactory.create()
    person = excursion.claim.membership

    excursions.judge(excursion, Verdict.REFUTED, "It is not.", by=person.user)

    assert raised([person], days=30) == {}


def test_what_is_secret_is_not_named(db: None) -> None:
    person = ExcursionFactory.create(level=InfohazardLevel.SECRET).claim.membership

    assert raised([person], days=30) == {}


@pytest.mark.parametrize("people", [1, 3])
def test_flags_of_research_cost_one_query(
    db: None, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = ExcursionFactory.create().claim.membership
    others = [
        ExcursionFactory.create(claim__membership__cohort=first.cohort).claim.membership for _ in range(people - 1)
    ]

    with django_assert_num_queries(1):
        found = list(flags.raised(first.cohort, [first, *others], timezone.now() + timedelta(days=9)))

    assert {one.person for one in found} == {one.pk for one in [first, *others]}
