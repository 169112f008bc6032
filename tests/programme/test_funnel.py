"""From applied to placed, by the way people came."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from applicants.choices import ApplicationState
from applicants.models import Application
from tests.factories.applicants import ApplicationFactory, DecisionFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory
from tests.factories.programme import PlacementFactory
from whitebox.judging.proportions import wilson
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme import funnel
from whitebox.programme.funnel import Funnel


def enrolled(application: Application, **facts: object) -> Membership:
    """Let an application lead to a membership, as accepting an offer does."""
    member: Membership = MembershipFactory.create(cohort=application.round.cohort, **facts)
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.ENROLLED, membership=member)
    return member


@pytest.fixture
def cohort(db: None) -> Cohort:
    """A cohort with five applications of two ways, of which three joined, and one who needed none."""
    round_ = RoundFactory.create()
    sent = [ApplicationFactory.create(round=round_, source=source) for source in ("dlsu", "dlsu", "dlsu", "up", "")]
    ApplicationFactory.create(round=round_, source="up", state=ApplicationState.DRAFT)
    for application in sent[:4]:
        DecisionFactory.create(application=application, released_at=timezone.now())
    done = [enrolled(application, state=MembershipState.COMPLETED) for application in sent[:2]]
    enrolled(sent[3])
    PlacementFactory.create(membership=done[0])
    PlacementFactory.create(membership=done[1], work="other")
    MembershipFactory.create(cohort=round_.cohort)
    MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR)
    return round_.cohort


def counts(found: Funnel) -> dict[str, int]:
    return {line.step.slug: line.count for line in found.together}


def test_everybody_is_counted_once_at_each_step(cohort: Cohort) -> None:
    found = funnel.of_cohort(cohort)

    assert counts(found) == {
        "submitted": 5,
        "read": 0,
        "interviewed": 0,
        "offered": 4,
        "joined": 4,
        "finished": 2,
        "researched": 0,
        "placed": 1,
    }


def test_each_step_is_a_share_with_wilsons_interval(cohort: Cohort) -> None:
    lines = {line.step.slug: line for line in funnel.of_cohort(cohort).together}

    assert lines["submitted"].share is None
    assert lines["offered"].share == wilson(4, 5)
    assert lines["joined"].share == wilson(3, 5)  # the fourth came without an application
    assert lines["placed"].share == wilson(1, 4)


def test_ways_stand_apart_the_one_with_most_people_first(cohort: Cohort) -> None:
    found = {name: {line.step.slug: line.count for line in lines} for name, lines in funnel.of_cohort(cohort).by_source}

    assert list(found) == ["dlsu", "no named link", "up", "without an application"]
    assert (found["dlsu"]["submitted"], found["dlsu"]["joined"], found["dlsu"]["placed"]) == (3, 2, 1)
    assert found["up"]["joined"] == 1
    assert found["without an application"]["joined"] == 1


def test_somebody_who_was_deferred_counts_where_they_were_chosen(cohort: Cohort) -> None:
    other = CohortFactory.create()
    chosen = Membership.objects.get(application__source="up")
    moved = membership.defer(chosen, other, by=chosen.user, reason="Exams.")
    PlacementFactory.create(membership=moved)

    here, there = counts(funnel.of_cohort(cohort)), counts(funnel.of_cohort(other))

    assert (here["joined"], here["placed"]) == (4, 2)
    assert (there["joined"], there["placed"]) == (0, 0)


def test_an_empty_cohort_has_steps_and_no_shares(db: None) -> None:
    found = funnel.of_cohort(CohortFactory.create())

    assert {line.count for line in found.together} == {0}
    assert {line.share for line in found.together} == {None}


def test_the_sheet_says_what_each_number_is_a_share_of(cohort: Cohort) -> None:
    Application.objects.filter(source="up").update(source="=up")

    rows = list(csv.DictReader(StringIO(funnel.sheet(funnel.of_cohort(cohort)))))

    offered = next(row for row in rows if (row["source"], row["step"]) == ("all", "offered"))
    assert (offered["count"], offered["of"], offered["denominator"]) == ("4", "submitted", "5")
    assert not any(row["source"].startswith("=") for row in rows)


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    round_ = RoundFactory.create()
    for one in range(people):
        enrolled(ApplicationFactory.create(round=round_, source=f"way-{one}"), state=MembershipState.COMPLETED)
    client = Client()
    client.force_login(MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER).user)

    with django_assert_num_queries(12):
        client.get(reverse("programme:funnel", args=[round_.cohort.slug]))
