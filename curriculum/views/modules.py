"""The pages people learn from."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from curriculum import check_in, module_page, preparation
from curriculum import offline as offline_file
from curriculum.forms import TickForm
from curriculum.models import Figure, Resource
from curriculum.study import Study, module_or_404, newest_or_404, study_or_404
from curriculum.weeks import rows
from whitebox.errors import RuleViolation
from whitebox.people import departures
from whitebox.people.choices import Role
from whitebox.together import together
from whitebox.web import ahead
from whitebox.web.visitor import signed_in

FIGURE_HEADERS = {
    # The address holds the content's digest, so what it serves never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def follows_a_move(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead somebody who was deferred from the old cohort's page to the same page of the new one: a decorator."""

    @wraps(view)
    def led(request: HttpRequest, cohort_slug: str, *place: str, **more: str) -> HttpResponse:
        try:
            return view(request, cohort_slug, *place, **more)
        except Http404:
            now = departures.where_now(signed_in(request).pk, cohort_slug)
            if now is None:
                raise
            messages.info(request, _("You moved to %(cohort)s. This is where you go on.") % {"cohort": now.cohort})
            return redirect(f"curriculum:{view.__name__}", now.cohort.slug, *place, *more.values())

    return led


@require_GET
@login_required
def own_weeks(request: HttpRequest) -> HttpResponse:
    """Lead to the weeks of the cohort a person studies in, else of the newest they help with."""
    return redirect("curriculum:weeks", newest_or_404(request).cohort.slug)


@require_GET
@login_required
@follows_a_move
def weeks(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show all weeks of a cohort."""
    study = study_or_404(request, cohort_slug)
    with together(ahead.of_studying(study.membership) if study.is_participant else ()):
        context = {"study": study, "cohort": study.cohort, "weeks": rows(study, now=timezone.now())}
        return render(request, "curriculum/weeks.html", {**context, "links": _links(study)})


def _links(study: Study) -> list[tuple[str, str]]:
    """Return what else there is about the weeks of a cohort, for this reader."""
    own = {"pace": _("Your plan"), "confidence": _("How sure do you feel?"), "certificate": _("Certificate")}
    helping = {"pace_people": _("Pace"), "questions": _("Questions")}
    shown = own if study.is_participant else helping
    if study.membership.role in {Role.ORGANIZER, Role.ADVISER}:
        shown = {**helping, "confidence_cohort": _("Confidence"), "report": _("Programme")}
    if study.membership.role == Role.ORGANIZER:
        shown["run"] = _("Sessions and holidays")
    return [(label, _address(name, study.cohort.slug)) for name, label in shown.items()]


def _address(name: str, cohort: str) -> str:
    elsewhere = {
        "report": "programme:milestones",
        "run": "admin:curriculum_run",
        "certificate": "programme:certificate",
    }
    return reverse(elsewhere.get(name, f"curriculum:{name}"), args=[cohort])


@require_GET
@login_required
@follows_a_move
def module(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Show one week: what to do before, in and after its session."""
    study = study_or_404(request, cohort_slug)
    shown = module_or_404(study, module_slug)
    with together(module_page.foreseen(study, shown)):
        page = module_page.of(study, shown)
        context = {"page": page, "cohort": study.cohort, "study": study, "around": _around(study, page)}
        return render(request, "curriculum/module.html", context)


def _around(study: Study, page: module_page.Page) -> list[tuple[str, str]]:
    """Return what this reader can do about the session of a week now."""
    session = study.sessions.get(page.module.module_id)
    if session is None or session.is_cancelled:
        return []
    place = [study.cohort.slug, page.module.module.slug]
    if study.membership.role in {Role.MENTOR, Role.ORGANIZER}:
        shown = {"attendance": _("Attendance"), "code": _("Code for the room")}
    elif study.is_participant and check_in.is_open(session, timezone.now()):
        shown = {"check_in": _("Check in")}
    else:
        shown = {}
    return [(label, reverse(f"curriculum:{name}", args=place)) for name, label in shown.items()]


@require_GET
@login_required
def offline(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Hand out a week as one file that can be read without a line."""
    study = study_or_404(request, cohort_slug)
    shown = module_or_404(study, module_slug)
    name = f"week-{shown.week}-{shown.module.slug}.html"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return HttpResponse(offline_file.page(study, shown), headers=headers)


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
