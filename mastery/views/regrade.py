"""The organizers' pages of a regrade: begin, look at the table, apply."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mastery import regrade_table, regrading
from mastery.regrade_table import BeginForm
from mastery.regrades import Regrade
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.models import Cohort
from whitebox.web.visitor import signed_in

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@login_required
def begin(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the runs of a cohort, and begin one."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    form = BeginForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            run = regrading.begin(cohort, chosen["version"], by=signed_in(request), reason=chosen["reason"])
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("mastery:regrade", cohort.slug, run.pk)
    runs = cohort.regrades.select_related("check_version", "by")
    context = {"cohort": cohort, "form": form, "runs": runs, "can_begin": form.fields["version"].queryset.exists()}  # type: ignore[attr-defined]  # a choice of rows
    return render(request, "mastery/regrades.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
def look(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Show what a run would change, or has changed."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    run = _run_or_404(cohort, pk)
    page = Paginator(regrade_table.shown_jobs(run), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "run": run,
        "summary": regrade_table.summary(run),
        "rows": regrade_table.rows(run, page.object_list),
        "page": page,
    }
    return render(request, "mastery/regrade.html", context)


@require_POST
@login_required
def apply(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    run = _run_or_404(cohort, pk)
    regrading.apply(run, by=signed_in(request), may_lower="may_lower" in request.POST)
    messages.success(request, _("Being applied. Everybody whose marks change gets one letter."))
    return redirect("mastery:regrade", cohort.slug, run.pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    regrading.withdraw(_run_or_404(cohort, pk), by=signed_in(request))
    messages.success(request, _("Withdrawn. Nothing was changed."))
    return redirect("mastery:regrades", cohort.slug)


def _run_or_404(cohort: Cohort, pk: int) -> Regrade:
    runs = cohort.regrades.select_related("check_version__version", "for_check__module", "by")
    run: Regrade = get_object_or_404(runs.defer("check_version__specification"), pk=pk)
    run.cohort = cohort
    return run
