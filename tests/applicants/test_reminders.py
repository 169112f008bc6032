from datetime import UTC, datetime, timedelta

import pytest

from applicants import reminders
from applicants.appointments import HandIn, InterviewSlot, WorkTest
from applicants.choices import ApplicationState, AssignmentOrigin, AssignmentState, BookingState, OfferState
from applicants.judgements import Offer
from applicants.models import Round, StageWindow
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, OfferFactory, RoundFactory
from tests.factories.appointments import BookingFactory, InterviewSlotFactory, WorkTestFactory
from whitebox.outbox import letters as outbox
from whitebox.outbox.models import Letter
from whitebox.people.models import User

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Manila
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Manila


def test_drafts_hear_once_before_the_deadline(letters: None) -> None:
    now = NOON
    round_ = RoundFactory.create(opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=1))
    old = now - timedelta(days=3)
    draft = ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=old)
    ApplicationFactory.create(round=round_)
    ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=now)
    ApplicationFactory.create(state=ApplicationState.DRAFT, started_at=old)
    ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=old, parts__answers={})

    queued = [outbox.queue_all(list(reminders.drafts(now))) for _twice in range(2)]

    assert queued == [1, 0]
    assert [request.to for request in reminders.drafts(now)] == [draft.identity.email]


def drafts_queued(now: datetime) -> list[str]:
    """Queue what is due and return the deadlines that the new letters name."""
    before = set(Letter.objects.values_list("pk", flat=True))
    outbox.queue_all(list(reminders.drafts(now)))
    fresh = Letter.objects.exclude(pk__in=before)
    return ["last" if "last reminder" in letter.text else "first" for letter in fresh]


def test_a_draft_hears_three_days_and_one_day_before_the_end_and_again_when_it_moves(letters: None) -> None:
    closes_at = datetime(2026, 3, 20, 15, 59, tzinfo=UTC)
    round_ = RoundFactory.create(opens_at=closes_at - timedelta(days=30), closes_at=closes_at)
    ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, started_at=closes_at - timedelta(days=9))
    before = [timedelta(hours=hours) for hours in (73, 71, 70, 25, 23, 1, -1)]

    found = [drafts_queued(closes_at - left) for left in before]
    Round.objects.filter(pk=round_.pk).update(closes_at=closes_at - timedelta(minutes=30))
    moved_a_little = drafts_queued(closes_at - timedelta(hours=1))
    Round.objects.filter(pk=round_.pk).update(closes_at=closes_at + timedelta(days=7))
    moved = [drafts_queued(closes_at + timedelta(days=day)) for day in (0, 5, 6, 6.5, 8)]

    assert found == [[], ["first"], [], [], ["last"], [], []]
    assert moved_a_little == []
    assert moved == [[], ["first"], ["last"], [], []]


def test_open_offers_hear_before_they_end(letters: None) -> None:
    now = NOON
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


def test_nobody_owes_what_cannot_be_read_now(db: None) -> None:
    old = NOON - timedelta(days=5)
    closed = AssignmentFactory.create(at=old)
    StageWindow.objects.create(round=closed.application.round, stage=closed.stage, closes_at=NOON - timedelta(hours=1))
    booked = BookingFactory.create(slot=InterviewSlotFactory.create(starts_at=NOON + timedelta(days=3)))
    AssignmentFactory.create(
        application=booked.application,
        stage=booked.application.stage,
        reviewer=booked.slot.interviewer,
        origin=AssignmentOrigin.BOOKING,
        at=old,
    )

    assert not reminders.owed(NOON).exists()
    booked.state, booked.ended_at = BookingState.HELD, NOON
    booked.save()
    assert reminders.owed(NOON).get().reviewer == booked.slot.interviewer


def test_an_offer_that_stands_longer_is_told_anew(letters: None) -> None:
    offer = OfferFactory.create(made_at=NOON - timedelta(days=5), expires_at=NOON + timedelta(days=1))
    counts = [outbox.queue_all(list(reminders.due(NOON)))]

    Offer.objects.filter(pk=offer.pk).update(expires_at=NOON + timedelta(hours=30))
    counts += [outbox.queue_all(list(reminders.due(NOON))) for _twice in range(2)]

    assert counts == [1, 1, 0]


@pytest.mark.parametrize(("now", "count"), [(NOON, 1), (NIGHT, 0)])
def test_a_work_test_that_ends_is_told_by_day(letters: None, now: datetime, count: int) -> None:
    ends = {"sent_at": now - timedelta(days=3), "due_at": now + timedelta(hours=20)}
    WorkTestFactory.create(**ends, starts_at=now - timedelta(days=2))
    WorkTestFactory.create(**ends, starts_at=now + timedelta(days=1), opened_at=now - timedelta(hours=1))
    done = WorkTestFactory.create(**ends, starts_at=now - timedelta(days=2))
    HandIn.objects.create(work_test=done, number=1, text="Here.", key=done.application.token_nonce)

    assert len(list(reminders.ending_tests(now))) == count


def test_a_prolonged_work_test_is_told_anew(letters: None) -> None:
    test = WorkTestFactory.create(
        sent_at=NOON - timedelta(days=3), starts_at=NOON - timedelta(days=3), due_at=NOON + timedelta(hours=20)
    )
    counts = [outbox.queue_all(list(reminders.due(NOON)))]
    WorkTest.objects.filter(pk=test.pk).update(due_at=NOON + timedelta(hours=40))
    counts += [outbox.queue_all(list(reminders.due(NOON + timedelta(hours=hours)))) for hours in (1, 20, 20)]

    assert counts == [1, 0, 1, 0]


def test_both_hear_of_an_interview_on_the_day_before(letters: None) -> None:
    booking = BookingFactory.create(slot=InterviewSlotFactory.create(starts_at=NOON + timedelta(hours=25)))
    BookingFactory.create(
        slot=InterviewSlotFactory.create(starts_at=NOON + timedelta(hours=25)),
        state=BookingState.CANCELLED,
        ended_at=NOON,
    )
    booking.at = NOON - timedelta(days=3)
    booking.save()

    User.objects.update(quiet_from="22:00", quiet_until="07:00")

    found = list(reminders.interviews_ahead(NOON))
    InterviewSlot.objects.update(starts_at=NIGHT + timedelta(hours=20))

    assert [request.to for request in found] == [
        booking.application.identity.email,
        booking.slot.interviewer.membership.user,
    ]
    assert list(reminders.interviews_ahead(NIGHT)) == []
