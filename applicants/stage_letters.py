"""What the letters of work tests and interviews say. A letter's key holds the moment, so what moves is told anew."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants import letters
from applicants.appointments import Booking, HandIn, WorkTest
from applicants.calendar import for_guest, for_host
from applicants.letters import stamp, to_applicant
from applicants.models import Application
from whitebox.outbox.attachments import Attachment
from whitebox.outbox.choices import LetterState
from whitebox.outbox.letters import Request
from whitebox.outbox.models import Letter
from whitebox.outbox.rendering import Value


def work_test(test: WorkTest) -> Request:
    """The task is there. Where the applicant may begin earlier the letter says how long the window then is."""
    start = letters.in_words(test.starts_at, test.application.round.zone)
    more: dict[str, Value] = {
        "stage": test.stage.applicant_title,
        "hours": test.stage.hours,
        "minutes": test.stage.minutes,
        "start": start,
        "may_choose": test.starts_when_opened,
    }
    return to_applicant(test.application, "work-test", f"work-test:{test.pk}", deadline=test.due_at, **more)


def work_received(made: HandIn) -> Request:
    test = made.work_test
    more: dict[str, Value] = {"stage": test.stage.applicant_title, "is_late": made.is_late}
    return to_applicant(
        test.application, "work-test-received", f"work-test-received:{made.pk}", deadline=test.due_at, **more
    )


def work_test_prolonged(test: WorkTest) -> Request:
    key = f"work-test-prolonged:{test.pk}:{stamp(test.due_at)}"
    stage = test.stage.applicant_title
    return to_applicant(test.application, "work-test-prolonged", key, deadline=test.due_at, stage=stage)


def work_test_ending(test: WorkTest) -> Request:
    key = f"work-test-ending:{test.pk}:{stamp(test.due_at)}"
    stage = test.stage.applicant_title
    return to_applicant(test.application, "work-test-ending", key, deadline=test.due_at, stage=stage)


def interview_invitation(application: Application) -> Request:
    key = f"interview-invitation:{application.pk}:{application.stage_id}"
    minutes = application.stage.minutes if application.stage else 0
    return to_applicant(application, "interview-invitation", key, minutes=minutes)


def interview_booked(booking: Booking) -> Request:
    return _with(for_guest(booking), _to_guest(booking, "interview-booked", f"interview-booked:{booking.pk}"))


def interview_cancelled(booking: Booking) -> Request:
    key = f"interview-cancelled:{booking.pk}"
    return _with(for_guest(booking), _to_guest(booking, "interview-cancelled", key, note=booking.reason))


def interview_ended(booking: Booking) -> Request:
    """Tell an applicant whose application moved on or ended that nobody waits for them."""
    return _with(for_guest(booking), _to_guest(booking, "interview-ended", f"interview-ended:{booking.pk}"))


def interview_soon(booking: Booking) -> Request:
    return _to_guest(booking, "interview-soon", f"interview-soon:{booking.pk}:{stamp(booking.slot.starts_at)}")


def _to_guest(booking: Booking, kind: str, key: str, **more: Value) -> Request:
    slot = booking.slot
    facts: dict[str, Value] = {"place": slot.place, "minutes": slot.minutes}
    return to_applicant(booking.application, kind, key, deadline=slot.starts_at, **(facts | more))


def booked_with_you(booking: Booking) -> Request:
    key = f"interview-booked-staff:{booking.pk}"
    return _with(for_host(booking), _to_host(booking, "interview-booked-staff", key))


def called_off_by_you(booking: Booking) -> Request:
    """Take an interview out of the calendar of the interviewer who called it off."""
    key = f"interview-called-off-staff:{booking.pk}"
    return _with(for_host(booking), _to_host(booking, "interview-called-off-staff", key))


def given_back_to_you(booking: Booking) -> Request:
    """Say that a time is free again, not whose it was: after a conflict the code is no business of theirs."""
    key = f"interview-given-back-staff:{booking.pk}"
    return _with(for_host(booking), _to_host(booking, "interview-given-back-staff", key, code=_("An applicant")))


def _with(attachment: Attachment, request: Request) -> Request:
    return replace(request, attachments=(attachment,))


def with_you_soon(booking: Booking, now: datetime) -> Request:
    key = f"interview-soon-staff:{booking.pk}:{stamp(booking.slot.starts_at)}"
    return _to_host(booking, "interview-soon-staff", key, due_at=now)


def _to_host(booking: Booking, kind: str, key: str, *, due_at: datetime | None = None, code: str = "") -> Request:
    """Write to an interviewer, by the code: the page behind the link says who it is to whom that is shown."""
    slot, round_ = booking.slot, booking.application.round
    host = slot.interviewer.membership.user
    return Request(
        kind,
        key,
        host,
        {
            "programme": round_.form.version.title,
            "round": round_.title,
            "code": code or booking.application.code,
            "deadline": letters.in_words(slot.starts_at, slot.zone),
            "reader_zone_note": letters.zone_note(slot.starts_at, slot.zone, host.zone),
            "place": slot.place,
            "minutes": slot.minutes,
            "organizer_name": _("The organizers"),
            "link": settings.SITE_URL + reverse("admin:applicants_interviews"),
        },
        due_at=due_at,
        about=about_booking(booking),
        cohort_id=round_.cohort_id,
    )


def about_booking(booking: Booking) -> str:
    return f"applicants.booking:{booking.pk}"


def stop(booking: Booking) -> None:
    """Keep letters to an interviewer that have not left from leaving, once the booking is none of theirs."""
    waiting = Letter.objects.filter(about=about_booking(booking), state__in=[LetterState.DRAFT, LetterState.APPROVED])
    waiting.update(state=LetterState.CANCELLED)
