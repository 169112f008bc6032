"""All that is known about a cohort in numbers: facts, the funnel, what selection foretold."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from whitebox.judging.association import FEWEST
from whitebox.people import access
from whitebox.people.choices import Role
from whitebox.programme import facts, funder_report, funnel, money, prediction, study_time
from whitebox.programme.pages import READERS


@require_GET
@never_cache
@login_required
def facts_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show every fact of a cohort, each with what it is a number of."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    return render(request, "programme/facts.html", {"cohort": cohort, "facts": facts.of_cohort(cohort)})


@require_GET
@never_cache
@login_required
def cohort_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show one cohort on one page, from applied to placed: milestones, numbers, funnel."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    report = funder_report.whole(cohort, today=timezone.now().astimezone(cohort.tz).date())
    return render(request, "programme/cohort_report.html", {"cohort": cohort, "report": report})


@require_GET
@never_cache
@login_required
def cohort_sheet(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Hand the numbers of a cohort out as CSV."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    answer = HttpResponse(funder_report.sheet(facts.of_cohort(cohort)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cohort-{cohort.slug}.csv"'
    return answer


@require_GET
@never_cache
@login_required
def funnel_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show how many got how far from applied to placed, for each way people came."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    return render(request, "programme/funnel.html", {"cohort": cohort, "funnel": funnel.of_cohort(cohort)})


@require_GET
@never_cache
@login_required
def funnel_sheet(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Hand the funnel out as CSV."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    answer = HttpResponse(funnel.sheet(funnel.of_cohort(cohort)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="funnel-{cohort.slug}.csv"'
    return answer


@require_GET
@never_cache
@login_required
def prediction_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show whether what readers said goes together with what became of people. It names the readers."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    found = prediction.of_cohort(cohort)
    return render(request, "programme/prediction.html", {"cohort": cohort, "found": found, "fewest": FEWEST})


@require_GET
@never_cache
@login_required
def money_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the grants of a cohort, their budgets, and what each participant, completion and post cost."""
    cohort = access.cohort_or_404(request.user, cohort_slug, *READERS)
    found = money.accounts(cohort)
    context = {
        "cohort": cohort,
        "accounts": found,
        "costs": money.costs(found, facts.of_cohort(cohort)) if found else [],
        "may_change": Role.ORGANIZER in access.roles_of(request.user, cohort),
    }
    return render(request, "programme/money.html", context)


@require_GET
@never_cache
@login_required
def team_page(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show who of the team studies, and the hours they spent against those they planned."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    learners = study_time.of_team(cohort, timezone.now())
    return render(request, "programme/team_learning.html", {"cohort": cohort, "learners": learners})
