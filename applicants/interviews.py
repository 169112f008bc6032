"""Interviews: invited, booked by applicants from their own page, moved a few times, held, or missed.

Every verb here locks the application first and slots after it, in the order of their keys.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import conflicts, decisions, slots, stage_letters
from applicants.appointments import Booking, InterviewSlot
from applicants.choices import ApplicationState, AssignmentOrigin, AssignmentState, BookingState, StageKind
from applicants.judgements import Assignment
from applicants.models import Application
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people.models import User

MOVES = 2  # how often an applicant may choose another time
MOVABLE_UNTIL = timedelta(hours=12)  # before it starts


@transaction.atomic
def invite(applications: Sequence[Application], *, by: User) -> int:
    """Ask applicants to book, each once at a stage, and return how many letters were new. All of them or none."""
    found = Application.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in applications])
    asked = []
    for one in found.select_related("stage", "round__cohort", "round__form__version", "identity").order_by("pk"):
        conflicts.require_none(by, one)
        _require_at_interview(one)
        asked.append(stage_letters.interview_invitation(one))
    return outbox.queue_all(asked)


def current(application: Application) -> Booking | None:
    """Return the booking that counts at the interview an application is at, else the last one that was cancelled."""
    if application.stage is None or application.stage.kind != StageKind.INTERVIEW:
        return None
    found = Booking.objects.filter(application=application, slot__stage__slug=application.stage.slug)
    return found.select_related(*slots.JOINED).order_by("-pk").first()


def moves_left(application: Application) -> int:
    """Return how often an applicant may still choose another time."""
    used = Booking.objects.filter(application=application, is_own_choice=True).count()
    return max(0, MOVES - used)


def may_move(booking: Booking, now: datetime) -> bool:
    """Tell whether it is early enough to choose another time."""
    return booking.state == BookingState.BOOKED and now <= booking.slot.starts_at - MOVABLE_UNTIL


@transaction.atomic
def book(application: Application, slot: InterviewSlot, *, now: datetime | None = None) -> Booking:
    """Take a time for an applicant, or another one in place of the present; both sides are told.

    The same time twice returns the same booking. Raises RuleViolation where the time is gone, where a decision is
    released, and where an applicant has moved too often, too late, has been interviewed or was missed.
    """
    now = now or timezone.now()
    current_ = Application.objects.select_for_update(of=("self",)).select_related("stage").get(pk=application.pk)
    _require_at_interview(current_)
    present = current(current_)
    wanted = {slot.pk} | ({present.slot_id} if present else set())
    locked = {one.pk: one for one in InterviewSlot.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if present is not None and present.state == BookingState.BOOKED and present.slot_id == slot.pk:
        return present
    if decisions.in_force(current_) is not None:
        raise RuleViolation(_("There is a decision on your application, so nothing was booked. Your page shows it."))
    if slot.pk not in locked or not slots.free(current_, now).filter(pk=slot.pk).exists():
        raise RuleViolation(
            _("Somebody else has just taken this time, or it is offered no longer. Choose another one.")
        )
    if present is not None:
        _make_room(present, now)
    made = Booking.objects.create(slot=slot, application=current_, at=now)
    _assign(made, current_)
    told = Booking.objects.select_related(*slots.JOINED).get(pk=made.pk)
    outbox.queue(stage_letters.interview_booked(told))
    outbox.queue(stage_letters.booked_with_you(told))
    return told


def _require_at_interview(application: Application) -> None:
    stage = application.stage
    if application.state != ApplicationState.SUBMITTED or stage is None or stage.kind != StageKind.INTERVIEW:
        raise RuleViolation(_("%(code)s is not at an interview. Reload the page.") % {"code": application.code})


def _make_room(present: Booking, now: datetime) -> None:
    """Give the present time back, where the applicant may still do so."""
    if present.state == BookingState.HELD:
        raise RuleViolation(_("Your interview was held. There is nothing more to book."))
    if present.state == BookingState.NO_SHOW:
        raise RuleViolation(_("We waited for you at your last time. Write to the organizers before you book again."))
    if present.state == BookingState.CANCELLED:
        return
    if not may_move(present, now):
        raise RuleViolation(_("Your interview is too close to be moved. Write to the organizers if you cannot come."))
    if not moves_left(present.application):
        raise RuleViolation(_("You have moved your interview as often as you can. Write to the organizers."))
    present.is_own_choice = True
    slots.end(present, BookingState.CANCELLED, reason=_("The applicant chose another time."), by=None, now=now)
    outbox.queue(stage_letters.given_back_to_you(present))


def _assign(booking: Booking, application: Application) -> None:
    """Put the interview on the interviewer's desk, so that its scores stand in the same record as all others."""
    reviewer = booking.slot.interviewer_id
    last = Assignment.objects.filter(reviewer=reviewer).aggregate(last=Max("position"))["last"] or 0
    held, _created = Assignment.objects.get_or_create(
        application=application,
        reviewer_id=reviewer,
        stage=application.stage,
        defaults={"origin": AssignmentOrigin.BOOKING, "position": last + 1},
    )
    Assignment.objects.filter(pk=held.pk, state=AssignmentState.DECLINED).update(
        state=AssignmentState.OPEN, origin=AssignmentOrigin.BOOKING, reason=""
    )


