"""What somebody sees of their own end of the programme, and what others may see of it: by a link or a code."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership
from whitebox.people.views.reader import signed_in
from whitebox.programme import certificates, conditions, follow_ups
from whitebox.programme.forms import FollowUpForm
from whitebox.programme.models import Certificate, FollowUp

HERE = (MembershipState.ACTIVE, MembershipState.COMPLETED)


@require_GET
@never_cache
@login_required
def certificate(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the own certificate, or condition by condition why there is none."""
    rows = Membership.objects.filter(user=signed_in(request), role=Role.PARTICIPANT, state__in=HERE)
    member = get_object_or_404(rows.select_related("user", "cohort"), cohort__slug=cohort_slug)
    context = {
        "cohort": member.cohort,
        "certificate": Certificate.objects.filter(membership=member).first(),
        "conditions": conditions.of_membership(member),
    }
    return render(request, "programme/certificate.html", context)


@require_safe
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Say to whoever has its code whether a certificate is genuine."""
    found = get_object_or_404(certificates.verifiable(), code=code.strip().lower())
    return render(request, "programme/verify.html", {"certificate": found, "cohort": found.membership.cohort})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow_up(request: HttpRequest, token: str) -> HttpResponse:
    """Ask somebody how they are: whoever has the link answers for them."""
    member, months = follow_ups.opened_or_404(token)
    present = FollowUp.objects.filter(membership=member, months=months).first()
    form = FollowUpForm(request.POST or None, instance=present or FollowUp())
    context = {"member": member, "cohort": member.cohort, "months": months, "form": form, "present": present}
    if request.method == "POST":
        if form.is_valid():
            follow_ups.answer(member, months, form.save(commit=False))
            return redirect("programme:answered", token)
        return render(request, "programme/follow_up.html", context, status=422)
    return render(request, "programme/follow_up.html", context)


@require_safe
@never_cache
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """Thank for an answer."""
    member, months = follow_ups.opened_or_404(token)
    return render(request, "programme/answered.html", {"cohort": member.cohort, "token": token, "months": months})
