"""The organizers' pages on the run of a cohort: what is planned, and what moving it changes before it is moved."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import arranging, due_list, moves, schedule
from curriculum.arranging import Run
from curriculum.models import Session
from curriculum.moves import Move
from curriculum.session_forms import MoveForm, RunForm
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people import departures
from whitebox.people.models import Cohort
from whitebox.people.organized import own_cohorts
from whitebox.web.visitor import signed_in

Foresee = Callable[[], list[Move]]


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move one session, or change who leads it, after a look at what that changes."""
    rows = Session.objects.filter(cohort__in=own_cohorts(request))
    rows = rows.select_related("cohort__adoption__version", "module", "leader")
    session = get_object_or_404(rows, pk=pk)
    before = moves.moved(session, session.on, session.at, session.zone)
    form = MoveForm(request.POST or None, instance=session)

    def foresee() -> list[Move]:
        there = moves.moved(before, form.cleaned_data["on"], form.cleaned_data["at"], before.zone)
        return moves.foresee([(before, there)])

    def apply() -> None:
        schedule.name_leader(session, form.cleaned_data["leader"], by=signed_in(request))
        there = form.instance
        moves.apply(there, there.on, there.at, seen=_seen(request), chosen=_chosen(request), by=signed_in(request))

    found = _look_or_apply(request, form, foresee, apply)
    if found is None:
        messages.success(request, _("Done. Calendars and reminders follow."))
        return redirect("admin:curriculum_run", session.cohort.slug)
    context = {"session": before, "cohort": before.cohort, "form": form, **_shown(found)}
    return render(request, "curriculum/move_session.html", context)


def run(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a cohort's weeks, and change its start, zone and holidays after a look at what that changes."""
    cohort = _cohort_or_404(request, slug)
    present = Run.of(cohort)
    initial = {
        "starts_on": cohort.starts_on,
        "zone": cohort.zone,
        "closed": [day.isoformat() for day in present.closed_days] if present else [],
    }
    form = RunForm(request.POST or None, cohort=cohort, initial=initial)

    def apply() -> None:
        arranging.arrange(cohort, form.run(), seen=_seen(request), chosen=_chosen(request), by=signed_in(request))

    found = _look_or_apply(request, form, lambda: arranging.preview(cohort, form.run()), apply)
    if found is None:
        messages.success(request, _("Done. Calendars and reminders follow."))
        return redirect("admin:curriculum_run", slug)
    planned = cohort.sessions.select_related("module", "leader__user").order_by("week")
    context = {
        "cohort": cohort,
        "sessions": planned,
        "form": form,
        "now": timezone.now(),
        "departures": departures.of_cohorts([cohort.pk]),
        **_shown(found),
    }
    context["asked"] = form.is_bound and form.is_valid() and not form.errors
    return render(request, "curriculum/run.html", context)


def _look_or_apply(
    request: HttpRequest, form: forms.BaseForm, foresee: Foresee, apply: Callable[[], None]
) -> list[Move] | None:
    """Return what would move, an empty list where nothing was asked yet; None once it is done.

    What the domain refuses becomes an error of the form, so that nothing typed is lost.
    """
    if request.method != "POST" or not form.is_valid():
        return []
    try:
        if "apply" in request.POST:
            apply()
            return None
        return foresee()
    except RuleViolation as refused:
        form.add_error(None, str(refused))
        return []


def _shown(found: list[Move]) -> dict[str, Any]:
    return {
        "moves": found,
        "seen": moves.digest(found),
        "any_touched": any(move.touched for move in found),
    }


def _seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")


def _chosen(request: HttpRequest) -> set[int]:
    return set(digits.keys(request.POST.getlist("carry")))


def _cohort_or_404(request: HttpRequest, slug: str) -> Cohort:
    rows = own_cohorts(request).select_related("adoption__version", "ahead_of", "lead__adoption__version")
    return get_object_or_404(rows, slug=slug)


def due_times(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out every deadline of a cohort as a file."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    cohort = _cohort_or_404(request, slug)
    return HttpResponse(
        due_list.exported(cohort),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="deadlines-{cohort.slug}.csv"'},
    )


def set_up_lead(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the cohort that runs one week ahead."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    cohort = _cohort_or_404(request, slug)
    lead = arranging.set_up_lead(cohort, by=signed_in(request))
    messages.success(request, _("%(lead)s is set up. Invite those who try the weeks out.") % {"lead": lead})
    return redirect("admin:curriculum_run", lead.slug)
