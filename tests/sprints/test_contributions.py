from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import calendar, home, invariants, links
from sprints.choices import ProblemState
from sprints.models import Claim, Excursion, Problem
from tests.factories.sprints import ClaimFactory, ExcursionFactory, ProblemFactory, ResearcherFactory
from whitebox.people.models import Membership
from whitebox.web.cards import Viewer
from whitebox.web.navigation import Reader


def viewer(membership: Membership) -> Viewer:
    return Viewer(membership.user, [membership], membership, timezone.now())


@pytest.mark.parametrize("rows", [1, 3])
def test_home_cards_cost_one_query(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    joined = ResearcherFactory.create()
    soon = timezone.now().date() + timedelta(days=4)
    for _ in range(rows):
        ExcursionFactory.create(claim__membership=joined, claim__until=soon)
    ClaimFactory.create(membership=joined)
    ExcursionFactory.create()

    with django_assert_num_queries(1):
        cards = home.cards(viewer(joined))

    assert [card.action for card in cards] == ["Renew or release"] * rows + ["Write an entry"] * rows


def test_home_shows_a_claim_that_ends_soon_without_an_excursion(db: None) -> None:
    held = ClaimFactory.create(until=timezone.now().date() + timedelta(days=4))

    [card] = home.cards(viewer(held.membership))

    assert (card.action, card.due_at) == ("Renew or release", held.ends_at)


def test_home_asks_for_a_verdict_over_budget(db: None) -> None:
    excursion = ExcursionFactory.create()
    Excursion.objects.update(opened_at=timezone.now() - timedelta(days=9))

    [card] = home.cards(viewer(excursion.claim.membership))

    assert card.action == "Give a verdict"
    assert card.detail.startswith("5 days over its budget")


def test_calendar_and_pages_agree_on_the_end(db: None) -> None:
    held = ClaimFactory.create()
    ClaimFactory.create()

    [item] = calendar.items(held.membership.user)

    assert (item.ends_at, item.changed_at, item.zone) == (held.ends_at, held.set_at, held.zone)
    assert held.problem.title not in item.title


@pytest.mark.parametrize(("roles", "labels"), [(frozenset(), []), (frozenset({"adviser"}), ["Problems"])])
def test_links_lead_members_to_the_bank(roles: frozenset[str], labels: list[str]) -> None:
    found = links.items(Reader(is_signed_in=True, is_staff=False, roles=roles))

    assert [str(link.label) for link in found] == labels


def test_invariants_hold_and_notice(db: None) -> None:
    held, free = ClaimFactory.create(), ProblemFactory.create()
    broken = {one.name: one.broken for one in invariants.INVARIANTS}
    taken = broken["a problem is taken exactly while a claim on it is active"]
    known = broken["a problem is known exactly while a work on it is named"]
    assert [list(one()) for one in broken.values()] == [[]] * len(broken)

    Problem.objects.filter(pk=free.pk).update(state=ProblemState.CLAIMED)
    Problem.objects.filter(pk=held.problem_id).update(state=ProblemState.OPEN, is_known=True)

    assert set(taken()) == {free, held.problem}
    assert set(known()) == {held.problem}
    assert Claim.objects.count() == 1
