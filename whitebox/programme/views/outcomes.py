"""What became of people: placements, follow-ups, certificates, for organizers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from whitebox.errors import RuleViolation
from whitebox.people import access, access_log
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.people.views.reader import signed_in
from whitebox.programme import certificates, conditions, outcomes_page, placements
from whitebox.programme.forms import PlacementForm, ReasonForm, placement_said
from whitebox.programme.models import Certificate, Placement

A_PAGE = 100  # people of a list


@require_GET
@never_cache
@login_required
def everybody(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the participants of a cohort with what became of each."""
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    page = Paginator(outcomes_page.people(cohort), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "programme/outcomes.html", {"cohort": cohort, "people": page.object_list, "page": page})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def person(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Show one person's placements, answers and certificate; record a placement."""
    cohort, member = _member_or_404(request, cohort_slug, pk)
    if request.method == "POST":
        form = PlacementForm(request.POST)
        if form.is_valid():
            form.record(member, by=signed_in(request))
            messages.success(request, _("Recorded."))
            return redirect("programme:outcome", cohort.slug, member.pk)
        return render(request, "programme/outcome.html", _about(cohort, member, form), status=422)
    access_log.opened(member, "programme:outcome", by=signed_in(request))
    return render(request, "programme/outcome.html", _about(cohort, member, None))


def _about(cohort: Cohort, member: Membership, form: PlacementForm | None) -> dict[str, Any]:
    [shown] = outcomes_page.people(cohort, [member])
    newest = max((one.answer for one in shown.answers if one.answer), key=lambda said: said.answered_at, default=None)
    found = conditions.of_membership(member)
    return {
        "cohort": cohort,
        "shown": shown,
        "form": form or PlacementForm(initial=placement_said(newest)),
        "conditions": found,
        "may_issue": conditions.is_met(found) and shown.certificate is None,
        "reason_form": ReasonForm(),
    }


def _member_or_404(request: HttpRequest, cohort_slug: str, pk: int) -> tuple[Cohort, Membership]:
    cohort = access.staff_cohort_or_404(request.user, cohort_slug)
    rows = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT).select_related("user", "cohort")
    return cohort, get_object_or_404(rows, pk=pk)


@require_POST
@login_required
def take_back(request: HttpRequest, cohort_slug: str, pk: int, placement_pk: int) -> HttpResponse:
    """Strike a placement that was wrong."""
    cohort, member = _member_or_404(request, cohort_slug, pk)
    placement = get_object_or_404(Placement.objects.standing(), pk=placement_pk, membership=member)
    placements.take_back(placement, by=signed_in(request))
    messages.success(request, _("Taken back. It stays in the record and counts nowhere."))
    return redirect("programme:outcome", cohort.slug, member.pk)


@require_POST
@login_required
def issue(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Make out a certificate."""
    cohort, member = _member_or_404(request, cohort_slug, pk)
    certificates.issue(member, by=signed_in(request))
    messages.success(request, _("The certificate is made out. The page below verifies it."))
    return redirect("programme:outcome", cohort.slug, member.pk)


@require_POST
@login_required
def revoke(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Revoke a certificate, with a reason."""
    cohort, member = _member_or_404(request, cohort_slug, pk)
    certificate = get_object_or_404(Certificate, membership=member)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    certificates.revoke(certificate, form.cleaned_data["reason"], by=signed_in(request))
    messages.success(request, _("Revoked. The page that verifies it says so."))
    return redirect("programme:outcome", cohort.slug, member.pk)
