import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints.choices import InfohazardLevel
from sprints.publishing import home, levels, writing
from sprints.publishing.models import Writeup
from tests.factories.people import MembershipFactory
from tests.factories.publishing import make_writeup, readers, ruled, started_cohort
from whitebox.people.choices import MembershipState
from whitebox.people.models import Cohort, Membership, User
from whitebox.web.cards import Card, Viewer

PRIVATE, PUBLIC, SECRET = InfohazardLevel.PRIVATE, InfohazardLevel.PUBLIC, InfohazardLevel.SECRET


@pytest.fixture
def coordinator(db: None) -> Membership:
    return ruled(started_cohort())


def cards(user: User) -> list[Card]:
    return home.cards(Viewer(user, [], None, timezone.now()))


def written_by_two(cohort: Cohort, second: User) -> tuple[Writeup, User]:
    made = make_writeup(cohort=cohort)
    writing.add_author(made, second, ["software"], by=made.wording.by)
    return made, made.wording.by


@pytest.mark.parametrize("rows", [1, 3])
def test_an_author_is_led_to_the_vote_they_owe(
    coordinator: Membership, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    second = MembershipFactory.create(cohort=coordinator.cohort).user
    made = [written_by_two(coordinator.cohort, second) for _ in range(rows)]
    for writeup, first in made:
        levels.propose(writeup, PUBLIC, "It helps.", by=first)

    with django_assert_num_queries(5):
        [card] = cards(second)

    assert card.title.startswith(f"{rows} decision")
    assert card.address == f"/research/levels/write-up/{made[0][0].pk}/"
    assert [cards(first) for _writeup, first in made] == [[]] * rows  # who asks for it has voted


def test_nothing_owed_is_one_query(coordinator: Membership, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made, first = written_by_two(coordinator.cohort, MembershipFactory.create(cohort=coordinator.cohort).user)
    levels.propose(made, PUBLIC, "It helps.", by=first)

    with django_assert_num_queries(1):
        assert cards(first) == []


def test_the_coordinator_votes_once_all_authors_have_and_then_asks_the_readers(coordinator: Membership) -> None:
    second = MembershipFactory.create(cohort=coordinator.cohort).user
    made, first = written_by_two(coordinator.cohort, second)
    change = levels.propose(made, PUBLIC, "It helps.", by=first)
    assert cards(coordinator.user) == []

    levels.vote(change.votes.get(user=second), is_yes=True, reason="Yes.", by=second)
    [vote] = cards(coordinator.user)
    own = change.votes.get(user=coordinator.user)
    levels.vote(own, is_yes=True, reason="Yes.", by=coordinator.user)
    [ask] = cards(coordinator.user)
    change.refresh_from_db()
    levels.ask_readers(change, readers(made.cohort), by=coordinator.user)

    assert (vote.action, vote.due_at) == ("Read and vote", own.due_at)
    assert (ask.action, ask.due_at) == ("Ask them", None)
    assert (cards(coordinator.user), cards(second)) == ([], [])


def test_a_decision_that_ended_asks_nobody(coordinator: Membership) -> None:
    second = MembershipFactory.create(cohort=coordinator.cohort).user
    made, first = written_by_two(coordinator.cohort, second)
    levels.withdraw(levels.propose(made, PUBLIC, "It helps.", by=first), by=first)

    assert cards(second) == []


def test_who_left_the_organizers_is_not_led_to_a_page_that_is_closed_to_them(coordinator: Membership) -> None:
    made = make_writeup(cohort=coordinator.cohort)
    levels.propose(made, PUBLIC, "It helps.", by=made.wording.by)
    assert cards(coordinator.user) != []

    Membership.objects.filter(pk=coordinator.pk).update(state=MembershipState.WITHDRAWN)

    assert cards(coordinator.user) == []


def test_the_card_names_nothing_of_what_is_secret(coordinator: Membership) -> None:
    second = MembershipFactory.create(cohort=coordinator.cohort).user
    made, first = written_by_two(coordinator.cohort, second)
    levels.propose(made, SECRET, "A hazard.", by=first)
    levels.propose(made, PRIVATE, "None after all.", by=first)

    [card] = cards(second)

    assert made.wording.title not in f"{card.title}{card.detail}{card.action}"
