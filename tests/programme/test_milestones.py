"""Milestones: what they are counted from, when they are reached, when an alarm rings."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from tests.factories.programme import PlacementFactory
from whitebox.errors import RuleViolation
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort
from whitebox.programme import milestones, progress_page
from whitebox.programme.facts import Fact
from whitebox.programme.milestones import Standing
from whitebox.programme.models import ProgressPage

FILLED = {
    "slug": "filled",
    "title": "Ten people start",
    "measure": "enrolled",
    "target": {"min": 10, "max": 15},
    "alarm": {"below": 10},
}
FINISHED = {
    "slug": "finished",
    "title": "Eight finish",
    "measure": "completed",
    "target": {"min": 8, "max": None},
    "alarm": {"below": 6},
}
PLACE = {
    "slug": "place",
    "title": "Third or better",
    "measure": "hackathon_place",
    "target": {"min": 1, "max": 3},
    "alarm": None,
}
PLACED = {
    "slug": "placed",
    "title": "Three do research",
    "measure": "placed",
    "target": {"min": 3, "max": None},
    "alarm": {"below": 3},
}
STARTS = date(2026, 9, 7)
IN_TIME, AFTERWARDS, MUCH_LATER = date(2026, 10, 1), date(2026, 11, 9), date(2027, 12, 1)


def cohort_with(*said: object, **facts: object) -> Cohort:
    cohort: Cohort = CohortFactory.create(starts_on=STARTS, **facts)
    version = PackVersion.objects.create(pack="tiny", number=1, digest="d", title="Tiny", milestones=list(said))
    Adoption.objects.create(cohort=cohort, version=version)
    return cohort


def standing(said: dict[str, object], fact: Fact | None, today: date) -> Standing:
    cohort = cohort_with(said)
    [found] = milestones.of_cohort(cohort, today, [fact] if fact else [])
    return found.standing


def number(slug: str, value: int | None, at_most: int | None = None) -> Fact:
    return Fact(slug, "x", value, none="none yet", at_most=at_most)


@pytest.mark.parametrize(
    ("said", "fact", "today", "expected"),
    [
        (FILLED, number("enrolled", 10), IN_TIME, Standing.REACHED),
        (FILLED, number("enrolled", 16), IN_TIME, Standing.REACHED),  # more than aimed at
        (FILLED, number("enrolled", 9), STARTS, Standing.COMING),
        (FILLED, number("enrolled", 9), STARTS + timedelta(days=1), Standing.ALARM),
        (FILLED, number("enrolled", 9, at_most=9), STARTS, Standing.ALARM),  # it has started without more
        (FINISHED, number("completed", 0, at_most=12), IN_TIME, Standing.COMING),
        (FINISHED, number("completed", 0, at_most=6), IN_TIME, Standing.COMING),
        (FINISHED, number("completed", 0, at_most=5), IN_TIME, Standing.ALARM),  # five or fewer can finish
        (FINISHED, number("completed", 5, at_most=9), date(2026, 11, 1), Standing.COMING),  # the last day
        (FINISHED, number("completed", 5, at_most=9), date(2026, 11, 2), Standing.ALARM),
        (FINISHED, number("completed", 7, at_most=7), AFTERWARDS, Standing.MISSED),
        (PLACE, number("hackathon_place", 3), IN_TIME, Standing.REACHED),
        (PLACE, number("hackathon_place", 4), IN_TIME, Standing.COMING),
        (PLACE, number("hackathon_place", 4), MUCH_LATER, Standing.MISSED),
        (PLACE, number("hackathon_place", None), IN_TIME, Standing.COMING),
        (PLACED, number("placed", 2), AFTERWARDS, Standing.COMING),
        (PLACED, number("placed", 2), MUCH_LATER, Standing.ALARM),
        (PLACED, None, MUCH_LATER, Standing.UNKNOWN),
    ],
)
def test_standing_follows_from_the_number_and_the_day(
    db: None, said: dict[str, object], fact: Fact | None, today: date, expected: Standing
) -> None:
    assert standing(said, fact, today) == expected


def test_holidays_move_the_day_on_which_it_is_due(db: None) -> None:
    cohort = cohort_with(FINISHED, closed_weeks=["2026-09-14"])

    assert milestones.due_on(cohort, "completed") == date(2026, 11, 8)


def test_a_cohort_without_a_pack_has_no_milestones(db: None) -> None:
    assert milestones.of_cohort(CohortFactory.create(), IN_TIME) == []


def test_numbers_come_from_the_record(db: None) -> None:
    cohort = cohort_with(FILLED, FINISHED, PLACED)
    MembershipFactory.create_batch(2, cohort=cohort, state=MembershipState.COMPLETED)
    placed = MembershipFactory.create(cohort=cohort)
    PlacementFactory.create(membership=placed)
    MembershipFactory.create(cohort=cohort, role=Role.MENTOR)

    found = milestones.of_cohort(cohort, IN_TIME)

    assert [one.fact.value if one.fact else None for one in found] == [3, 2, 1]


def reader(cohort: Cohort, role: Role = Role.ORGANIZER) -> Client:
    client = Client()
    client.force_login(MembershipFactory.create(cohort=cohort, role=role).user)
    return client


def test_each_number_leads_to_what_it_is_counted_from(db: None) -> None:
    cohort = cohort_with(FILLED)
    member = MembershipFactory.create(cohort=cohort)
    client = reader(cohort)

    page = client.get(reverse("programme:milestones", args=[cohort.slug])).content.decode()
    address = reverse("programme:evidence", args=[cohort.slug, "enrolled"])
    counted = client.get(address).content.decode()

    assert f'href="{address}"' in page
    assert member.user.name in counted


@pytest.mark.parametrize("measure", ["active", "no-such-number"])
def test_what_has_no_list_is_not_found(db: None, measure: str) -> None:
    cohort = cohort_with(FILLED)

    assert reader(cohort).get(reverse("programme:evidence", args=[cohort.slug, measure])).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    cohort = cohort_with(FILLED, FINISHED, PLACE, PLACED)
    MembershipFactory.create_batch(people, cohort=cohort)
    client = reader(cohort)

    with django_assert_num_queries(21):
        client.get(reverse("programme:milestones", args=[cohort.slug]))


def test_the_public_page_is_switched_on_by_an_organizer(db: None, client: Client) -> None:
    cohort = cohort_with(FILLED)
    address, switch = (reverse(f"programme:{name}", args=[cohort.slug]) for name in ("progress", "switch_progress"))
    before = client.get(address).status_code
    organizer = reader(cohort)

    organizer.post(switch, {"show": "1"})
    shown = client.get(address).status_code
    organizer.post(switch, {"show": "0"})

    assert (before, shown, client.get(address).status_code) == (404, 200, 404)


def test_only_organizers_switch_it(db: None) -> None:
    cohort = cohort_with(FILLED)
    adviser = MembershipFactory.create(cohort=cohort, role=Role.ADVISER).user

    with pytest.raises(RuleViolation, match="Only organizers"):
        progress_page.switch(cohort, is_public=True, by=adviser)

    assert not ProgressPage.objects.filter(is_public=True).exists()


def test_switching_twice_changes_nothing(db: None) -> None:
    cohort = cohort_with(FILLED)
    organizer = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user
    progress_page.switch(cohort, is_public=True, by=organizer)
    first = ProgressPage.objects.get().at

    progress_page.switch(cohort, is_public=True, by=organizer)

    assert ProgressPage.objects.get().at == first


def test_the_public_page_says_numbers_and_no_alarm(db: None, client: Client) -> None:
    cohort = cohort_with(FILLED, FINISHED, started_at=datetime(2026, 9, 7, tzinfo=UTC))
    member = MembershipFactory.create(cohort=cohort)
    ProgressPage.objects.create(cohort=cohort, is_public=True)

    page = client.get(reverse("programme:progress", args=[cohort.slug])).content.decode()

    assert "Ten people start" in page
    assert member.user.name not in page
    assert "alarm" not in page.lower()


def test_what_is_not_told_does_not_change_the_public_page(db: None, client: Client) -> None:
    cohort = cohort_with(FILLED, FINISHED, PLACED)
    member = MembershipFactory.create(cohort=cohort, state=MembershipState.COMPLETED)
    ProgressPage.objects.create(cohort=cohort, is_public=True)
    address = reverse("programme:progress", args=[cohort.slug])
    before = client.get(address).content

    MembershipFactory.create(cohort=cohort, role=Role.MENTOR)
    PlacementFactory.create(membership=member, work="capabilities")
    PlacementFactory.create(membership=member, taken_back_at=timezone.now())
    MembershipFactory.create()

    assert client.get(address).content == before


@pytest.mark.parametrize(("starts", "expected"), [((-20, -2, 3), "c1"), ((4, 9), "c0"), ((None, 5), "c1")])
def test_the_link_leads_to_the_cohort_at_work(
    db: None, client: Client, starts: tuple[int | None, ...], expected: str
) -> None:
    """Of those that have started the latest, and where none has the one that starts next."""
    user, now = UserFactory.create(), timezone.now()
    for number, weeks in enumerate(starts):
        day = now.date() + timedelta(weeks=weeks) if weeks is not None else None
        begun = now if weeks is not None and weeks < 0 else None
        cohort = CohortFactory.create(slug=f"c{number}", starts_on=day, started_at=begun)
        MembershipFactory.create(user=user, cohort=cohort, role=Role.ORGANIZER)
    client.force_login(user)

    answer = client.get(reverse("programme:current"))

    assert answer["Location"] == reverse("programme:milestones", args=[expected])
