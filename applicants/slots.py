"""The times that interviewers offer: opened by their own clock, and taken back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applicants import stage_letters
from applicants.appointments import Booking, InterviewSlot
from applicants.choices import AssignmentOrigin, AssignmentState, BookingState, StageKind
from applicants.judgements import Assignment, ConflictOfInterest, Reviewer
from applicants.models import Application, Round
from applicants.procedures import Stage
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people.hours import Hours, overlaps
from whitebox.people.models import User

TAINTED = gettext_lazy("Your talk cannot count, for a reason on our side. We are sorry; please choose another time.")
NOTICE = timedelta(hours=2)  # nobody can book what begins sooner
JOINED = (
    "slot__interviewer__membership__user",
    "slot__stage",
    "application__round__cohort",
    "application__round__form__version",
    "application__identity",
    "application__stage",
)


@transaction.atomic
def open_slots(
    reviewer: Reviewer, stage: Stage, hours: Hours, *, place: str, by: User, now: datetime | None = None
) -> list[InterviewSlot]:
    """Offer the times of a stretch; those that are offered already stay as they are, so twice adds nothing.

    Raises RuleViolation for times in the past, for a stretch with no room, and where a time would overlap another.
    """
    now = now or timezone.now()
    if stage.kind != StageKind.INTERVIEW or stage.form_id != reviewer.round.form_id:
        raise RuleViolation(_("Choose an interview of this round."))
    # One person may interview in several rounds: all their rights are the lock of their time.
    mine = Reviewer.objects.select_for_update(of=("self",)).filter(membership__user=by, is_active=True)
    if reviewer.pk not in {one.pk for one in mine.order_by("pk")}:
        raise RuleViolation(_("You interview in this round no longer."))
    starts = hours.starts()
    if not starts or starts[0] <= now:
        raise RuleViolation(_("No interview fits there. Choose hours in the future, long enough for one interview."))
    taken = _times_of(by)
    fresh = [one for one in starts if (one, hours.minutes) not in taken]
    if any(overlaps(one, hours.minutes, taken) for one in fresh):
        raise RuleViolation(_("These hours overlap with times that you offer already. Nothing was opened."))
    return InterviewSlot.objects.bulk_create(
        InterviewSlot(
            round=reviewer.round,
            stage=stage,
            interviewer=reviewer,
            starts_at=one,
            minutes=hours.minutes,
            zone=hours.zone,
            place=place,
        )
        for one in fresh
    )


def _times_of(user: User) -> set[tuple[datetime, int]]:
    held = InterviewSlot.objects.filter(interviewer__membership__user=user, cancelled_at=None)
    return set(held.values_list("starts_at", "minutes"))


def free(application: Application, now: datetime) -> QuerySet[InterviewSlot]:
    """Return the times an applicant can book now, earliest first: none with somebody they have a conflict with."""
    taken = Booking.objects.filter(slot=OuterRef("pk")).exclude(state=BookingState.CANCELLED)
    barred = ConflictOfInterest.objects.filter(
        application=application, reviewer__membership__user=OuterRef("interviewer__membership__user")
    )
    slug = application.stage.slug if application.stage else ""
    found = InterviewSlot.objects.filter(
        round=application.round_id,
        stage__slug=slug,  # an older version of the form has the same stage as a row of its own
        cancelled_at=None,
        starts_at__gt=now + NOTICE,
        interviewer__is_active=True,
    )
    return found.filter(~Exists(taken), ~Exists(barred)).order_by("starts_at", "pk")


def hosts_with_time(round_: Round, now: datetime) -> set[tuple[str, int]]:
    """Return the stages and the people who can be booked there now. One query."""
    taken = Booking.objects.filter(slot=OuterRef("pk")).exclude(state=BookingState.CANCELLED)
    found = InterviewSlot.objects.filter(
        ~Exists(taken),
        round=round_,
        cancelled_at=None,
        starts_at__gt=now + NOTICE,
        interviewer__is_active=True,
    )
    return set(found.order_by().values_list("stage__slug", "interviewer__membership__user_id").distinct())


@transaction.atomic
def take_back(slot: InterviewSlot, *, reason: str, by: User, now: datetime | None = None) -> None:
    """Offer a time no more. Who had booked it is told and may choose another one. Twice changes nothing.

    Raises RuleViolation without a reason where somebody had booked it, and once it has begun.
    """
    now = now or timezone.now()
    held = InterviewSlot.objects.select_for_update().get(pk=slot.pk)
    if held.cancelled_at is not None:
        return
    booking = Booking.objects.filter(slot=held, state=BookingState.BOOKED).select_related(*JOINED).first()
    if booking is not None and not reason.strip():
        raise RuleViolation(_("Say why: the applicant reads it."))
    if held.starts_at <= now:
        raise RuleViolation(_("This time has begun. Record whether the interview was held."))
    held.cancelled_at = now
    held.save(update_fields=["cancelled_at"])
    if booking is not None:
        end(booking, BookingState.CANCELLED, reason=reason.strip()[:300], by=by, now=now)
        outbox.queue(stage_letters.interview_cancelled(booking))
        outbox.queue(stage_letters.called_off_by_you(booking))


@transaction.atomic
def keep_apart(application_id: int, user_id: int, *, now: datetime | None = None) -> int:
    """End the interviews somebody has ahead with an applicant they must not meet, and return how many. Twice ends none.

    The applicant is told and may choose another time; the time is free for others. To the interviewer it looks as if
    the applicant had moved; letters to them that have not left do not leave.
    """
    now = now or timezone.now()
    theirs = Q(application=application_id, slot__interviewer__membership__user=user_id, state=BookingState.BOOKED)
    if not Booking.objects.filter(theirs).exists():
        return 0
    Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    list(InterviewSlot.objects.select_for_update().filter(bookings__in=Booking.objects.filter(theirs)).order_by("pk"))
    found = list(Booking.objects.filter(theirs).select_related(*JOINED).order_by("pk"))
    for booking in found:
        is_ahead = booking.slot.starts_at > now
        reason = (
            _("Somebody else of us will talk with you, so please choose another time. It is nothing you did.")
            if is_ahead
            else str(TAINTED)
        )
        end(booking, BookingState.CANCELLED, reason=reason, by=None, now=now)
        stage_letters.stop(booking)
        outbox.queue(stage_letters.interview_cancelled(booking))
        if is_ahead:
            outbox.queue(stage_letters.given_back_to_you(booking))
    return len(found)


def end(booking: Booking, state: BookingState, *, reason: str = "", by: User | None, now: datetime) -> None:
    """Write down how a booking ended, inside the caller's transaction; its reading ends unless it was held."""
    booking.state, booking.reason, booking.ended_at, booking.ended_by = state, reason, now, by
    booking.save(update_fields=["state", "reason", "ended_at", "ended_by", "is_own_choice"])
    if state != BookingState.HELD:
        Assignment.objects.filter(
            application=booking.application_id,
            reviewer=booking.slot.interviewer_id,
            origin=AssignmentOrigin.BOOKING,
            state=AssignmentState.OPEN,
        ).update(state=AssignmentState.DECLINED, reason=_("The interview did not take place."))


def of_interviewer(user: User, since: datetime) -> list[tuple[InterviewSlot, Booking | None]]:
    """Return the times somebody offers from a moment on, each with the booking that counts. Two queries.

    Bookings by an applicant with whom they have a conflict of interest are no longer theirs to see.
    """
    offered = InterviewSlot.objects.filter(interviewer__membership__user=user, starts_at__gte=since, cancelled_at=None)
    found = list(offered.select_related("round", "stage"))
    live = Booking.objects.not_barred(user).filter(slot__in=found).exclude(state=BookingState.CANCELLED)
    bookings = {one.slot_id: one for one in live.select_related("application__stage")}
    return [(slot, bookings.get(slot.pk)) for slot in found]
