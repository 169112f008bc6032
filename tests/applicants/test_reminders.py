from datetime import UTC, datetime, timedelta

from django.utils import timezone

from applicants import reminders
from applicants.choices import ApplicationState, AssignmentState, OfferState
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, OfferFactory, RoundFactory
from whitebox.outbox import letters as outbox

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Manila


def test_drafts_hear_once_before_the_deadline(letters: None) -> None:
    now = timezone.now()
    round_ = RoundFactory.create(closes_at=now + timedelta(days=1))
    old = now - timedelta(days=3)
    draft = ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=old)
    ApplicationFactory.create(round=round_)
    ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=now)
    ApplicationFactory.create(state=ApplicationState.DRAFT, started_at=old)

    queued = [outbox.queue_all(list(reminders.drafts(now))) for _twice in range(2)]

    assert queued == [1, 0]
    assert [request.to for request in reminders.drafts(now)] == [draft.identity.email]


def test_open_offers_hear_before_they_end(letters: None) -> None:
    now = timezone.now()
    made = {"made_at": now - timedelta(days=5), "expires_at": now + timedelta(days=1)}
    ending = OfferFactory.create(**made)
    OfferFactory.create(**made, state=OfferState.WITHDRAWN)
    OfferFactory.create()

    assert [request.to for request in reminders.open_offers(now)] == [ending.application.identity.email]


def test_reviewers_who_owe_hear_once_a_week_and_nobody_else(letters: None) -> None:
    owed = AssignmentFactory.create(at=NOON - timedelta(days=5))
    AssignmentFactory.create(at=NOON - timedelta(days=5), state=AssignmentState.DONE)
    AssignmentFactory.create(at=NOON - timedelta(days=1))

    found = list(reminders.owed_reviews(NOON))
    queued = [outbox.queue_all(list(reminders.owed_reviews(NOON + timedelta(days=day)))) for day in (0, 1, 7)]

    assert [request.to for request in found] == [owed.reviewer.membership.user]
    assert found[0].context["count"] == 1
    assert queued == [1, 0, 2]
