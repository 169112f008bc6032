import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.outbox.letters import Request
from whitebox.people import breaches, policies
from whitebox.people.breaches import Report
from whitebox.people.choices import BreachKind, Role
from whitebox.people.conduct import Breach
from whitebox.people.models import Membership, Policy
from whitebox.programme import reminders

pytestmark = pytest.mark.django_db
SECRET = "A draft was forwarded to Ana."


@pytest.fixture
def organizers() -> list[Membership]:
    cohort = CohortFactory.create(started_at=timezone.now() - timedelta(days=7))
    return MembershipFactory.create_batch(2, cohort=cohort, role=Role.ORGANIZER)


def recorded(organizer: Membership, kind: BreachKind, role: Role = Role.PARTICIPANT) -> Breach:
    about = MembershipFactory.create(cohort=organizer.cohort, role=role)
    policies.sign(
        policies.publish("hazards", title="Hazards", required_for=[], label="1", source="1", html="1"), by=about.user
    )
    report = Report(Policy.objects.get(slug="hazards").pk, timezone.now().date(), kind, SECRET)
    return breaches.record(about, report, key=uuid.uuid4(), by=organizer.user)


def due(*, days: int = 0) -> list[Request]:
    return list(reminders.due(timezone.now() + timedelta(days=days)))


def asked(found: Sequence[Request]) -> list[tuple[str, object]]:
    return [(one.kind, one.to) for one in found]


def test_the_person_hears_of_it_and_every_organizer_is_asked_until_they_spoke(organizers: list[Membership]) -> None:
    first, second = organizers
    breach = recorded(first, BreachKind.QUIET)

    told = asked(due())
    breaches.decide(breach, may_stay=True, reason="It was a slip.", by=second.user)
    later = asked(due(days=4))

    assert told == [
        ("breach-recorded", breach.membership.user),
        ("breach-to-decide", first.user),
        ("breach-to-decide", second.user),
    ]
    assert later == [("breach-to-decide-again", first.user)]


def test_an_honest_slip_asks_nobody_for_a_decision(organizers: list[Membership]) -> None:
    breach = recorded(organizers[0], BreachKind.HONEST)

    [told] = due()

    assert (told.kind, told.to, told.context["flagged"]) == ("breach-recorded", breach.membership.user, "")


def test_an_organizer_is_not_asked_about_themselves(organizers: list[Membership]) -> None:
    breach = recorded(organizers[0], BreachKind.QUIET, Role.ORGANIZER)

    assert ("breach-to-decide", breach.membership.user) not in asked(due())


def test_what_was_taken_back_or_decided_is_written_about_no_more(organizers: list[Membership]) -> None:
    taken, decided = (recorded(organizers[0], BreachKind.QUIET) for _ in range(2))
    breaches.take_back(taken, "Somebody else did it.", by=organizers[0].user)
    for one in organizers:
        breaches.decide(decided, may_stay=False, reason="On purpose.", by=one.user)

    assert asked(due(days=4)) == []
    assert taken.membership.user not in [one.to for one in due()]


def test_letters_do_not_say_what_happened_or_who_it_was(organizers: list[Membership]) -> None:
    breach = recorded(organizers[0], BreachKind.QUIET)

    for one in due():
        assert SECRET not in str(one.context)
        assert breach.membership.user.called not in str(one.context)


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(
    organizers: list[Membership], django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        recorded(organizers[0], BreachKind.QUIET)

    with django_assert_num_queries(7):
        due()
