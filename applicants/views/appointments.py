"""The applicant's pages of a work test and of an interview, behind the secret address of the application."""

import uuid
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applicants import interviews, slots, throttle, work_tests
from applicants.appointments import InterviewSlot, WorkTest
from applicants.calendar import guest_item
from applicants.choices import BookingState
from applicants.models import Application
from applicants.stage_forms import WorkForm
from applicants.views.private import application_or_404, private_page
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.text.rendering import render as rendered
from whitebox.web import feed

HAND_INS_AN_HOUR = 20  # each is kept with its file, and each sends a letter


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def work_test(request: HttpRequest, token: str) -> HttpResponse:
    """Show the task once it is open, and take what is handed in. Looking at the page starts no clock."""
    application = application_or_404(token)
    test = _test_or_404(application)
    if request.method == "POST" and "begin" in request.POST:
        work_tests.begin(test)
        return redirect("applicants:work_test", token)
    form = WorkForm(
        request.POST or None, request.FILES or None, identity=application.identity, is_blind=test.stage.is_blind
    )
    if request.method == "POST" and form.is_valid() and _is_within_limit(test, form):
        try:
            return _handed_in(request, test, form, token)
        except RuleViolation as refused:
            form.add_error(None, str(refused))  # The page keeps what was typed.
    now = timezone.now()
    is_open = work_tests.is_open(test, now)
    context = {
        "application": application,
        "round": application.round,
        "token": token,
        "test": test,
        "is_open": is_open,
        "is_over": now > test.due_at,
        "has_work": work_tests.judged(test) is not None,
        "task": rendered(test.stage.task).html if is_open else "",
        "form": form,
    }
    return render(request, "applicants/work_test.html", context)


def _test_or_404(application: Application) -> WorkTest:
    test = work_tests.current(application)
    if test is None:
        raise Http404
    return test


def _is_within_limit(test: WorkTest, form: WorkForm) -> bool:
    if throttle.may("hand-in", str(test.pk), limit=HAND_INS_AN_HOUR, seconds=throttle.AN_HOUR):
        return True
    form.add_error(
        None,
        _(
            "You handed in many times within an hour, and we have what you sent before. This one was not taken: your "
            "text and link still stand below. Send them later; a file has to be chosen again."
        ),
    )
    return False


def _handed_in(request: HttpRequest, test: WorkTest, form: WorkForm, token: str) -> HttpResponse:
    given = form.cleaned_data
    made = work_tests.hand_in(
        test, key=given["key"] or uuid.uuid4(), text=given["text"], link=given["link"], file=given["file"]
    )
    if made.is_late:
        messages.warning(request, _("We have it. Your window was over, so it says that it came late."))
    else:
        messages.success(request, _("We have it. You can hand in again until your window ends; the last one counts."))
    return redirect("applicants:work_test", token)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the times that can be booked, and the one that is; take a choice."""
    application = application_or_404(token)
    if not _is_at_interview(application):
        raise Http404
    if request.method == "POST":
        chosen = digits.key(request.POST.get("slot", ""))
        slot = get_object_or_404(InterviewSlot, pk=chosen, round=application.round)
        interviews.book(application, slot)
        messages.success(request, _("Your interview is booked. We have sent you a letter with the time and the place."))
        return redirect("applicants:interview", token)
    now = timezone.now()
    booking = interviews.current(application)
    context = {
        "application": application,
        "round": application.round,
        "token": token,
        "booking": booking,
        "is_booked": booking is not None and booking.state == BookingState.BOOKED,
        "may_choose": booking is None or booking.state == BookingState.CANCELLED,
        "may_move": booking is not None
        and interviews.may_move(booking, now)
        and interviews.moves_left(application) > 0,
        "moves_left": interviews.moves_left(application),
        "days": _by_day(slots.free(application, now), application.identity.zone),
        "zone": application.identity.zone,
    }
    return render(request, "applicants/interview.html", context)


def _by_day(found: Iterable[InterviewSlot], zone: str) -> list[tuple[date, list[InterviewSlot]]]:
    """Group times by the day they fall on where the applicant is; what several interviewers offer stands once."""
    here = ZoneInfo(zone)
    first = {(one.starts_at, one.minutes): one for one in reversed(list(found))}
    offered = sorted(first.values(), key=lambda one: (one.starts_at, one.pk))
    return [(day, list(some)) for day, some in groupby(offered, key=lambda one: one.starts_at.astimezone(here).date())]


def _is_at_interview(application: Application) -> bool:
    return application.state == "submitted" and application.stage is not None and application.stage.kind == "interview"


@private_page
@require_safe
def interview_file(request: HttpRequest, token: str) -> HttpResponse:
    """Give the interview to a calendar program. The file names no secret address: calendars are shared."""
    application = application_or_404(token)
    booking = interviews.current(application)
    if booking is None:
        raise Http404
    content = feed.document([guest_item(booking)], owner=application.code)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="interview.ics"'},
    )
