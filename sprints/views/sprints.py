"""Sprints of a cohort and their boards. Every move is a form, so that it works by keyboard and without scripts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access, board
from sprints.boards import Card, Column, Sprint
from sprints.forms_sprints import SprintForm
from sprints.models import Excursion
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership
from whitebox.web import navigation
from whitebox.web.visitor import signed_in


def _opened(request: HttpRequest) -> list[Membership]:
    memberships = access.board_memberships_or_404(signed_in(request))
    navigation.remember(request, memberships)
    return memberships


@require_http_methods(["GET", "POST"])
@login_required
def sprints(request: HttpRequest) -> HttpResponse:
    """Show the sprints of the reader's cohorts; mentors and organizers plan one."""
    user, memberships = signed_in(request), _opened(request)
    planned = access.planner_cohorts(memberships)
    if request.method == "POST" and not planned:
        raise Http404
    form = SprintForm(request.POST or None, initial={"columns": board.COLUMNS})
    form.offer(planned)
    if form.is_valid():
        try:
            made = board.plan(form.cohort(), form.plan(), by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The sprint is planned. Put excursions on its board."))
            return redirect("sprints:board", made.pk)
    cohorts = {one.cohort_id for one in memberships}
    context = {
        "sprints": Sprint.objects.filter(cohort__in=cohorts).select_related("cohort"),
        "form": form if planned else None,
        "now": timezone.now(),
    }
    return render(request, "sprints/sprints.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the board of a sprint."""
    user, memberships = signed_in(request), _opened(request)
    sprint = access.sprint_or_404(memberships, pk)
    movable = access.movable(user).filter(verdict=None, claim__membership__cohort=sprint.cohort)
    context = {
        "sprint": sprint,
        "lanes": board.lanes(sprint, user),
        "off_board": movable.exclude(cards__sprint=sprint).order_by("pk"),
        "may_change": sprint.cohort_id in access.planner_cohorts(memberships),
    }
    return render(request, "sprints/board.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change dates, title and columns of a sprint."""
    user, memberships = signed_in(request), _opened(request)
    sprint = access.sprint_or_404(memberships, pk)
    if sprint.cohort_id not in access.planner_cohorts(memberships):
        raise Http404
    present = {"title": sprint.title, "starts_on": sprint.starts_on, "ends_on": sprint.ends_on}
    form = SprintForm(request.POST or None, initial=present | {"columns": board.columns_as_text(sprint)})
    if form.is_valid():
        try:
            board.change(sprint, form.plan(), by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The sprint is changed."))
            return redirect("sprints:board", sprint.pk)
    context = {"form": form, "sprint": sprint}
    return render(request, "sprints/sprint_change.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an excursion on the board."""
    user, memberships = signed_in(request), _opened(request)
    sprint = access.sprint_or_404(memberships, pk)
    asked = digits.key(request.POST.get("excursion", "")) or 0
    excursion: Excursion = get_object_or_404(access.movable(user), pk=asked)
    board.put(sprint, excursion, by=user)
    messages.success(request, _("The excursion is on the board."))
    return redirect("sprints:board", sprint.pk)


@require_POST
@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a card into another column, and return to it."""
    user, memberships = signed_in(request), _opened(request)
    cohorts = {one.cohort_id for one in memberships}
    found = Card.objects.filter(sprint__cohort__in=cohorts, excursion__in=access.movable(user))
    card = get_object_or_404(found, pk=pk)
    asked = digits.key(request.POST.get("column", "")) or 0
    column = get_object_or_404(Column, sprint=card.sprint_id, pk=asked)
    board.move(card, column, by=user)
    messages.success(request, _("The card is in “%(name)s” now.") % {"name": column.name})
    return redirect(reverse("sprints:board", args=[card.sprint_id]) + f"#card-{card.pk}")
