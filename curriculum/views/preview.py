"""A version's pages before anybody follows it. Organizers find them; to everybody else there is no such page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curriculum import module_page, syllabus
from whitebox.packs.models import PackVersion
from whitebox.people.organized import organized_cohorts


@require_GET
@login_required
def module(request: HttpRequest, version_pk: int, module_slug: str) -> HttpResponse:
    """Show one week of a version as it would look, without anything that belongs to a cohort or a person."""
    if not (request.user.is_superuser or organized_cohorts(request)):
        raise Http404
    version = get_object_or_404(PackVersion, pk=version_pk)
    followed = syllabus.of_version(version.pk, version.digest)
    found = next((one for one in followed.modules if module_slug in {one.module.slug, one.written_slug}), None)
    if found is None:
        raise Http404
    page = module_page.preview(followed, found)
    return render(request, "curriculum/preview.html", {"version": version, "page": page, "modules": followed.modules})