@transaction.atomic
def record(booking: Booking, state: BookingState, *, by: User, now: datetime | None = None) -> None:
    """Write down that an interview was held, or that nobody came. Twice changes nothing.

    Raises RuleViolation with a conflict of interest, before it starts, and for a booking that ended otherwise.
    """
    now = now or timezone.now()
    held = _locked(booking)
    conflicts.require_none(by, held.application)
    if held.state == state:
        return
    if held.state != BookingState.BOOKED or state not in {BookingState.HELD, BookingState.NO_SHOW}:
        raise RuleViolation(_("This booking is %(state)s already.") % {"state": held.get_state_display()})
    if now < held.slot.starts_at:
        raise RuleViolation(_("The interview has not begun yet. You can take the time back instead."))
    slots.end(held, state, by=by, now=now)


@transaction.atomic
def let_book_again(booking: Booking, *, by: User, now: datetime | None = None) -> None:
    """Let somebody choose another time who did not come, or whose interviewer turned out to have a conflict.

    They hear so by letter. Twice changes nothing.
    """
    now = now or timezone.now()
    held = _locked(booking)
    conflicts.require_none(by, held.application)
    if held.state == BookingState.CANCELLED:
        return
    is_tainted = (
        held.state == BookingState.HELD and not Booking.objects.not_barred(_host(held)).filter(pk=held.pk).exists()
    )
    if held.state != BookingState.NO_SHOW and not is_tainted:
        raise RuleViolation(_("Only somebody who did not come, or whose talk cannot count, needs this."))
    reason = str(slots.TAINTED) if is_tainted else _("You could not come, and you may choose another time.")
    slots.end(held, BookingState.CANCELLED, reason=reason, by=by, now=now)
    outbox.queue(stage_letters.interview_cancelled(held))


def _host(booking: Booking) -> User:
    return booking.slot.interviewer.membership.user


@transaction.atomic
def let_fall(application: Application, *, now: datetime | None = None) -> None:
    """Give back the time of an application that is withdrawn or moves on; both sides are told."""
    now = now or timezone.now()
    ahead = Booking.objects.filter(application=application, state=BookingState.BOOKED).select_related(*slots.JOINED)
    for booking in ahead:
        slots.end(booking, BookingState.CANCELLED, reason=_("The application moved on or ended."), by=None, now=now)
        if booking.slot.starts_at > now:
            outbox.queue(stage_letters.interview_ended(booking))
            outbox.queue(stage_letters.given_back_to_you(booking))


def _locked(booking: Booking) -> Booking:
    Application.objects.select_for_update().get(pk=booking.application_id)
    InterviewSlot.objects.select_for_update().get(pk=booking.slot_id)
    return Booking.objects.select_related(*slots.JOINED).get(pk=booking.pk)
