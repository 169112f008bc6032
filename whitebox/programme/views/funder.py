"""The funder's report, to read and to print."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from whitebox import days
from whitebox.people import access
from whitebox.programme import funder_report, printing
from whitebox.programme.funder_report import Report
from whitebox.programme.pages import READERS


class PeriodForm(forms.Form):
    """The days that a report is about."""

    first = days.DayField(label=_("From"))
    last = days.DayField(label=_("Until"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = today.replace(year=today.year + 5, day=1)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if first and last and not first <= last <= self.latest:
            self.add_error("last", _("The period ends on a day after it begins, and not in the far future."))
        return said


@require_GET
@never_cache
@login_required
def page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the report of a period; without one, since the cohort started."""
    form, report = _asked(request, cohort_slug)
    status = 422 if form.errors else 200
    return render(
        request, "programme/funder.html", {"cohort": report.cohort, "report": report, "form": form}, status=status
    )


@require_GET
@never_cache
@login_required
def printed(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Hand the report out as PDF."""
    _form, report = _asked(request, cohort_slug)
    made = printing.pdf("programme/_funder_print.html", {"cohort": report.cohort, "report": report})
    name = f"report-{report.cohort.slug}-{report.first:%Y-%m-%d}-{report.last:%Y-%m-%d}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _asked(request: HttpRequest, cohort_slug: str) -> tuple[PeriodForm, Report]:
    """Return the form and the report of its days; of the usual ones where they make no sense."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    today = timezone.now().astimezone(cohort.tz).date()
    first, last = funder_report.first_day(cohort, today), today
    form = _form(request, first, last, today)
    if form.is_bound and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    return form, funder_report.of_cohort(cohort, first, last, today=today)


def _form(request: HttpRequest, first: date, last: date, today: date) -> PeriodForm:
    if {"first", "last"} & request.GET.keys():
        return PeriodForm(request.GET, today=today)
    return PeriodForm(initial={"first": first, "last": last}, today=today)
