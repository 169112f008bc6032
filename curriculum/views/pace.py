"""The pace contract: one's own, and for those who help, that of their people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from curriculum import idleness, pace, pace_chart
from curriculum.forms import PaceForm
from curriculum.study import Study, study_or_404
from whitebox.people.access import cohort_or_404, membership_or_404, visible_memberships
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def own(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show the own plan beside what is reached, and take a new one."""
    study = study_or_404(request, cohort_slug)
    if not study.is_participant:
        raise Http404
    plan = pace.of_page(study, timezone.now())
    form = PaceForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        made = pace.agree(study.membership, form.targets, reason=form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, _("Your plan is set.") if made else _("Nothing has changed."))
        return redirect("curriculum:pace", cohort_slug)
    return render(request, "curriculum/pace.html", {**_context(study, plan), "form": form})


@require_GET
@login_required
def of_person(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Show somebody's plan to those who help them."""
    member = membership_or_404(request.user, pk)
    if member.cohort.slug != cohort_slug or member.user_id == request.user.pk:
        raise Http404
    study = Study(member)
    return render(
        request, "curriculum/pace.html", {**_context(study, pace.of_page(study, timezone.now())), "person": member.user}
    )


def _context(study: Study, plan: pace.Plan) -> dict[str, object]:
    return {
        "study": study,
        "cohort": study.cohort,
        "plan": plan,
        "chart": pace_chart.of(plan),
        "history": pace.history(study.membership),
    }


@require_GET
@login_required
def people(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show how far everybody is whom the reader helps: who is furthest behind stands first."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER, Role.ADVISER)
    helped = Membership.objects.active().filter(visible_memberships(request.user), cohort=cohort, role=Role.PARTICIPANT)
    members = list(helped.exclude(user=signed_in(request)).select_related("user", "mentor__user").order_by("pk"))
    for one in members:
        one.cohort = cohort
    now = timezone.now()
    plans, idle = pace.of_cohort(cohort, members, now), idleness.idle_days(members, now)
    rows = [(one, plans[one.pk], idle[one.pk]) for one in members]
    rows.sort(key=lambda row: (-row[1].days_behind, -row[2], row[0].user.called))
    return render(request, "curriculum/pace_people.html", {"cohort": cohort, "rows": rows})
