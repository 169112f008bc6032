"""Who is due a letter: people with a draft, an open offer, a work test or an interview ahead, and readings they owe.

Nobody is woken: who has quiet hours now is asked for again with the next tick, so that a letter never says what has
changed since. Keys hold the moment a letter is about, so what moves is told anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from applicants import letters, slots, stage_letters, work_tests
from applicants.appointments import Booking, HandIn, WorkTest
from applicants.choices import ApplicationState, AssignmentOrigin, AssignmentState, BookingState, OfferState
from applicants.judgements import Assignment, Offer, Reviewer
from applicants.models import Application, StageWindow
from applicants.sweeps import EVERYTHING
from whitebox.outbox.letters import Request
from whitebox.outbox.quiet import next_waking
from whitebox.people.choices import MembershipState
from whitebox.people.models import User

OPTIONAL: Mapping[str, str] = {}  # deadlines of applicants, and readings that somebody owes
BEFORE_CLOSING = (timedelta(days=3), timedelta(days=1))  # one letter in each, the second within the last
SETTLED = timedelta(hours=12)  # a draft that was begun an hour ago needs no reminder
BEFORE_EXPIRY = timedelta(days=2)
OWED_AFTER = timedelta(days=4)
BEFORE_DUE = timedelta(hours=24)
DAY_BEFORE = timedelta(hours=26)
TOO_LATE = timedelta(hours=1)
JUST_TOLD = timedelta(hours=6)  # who booked a moment ago has the time before them
NIGHT = (time(21, 0), time(8, 0))
REMIND_AT = 9  # o'clock, by the round's zone


def due(now: datetime) -> Iterable[Request]:
    yield from drafts(now)
    yield from open_offers(now)
    yield from ending_tests(now)
    yield from interviews_ahead(now)
    yield from owed_reviews(now)


def is_night(now: datetime, zone: str) -> bool:
    """Tell whether an applicant, who has no account to set quiet hours in, would be woken."""
    return next_waking(now, zone=ZoneInfo(zone), quiet_from=NIGHT[0], quiet_until=NIGHT[1]) != now


def is_quiet(now: datetime, user: User) -> bool:
    return next_waking(now, zone=ZoneInfo(user.zone), quiet_from=user.quiet_from, quiet_until=user.quiet_until) != now


def drafts(now: datetime) -> Iterator[Request]:
    """Two letters to each draft with something in it: three days and one day before its round closes.

    A deadline that moves to another day is told again, for what the first letter said is wrong then.
    """
    early, late = BEFORE_CLOSING
    waiting = Application.objects.filter(
        state=ApplicationState.DRAFT,
        round__closes_at__gt=now,
        round__closes_at__lte=now + early,
        started_at__lte=now - SETTLED,
        erased_at=None,
    ).exclude(draft__answers={})
    loaded = waiting.select_related("round__cohort", "round__form__version", "identity").order_by("pk")
    for application in loaded.iterator(chunk_size=500):  # On the last day of a large round they are many.
        yield letters.closing_soon(application, is_last=application.round.closes_at <= now + late)


def open_offers(now: datetime) -> Iterator[Request]:
    """One letter to each open offer in its last two days."""
    ending = Offer.objects.filter(
        state=OfferState.OPEN, expires_at__gt=now, expires_at__lte=now + BEFORE_EXPIRY, made_at__lte=now - BEFORE_EXPIRY
    )
    for offer in ending.select_related(*EVERYTHING):
        if not is_night(now, offer.application.identity.zone):
            yield letters.offer_expiring(offer)


def ending_tests(now: datetime) -> Iterator[Request]:
    """One letter to each work test that is open, ends within a day, and has nothing handed in."""
    ending = WorkTest.objects.filter(
        ~Exists(HandIn.objects.filter(work_test=OuterRef("pk"))),
        Q(opened_at__lte=now - JUST_TOLD) | Q(opened_at=None, starts_at__lte=now - JUST_TOLD),
        due_at__gt=now,
        due_at__lte=now + BEFORE_DUE,
        application__state=ApplicationState.SUBMITTED,
        application__stage=F("stage"),
    )
    for test in ending.select_related(*work_tests.WITH_ALL).order_by("pk"):
        if not is_night(now, test.application.identity.zone):
            yield stage_letters.work_test_ending(test)


def interviews_ahead(now: datetime) -> Iterator[Request]:
    """One letter each to the applicant and to the interviewer, on the day before."""
    ahead = Booking.objects.filter(
        state=BookingState.BOOKED,
        slot__starts_at__gt=now + TOO_LATE,
        slot__starts_at__lte=now + DAY_BEFORE,
        at__lte=now - JUST_TOLD,
    )
    for booking in ahead.select_related(*slots.JOINED).order_by("pk"):
        if not is_night(now, booking.application.identity.zone):
            yield stage_letters.interview_soon(booking)
        if not is_quiet(now, booking.slot.interviewer.membership.user):
            yield stage_letters.with_you_soon(booking, now)


def owed_reviews(now: datetime) -> Iterator[Request]:
    """One letter a week, not before nine by the round's clock, to exactly those who owe a reading since four days."""
    owing = owed(now).order_by().values("reviewer").annotate(count=Count("pk")).values_list("reviewer", "count")
    counts = dict(owing)
    found = Reviewer.objects.filter(pk__in=counts).select_related("membership__user", "round__form__version")
    for reviewer in found.order_by("pk"):
        local = now.astimezone(ZoneInfo(reviewer.round.zone))
        if local.hour >= REMIND_AT and not is_quiet(now, reviewer.membership.user):
            week = f"{local:%G-%V}"
            yield letters.reviews_waiting(reviewer.membership.user, counts[reviewer.pk], reviewer.round, week)


def owed(now: datetime) -> QuerySet[Assignment]:
    """Return the readings that wait since four days and could be done now.

    Not those of a stage whose dates are over or to come, and not those of an interview that was not held.
    """
    shut = StageWindow.objects.filter(
        Q(opens_at__gt=now) | Q(closes_at__lte=now),
        round=OuterRef("application__round"),
        stage__slug=OuterRef("stage__slug"),
    )
    held = Booking.objects.filter(
        state=BookingState.HELD, application=OuterRef("application"), slot__interviewer=OuterRef("reviewer")
    )
    return Assignment.objects.filter(
        ~Exists(shut),
        ~Q(origin=AssignmentOrigin.BOOKING) | Exists(held),
        state=AssignmentState.OPEN,
        at__lte=now - OWED_AFTER,
        application__state=ApplicationState.SUBMITTED,
        application__stage=F("stage"),
        reviewer__is_active=True,
        reviewer__membership__state=MembershipState.ACTIVE,
        reviewer__membership__user__is_active=True,
    )
