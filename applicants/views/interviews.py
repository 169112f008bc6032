"""The interviewer's page: the times they offer, who has booked which, and how it went."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants import interviews, slots
from applicants.appointments import Booking, InterviewSlot
from applicants.choices import BookingState, StageKind
from applicants.judgements import Reviewer
from applicants.procedures import Stage
from applicants.stage_forms import InterviewHoursForm
from applicants.views.desk import rights_or_404
from whitebox.web.visitor import signed_in

KEPT = timedelta(days=30)  # how long past interviews stay on the page


def own(request: HttpRequest) -> HttpResponse:
    """Show an interviewer their times and bookings; open more."""
    rights = rights_or_404(request)
    user = signed_in(request)
    stages = _stages(rights.reviewers)
    form = InterviewHoursForm(
        request.POST or None,
        stages={pk: label for pk, (label, _reviewer, _minutes) in stages.items()},
        initial=_first(stages, user.zone),
    )
    if request.method == "POST" and form.is_valid():
        return _opened(request, form, stages)
    now = timezone.now()
    found = slots.of_interviewer(user, now - KEPT)
    context = {
        "coming": [(slot, booking) for slot, booking in found if slot.starts_at > now],
        "begun": [(slot, booking) for slot, booking in found if slot.starts_at <= now and booking],
        "form": form,
        "may_open": bool(stages),
        "zone": user.zone,
    }
    return render(request, "applicants/interviews.html", context)


def _stages(reviewers: Any) -> dict[int, tuple[str, int, int]]:
    """Return the interviews somebody can offer times for: label, the reviewer they are there, and the usual length."""
    found = Reviewer.objects.filter(pk__in=list(reviewers)).select_related("round").order_by("-round__closes_at", "pk")
    forms = {one.round.form_id: one for one in reversed(found)}
    stages = Stage.objects.filter(form__in=list(forms), kind=StageKind.INTERVIEW).order_by("form", "position")
    return {
        stage.pk: (f"{forms[stage.form_id].round.title}: {stage.title}", forms[stage.form_id].pk, stage.minutes)
        for stage in stages
    }


def _first(stages: dict[int, tuple[str, int, int]], zone: str) -> dict[str, object]:
    usual = next(iter(stages.values()), ("", 0, 30))
    return {"minutes": usual[2], "pause": 10, "zone": zone}


def _opened(request: HttpRequest, form: InterviewHoursForm, stages: dict[int, tuple[str, int, int]]) -> HttpResponse:
    stage = form.cleaned_data["stage"]
    reviewer = Reviewer.objects.select_related("round").get(pk=stages[stage.pk][1])
    made = slots.open_slots(reviewer, stage, form.hours, place=form.cleaned_data["place"], by=signed_in(request))
    count = len(made)
    told = ngettext("%(count)d time can be booked now.", "%(count)d times can be booked now.", count)
    messages.success(request, told % {"count": count})
    return redirect("admin:applicants_interviews")


@require_POST
def take_back(request: HttpRequest, slot: int) -> HttpResponse:
    """Offer an own time no more."""
    rights_or_404(request)
    user = signed_in(request)
    found = get_object_or_404(InterviewSlot, pk=slot, interviewer__membership__user=user)
    slots.take_back(found, reason=request.POST.get("reason", ""), by=user)
    messages.success(request, _("This time is offered no longer."))
    return redirect("admin:applicants_interviews")


@require_POST
def record(request: HttpRequest, booking: int) -> HttpResponse:
    """Take whether an own interview was held; one that was held leads to its scores."""
    rights_or_404(request)
    user = signed_in(request)
    own_bookings = (
        Booking.objects.not_barred(user).filter(slot__interviewer__membership__user=user).select_related("application")
    )
    found = get_object_or_404(own_bookings, pk=booking)
    state = {"held": BookingState.HELD, "no-show": BookingState.NO_SHOW}.get(request.POST.get("state", ""))
    if state is None:
        raise Http404
    interviews.record(found, state, by=user)
    if state == BookingState.HELD:
        messages.success(request, _("Noted. Now score the interview while you remember it."))
        return redirect("admin:applicants_desk_read", found.application.code)
    messages.success(request, _("Noted that nobody came. The organizers decide whether there is another time."))
    return redirect("admin:applicants_interviews")


# Before the page of one application: it stands at the same place.
PAGES = (
    ("desk/interviews/", own, "applicants_interviews"),
    ("desk/interviews/<key:slot>/take-back/", take_back, "applicants_interview_take_back"),
    ("desk/interviews/<key:booking>/record/", record, "applicants_interview_record"),
)
