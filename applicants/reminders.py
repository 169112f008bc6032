"""Who is due a letter: people with a draft, with an open offer, with readings they owe."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from applicants import letters
from applicants.choices import ApplicationState, AssignmentState, OfferState
from applicants.judgements import Assignment, Offer, Reviewer
from applicants.models import Application
from applicants.sweeps import EVERYTHING
from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState

BEFORE_CLOSING = timedelta(days=2)
SETTLED = timedelta(hours=12)  # a draft that was begun an hour ago needs no reminder
BEFORE_EXPIRY = timedelta(days=2)
OWED_AFTER = timedelta(days=4)
REMIND_AT = 9  # o'clock, by the round's zone


def due(now: datetime) -> Iterable[Request]:
    yield from drafts(now)
    yield from open_offers(now)
    yield from owed_reviews(now)


def drafts(now: datetime) -> Iterator[Request]:
    """One letter to each draft in the last two days of its round."""
    waiting = Application.objects.filter(
        state=ApplicationState.DRAFT,
        round__closes_at__gt=now,
        round__closes_at__lte=now + BEFORE_CLOSING,
        started_at__lte=now - SETTLED,
    )
    for application in waiting.select_related("round__cohort", "round__form__version", "identity"):
        yield letters.closing_soon(application)


def open_offers(now: datetime) -> Iterator[Request]:
    """One letter to each open offer in its last two days."""
    ending = Offer.objects.filter(
        state=OfferState.OPEN, expires_at__gt=now, expires_at__lte=now + BEFORE_EXPIRY, made_at__lte=now - BEFORE_EXPIRY
    )
    for offer in ending.select_related(*EVERYTHING):
        yield letters.offer_expiring(offer)


def owed_reviews(now: datetime) -> Iterator[Request]:
    """One letter a week, not before nine by the round's clock, to exactly those who owe a reading since four days."""
    owing = (
        Assignment.objects.filter(
            state=AssignmentState.OPEN,
            at__lte=now - OWED_AFTER,
            application__state=ApplicationState.SUBMITTED,
            reviewer__is_active=True,
            reviewer__membership__state=MembershipState.ACTIVE,
        )
        .values("reviewer")
        .annotate(count=Count("pk"))
        .values_list("reviewer", "count")
    )
    counts = dict(owing)
    found = Reviewer.objects.filter(pk__in=counts).select_related("membership__user", "round__form__version")
    for reviewer in found.order_by("pk"):
        local = now.astimezone(ZoneInfo(reviewer.round.zone))
        if local.hour >= REMIND_AT:
            week = f"{local:%G-%V}"
            yield letters.reviews_waiting(reviewer.membership.user, counts[reviewer.pk], reviewer.round, week)
