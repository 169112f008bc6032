"""The pages people learn from."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from curriculum import module_page, preparation
from curriculum.forms import TickForm
from curriculum.models import Figure, Resource
from curriculum.study import Study, module_or_404, newest_or_404, study_or_404
from curriculum.weeks import rows
from whitebox.errors import RuleViolation
from whitebox.web.visitor import signed_in

FIGURE_HEADERS = {
    # The address holds the content's digest, so what it serves never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@require_GET
@login_required
def own_weeks(request: HttpRequest) -> HttpResponse:
    """Lead to the weeks of the cohort a person studies in, else of the newest they help with."""
    return redirect("curriculum:weeks", newest_or_404(request).cohort.slug)


@require_GET
@login_required
def weeks(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show all weeks of a cohort."""
    study = study_or_404(request, cohort_slug)
    return render(
        request,
        "curriculum/weeks.html",
        {"study": study, "cohort": study.cohort, "weeks": rows(study, now=timezone.now())},
    )


@require_GET
@login_required
def module(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Show one week: what to do before, in and after its session."""
    study = study_or_404(request, cohort_slug)
    page = module_page.of(study, module_or_404(study, module_slug))
    return render(request, "curriculum/module.html", {"page": page, "cohort": study.cohort, "study": study})


@require_POST
@login_required
def tick(request: HttpRequest, cohort_slug: str, module_slug: str, resource_slug: str) -> HttpResponse:
    study, resource = _resource_or_404(request, cohort_slug, module_slug, resource_slug)
    form = TickForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("Say how long it took in minutes, or leave it empty."))
    preparation.tick(study.membership, resource, by=signed_in(request), **form.cleaned_data)
    messages.success(request, _("Marked as done: %(title)s") % {"title": resource.title})
    return redirect(_place(study, resource))


@require_POST
@login_required
def untick(request: HttpRequest, cohort_slug: str, module_slug: str, resource_slug: str) -> HttpResponse:
    study, resource = _resource_or_404(request, cohort_slug, module_slug, resource_slug)
    preparation.untick(study.membership, resource, by=signed_in(request))
    messages.success(request, _("No longer marked as done: %(title)s") % {"title": resource.title})
    return redirect(_place(study, resource))


def _resource_or_404(
    request: HttpRequest, cohort_slug: str, module_slug: str, resource_slug: str
) -> tuple[Study, Resource]:
    study = study_or_404(request, cohort_slug)
    shown = module_or_404(study, module_slug)
    resources = shown.resources.select_related("module_version__module", "module_version__version")
    return study, get_object_or_404(resources, slug=resource_slug)


def _place(study: Study, resource: Resource) -> str:
    return f"{study.address(resource.module_version)}#resource-{resource.slug}"


@require_safe
@login_required
def figure(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Serve a drawing to people whose cohort has it in a module."""
    shown = Figure.objects.visible_to(signed_in(request)).filter(digest=digest, name=name).first()
    if shown is None:
        raise Http404
    return HttpResponse(shown.content, content_type="image/svg+xml; charset=utf-8", headers=FIGURE_HEADERS)
