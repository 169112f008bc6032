"""The organizer's pages of a round's work test and interviews."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants import blindness, conflicts, interviews, rights, stage_lists, uploads, work_tests
from applicants.appointments import Booking, HandIn, WorkTest
from applicants.models import Application, Round
from applicants.stage_forms import ProlongForm, SendForm
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


def tests(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is at a work test; send the task to those who are picked."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    form = SendForm(request.POST or None, zone=round_.zone)
    if request.method == "POST" and form.is_valid():
        count = work_tests.send(_picked(request, round_, user), form.window, by=user)
        told = ngettext("The task went to %(count)d applicant.", "The task went to %(count)d applicants.", count)
        messages.success(request, told % {"count": count})
        return redirect("admin:applicants_work_tests", round_.slug)
    rows = stage_lists.tests(round_, user)
    context = {
        "round": round_,
        "rows": rows,
        "unsent": any(row.test is None for row in rows),
        "picked": set(digits.keys(request.POST.getlist("pick"))),
        "form": form,
        "has_stage": "work-test" in stage_lists.kinds(round_),
        "now": timezone.now(),
    }
    return render(request, "applicants/work_tests.html", context)


def _picked(request: HttpRequest, round_: Round, user: User) -> list[Application]:
    picked = digits.keys(request.POST.getlist("pick"))
    found = list(Application.objects.filter(conflicts.none_with(user.pk, "pk"), round=round_, pk__in=picked))
    if not found:
        raise RuleViolation(_("Choose at least one application."))
    return found


@require_POST
def prolong(request: HttpRequest, slug: str, test: int) -> HttpResponse:
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    own = WorkTest.objects.filter(conflicts.none_with(user.pk, "application"), application__round=round_)
    found = get_object_or_404(own.select_related("application"), pk=test)
    form = ProlongForm(request.POST, zone=round_.zone)
    if not form.is_valid():
        raise RuleViolation(form.problem)
    work_tests.prolong(found, form.cleaned_data["until"], by=user)
    messages.success(request, _("The window ends later now. The applicant gets a letter."))
    return redirect("admin:applicants_work_tests", round_.slug)


def work_file(request: HttpRequest, slug: str, hand_in: int) -> HttpResponseBase:
    """Give an organizer a file that was handed in, by its own name."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    found = HandIn.objects.filter(
        conflicts.none_with(user.pk, "work_test__application"),
        work_test__application__round=round_,
        upload__isnull=False,
    )
    made = get_object_or_404(found.select_related("upload", "work_test__application"), pk=hand_in)
    blindness.require_named(user, made.work_test.application)
    assert made.upload is not None  # noqa: S101  # the filter says so
    return uploads.download(made.upload)


def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is at an interview and has booked which time; ask the picked ones to book."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        count = interviews.invite(_picked(request, round_, user), by=user)
        told = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
        messages.success(request, told % {"count": count})
        return redirect("admin:applicants_round_interviews", round_.slug)
    now = timezone.now()
    rows = stage_lists.interviewed(round_, user, now)
    context = {
        "round": round_,
        "rows": rows,
        "stuck": [row.application.code for row in rows if row.is_stuck],
        "offered": stage_lists.offered(round_, now),
        "has_stage": "interview" in stage_lists.kinds(round_),
    }
    return render(request, "applicants/round_interviews.html", context)


@require_POST
def again(request: HttpRequest, slug: str, booking: int) -> HttpResponse:
    """Let somebody who did not come choose another time."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    own = Booking.objects.filter(conflicts.none_with(user.pk, "application"), application__round=round_)
    found = get_object_or_404(own, pk=booking)
    interviews.let_book_again(found, by=user)
    messages.success(request, _("They may choose another time, and get a letter that says so."))
    return redirect("admin:applicants_round_interviews", round_.slug)


PAGES = (
    ("pipeline/<slug:slug>/work-tests/", tests, "applicants_work_tests"),
    ("pipeline/<slug:slug>/work-tests/<key:test>/prolong/", prolong, "applicants_work_test_prolong"),
    ("pipeline/<slug:slug>/work-tests/<key:hand_in>/file/", work_file, "applicants_work_file"),
    ("pipeline/<slug:slug>/interviews/", meetings, "applicants_round_interviews"),
    ("pipeline/<slug:slug>/interviews/<key:booking>/again/", again, "applicants_interview_again"),
)
