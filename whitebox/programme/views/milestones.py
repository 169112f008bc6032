"""How far a cohort is: the milestones for those who run it, what they are counted from, and the public page."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from whitebox.people import access
from whitebox.people.choices import Role
from whitebox.people.models import Cohort
from whitebox.people.views.reader import signed_in
from whitebox.programme import facts, milestones, progress_page
from whitebox.programme.pages import READERS


@require_GET
@login_required
def current(request: HttpRequest) -> HttpResponse:
    """Lead to the cohort at work of those that the reader organizes or advises."""
    found = access.at_work_or_404(request.user, *READERS)
    return redirect("programme:milestones", found.slug)


@require_GET
@never_cache
@login_required
def overview(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the milestones, with what they are counted from."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    roles = access.roles_of(request.user, cohort)
    context = {
        "cohort": cohort,
        "milestones": milestones.of_cohort(cohort, _today(cohort)),
        "is_public": progress_page.is_public(cohort),
        "may_switch": Role.ORGANIZER in roles,
    }
    return render(request, "programme/milestones.html", context)


@require_GET
@never_cache
@login_required
def evidence(request: HttpRequest, cohort_slug: str, measure: str) -> HttpResponse:
    """Show one by one what a number is counted from."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    found = next((fact for fact in facts.of_cohort(cohort) if fact.slug == measure and fact.evidence), None)
    if found is None or found.evidence is None:
        raise Http404
    return render(request, "programme/evidence.html", {"cohort": cohort, "fact": found, "rows": found.evidence()})


@require_POST
@login_required
def switch_progress(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the public page, or take it away."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    wanted = request.POST.get("show") == "1"
    progress_page.switch(cohort, is_public=wanted, by=signed_in(request))
    said = _("Everybody can read the progress page now.") if wanted else _("Nobody else can read the page any more.")
    messages.success(request, said)
    return redirect("programme:milestones", cohort.slug)


@require_safe
def progress(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show everybody how far a cohort is, where its organizers switched that on."""
    cohort = get_object_or_404(Cohort, slug=cohort_slug, progress_page__is_public=True)
    lines = progress_page.lines(cohort, _today(cohort))
    return render(request, "programme/progress.html", {"cohort": cohort, "lines": lines})


def _today(cohort: Cohort) -> date:
    return timezone.now().astimezone(cohort.tz).date()
