from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sprints import claims, reminders, sweeps
from sprints.models import Claim
from tests.factories.people import MembershipFactory
from tests.factories.sprints import ClaimFactory, ResearcherFactory
from whitebox.outbox import letters
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter, LetterTemplate
from whitebox.people.choices import Role

MANILA = ZoneInfo("Asia/Manila")
TODAY = timezone.now().astimezone(MANILA).date()


@pytest.fixture
def templates(db: None) -> None:
    for kind in ("claim-expiring", "claim-expired"):
        LetterTemplate.objects.create(
            kind=kind,
            subject="{{ problem }}",
            body="{{ until }} {{ reader_zone_note }} {{ link }} {{ organizer_name }}",
        )


def kinds(now: datetime) -> list[str]:
    return [request.kind for request in reminders.due(now)]


def queued(now: datetime) -> int:
    return letters.queue_all(list(reminders.due(now)))


def held_until(day: date) -> Claim:
    begun = timezone.now() - timedelta(days=14)
    return ClaimFactory.create(until=day, since=begun, set_at=begun)


def test_a_warning_is_due_three_days_before_the_end_and_once(templates: None) -> None:
    held = held_until(TODAY + timedelta(days=9))
    before, after = held.ends_at - timedelta(days=3, minutes=1), held.ends_at - timedelta(days=3)

    assert kinds(before) == []
    assert kinds(after) == ["claim-expiring"]
    assert [queued(after), queued(after), queued(held.ends_at - timedelta(hours=1))] == [1, 0, 0]
    assert Letter.objects.count() == 1


def test_a_renewal_brings_a_warning_of_its_own_and_calls_back_the_waiting_one(templates: None) -> None:
    held = held_until(TODAY + timedelta(days=2))
    queued(timezone.now())

    claims.renew(held, TODAY + timedelta(days=20), "Line.", by=held.membership.user)
    held.refresh_from_db()
    queued(held.ends_at - timedelta(days=1))

    # The key of the letter that was called back is free again.
    states = {key.partition("~")[0]: state for key, state in Letter.objects.values_list("dedup_key", "state")}
    assert states == {
        f"claim-expiring:{held.pk}:{TODAY + timedelta(days=2)}": LetterState.CANCELLED,
        f"claim-expiring:{held.pk}:{TODAY + timedelta(days=20)}": LetterState.APPROVED,
    }


def test_a_short_claim_is_not_warned_of_at_once(templates: None) -> None:
    held = ClaimFactory.create(until=TODAY + timedelta(days=2))

    assert kinds(held.set_at + timedelta(minutes=1)) == []
    assert kinds(held.ends_at - timedelta(hours=20)) == ["claim-expiring"]


def test_an_expired_claim_is_told_once(templates: None) -> None:
    held = held_until(TODAY + timedelta(days=1))
    now = held.ends_at
    sweeps.expire_claims(now)

    queued(now)
    queued(now + timedelta(minutes=1))

    assert [letter.kind for letter in Letter.objects.all()] == ["claim-expired"]
    assert kinds(now + timedelta(days=4)) == []


def test_a_released_claim_brings_no_letter(templates: None) -> None:
    held = held_until(TODAY + timedelta(days=1))
    claims.release(held, by=held.membership.user)

    assert kinds(held.ends_at) == []


def test_the_letter_says_the_end_in_both_clocks_and_who_writes(templates: None) -> None:
    joined = ResearcherFactory.create(user__zone="Europe/Berlin")
    MembershipFactory.create(cohort=joined.cohort, role=Role.ORGANIZER, user__name="Olive")
    held = ClaimFactory.create(membership=joined, until=date(2027, 1, 15), set_at=datetime(2026, 12, 1, tzinfo=MANILA))

    [request] = list(reminders.due(held.ends_at - timedelta(days=1)))

    assert request.context["until"] == "Fri 15 Jan 2027"
    assert request.context["reader_zone_note"] == "Fri 15 Jan, 16:59 your time"
    assert request.context["organizer_name"] == "Olive"
    assert str(request.context["link"]).endswith(f"/research/problems/{held.problem_id}/")


def test_due_asks_as_much_for_three_claims_as_for_one(db: None, django_assert_num_queries: object) -> None:
    assert callable(django_assert_num_queries)
    for _ in range(3):
        held_until(TODAY + timedelta(days=1))

    # organizers, claims that end, claims that ended, check-ins, hackathons that end, ratings that wait,
    # results that are out
    with django_assert_num_queries(7):
        assert len(kinds(timezone.now())) == 3
