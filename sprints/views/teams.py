"""Teams of a cohort, and the public list of what is claimed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access, claims, teams
from sprints.forms import TeamForm, agreed
from sprints.models import Claim
from sprints.rosters import MOST, Team
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

PER_PAGE = 50


@require_GET
def claimed(request: HttpRequest) -> HttpResponse:
    """Show everybody which problems are taken and until when; by whom, only to people of the same cohort."""
    held = Claim.objects.active().with_people().order_by("problem__sort_key", "pk")
    page = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    user = request.user
    near = set(access.active(user).values_list("cohort", flat=True)) if isinstance(user, User) else set()
    rows = [
        (claim, claims.holder_in_words(claim, is_near=claim.membership.cohort_id in near)) for claim in page.object_list
    ]
    context = {"page": page, "rows": rows, "is_member": bool(near)}
    return render(request, "sprints/claims.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show the teams of the reader's cohort, and found one."""
    user = signed_in(request)
    researching = access.now_researcher(user)
    if researching is None:
        raise Http404
    form = TeamForm(request.POST or None)
    if form.is_valid() and agreed(form, lambda: teams.found(form.cleaned_data["name"], by=user)):
        messages.success(request, _("The team is founded, and you are in it. Others join on this page."))
        return redirect("sprints:teams")
    there = Team.objects.filter(cohort=researching.cohort).alive().prefetch_related("members__membership__user")
    context = {"form": form, "rows": [_row(team, user) for team in there], "cohort": researching.cohort}
    return render(request, "sprints/teams.html", context, status=400 if form.is_bound else 200)


def _row(team: Team, user: User) -> dict[str, object]:
    people = [one.membership.user for one in team.members.all() if one.left_at is None]
    return {
        "team": team,
        "people": ", ".join(one.called for one in people),
        "is_own": user in people,
        "is_full": len(people) >= MOST,
    }


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    team = access.team_or_404(user, pk)
    teams.join(team, by=user)
    messages.success(request, _("You are in %(name)s.") % {"name": team.name})
    return redirect("sprints:teams")


@require_POST
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    team = access.team_or_404(user, pk)
    teams.leave(team, by=user)
    messages.success(request, _("You have left %(name)s. What you wrote stays in its logs.") % {"name": team.name})
    return redirect("sprints:teams")
