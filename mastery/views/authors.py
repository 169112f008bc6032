"""Pages for those who write checks and look after them: items, faults of grading, code that looks alike."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mastery import grader_faults, item_statistics, similar_code
from mastery.interval_chart import interval
from mastery.models import CheckVersion
from whitebox.people.access import cohort_or_404, staff_cohort_or_404
from whitebox.people.choices import Role
from whitebox.web.visitor import signed_in


@require_GET
@login_required
def items(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the checks that a cohort follows, with how many first attempts there are."""
    cohort = staff_cohort_or_404(request.user, cohort_slug)
    checks = sorted(CheckVersion.objects.followed_by(cohort).prefetch_related("version__modules"), key=_week_and_kind)
    counted = item_statistics.counts(checks)
    rows = [(one, _week_and_kind(one)[0], counted[one.pk]) for one in checks]
    context = {"cohort": cohort, "rows": rows, "fewest": item_statistics.FEWEST}
    return render(request, "mastery/items.html", context)


def _week_and_kind(check: CheckVersion) -> tuple[int, str, int]:
    modules = check.version.modules.all()
    week = next((one.week for one in modules if one.module_id == check.for_check.module_id), 0)
    return week, check.for_check.kind, check.pk


@require_GET
@login_required
def check_items(request: HttpRequest, cohort_slug: str, slug: str) -> HttpResponse:
    """Show what first attempts say about each item of a check."""
    cohort = staff_cohort_or_404(request.user, cohort_slug)
    followed = CheckVersion.objects.followed_by(cohort).defer(None)
    version = get_object_or_404(followed, for_check__slug=slug)
    rows = [(one, interval(one.share) if one.share else "") for one in item_statistics.of_check(version)]
    context = {"cohort": cohort, "check": version, "rows": rows, "fewest": item_statistics.FEWEST}
    return render(request, "mastery/check_items.html", context)


@require_GET
@never_cache
@login_required
def similar(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the submissions of one exercise that look alike, where the reader teaches one of the two."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER)
    exercises = similar_code.exercises(cohort)
    wanted = request.GET.get("exercise", "")
    chosen = next((one for one in exercises if one.key == wanted), next(iter(exercises), None))
    found = similar_code.listing(cohort, chosen, signed_in(request)) if chosen else None
    context = {"cohort": cohort, "exercises": exercises, "chosen": chosen, "found": found}
    return render(request, "mastery/similar.html", context)


@require_GET
@never_cache
@login_required
def faults(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List grading that ended by a fault of ours, with what to do."""
    cohort = staff_cohort_or_404(request.user, cohort_slug)
    return render(request, "mastery/faults.html", {"cohort": cohort, "faults": grader_faults.of_cohort(cohort)})
