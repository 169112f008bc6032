"""What people add to the bank: problems of their own, works that bear on one, and what a problem needs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sprints import access, additions, known, needed
from sprints import for_you as fitting
from sprints.forms import AdditionForm, NeedsForm, TasteForm, WorkForm, agreed
from sprints.models import Problem
from sprints.views.bank import problem_page
from sprints.works import Work
from whitebox.errors import RuleViolation
from whitebox.web import navigation
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Add a problem of our own to the bank."""
    user = signed_in(request)
    if access.memberships_or_404(user) and access.now_researcher(user) is None:
        raise Http404
    form = AdditionForm(request.POST or None)
    if form.is_valid():
        try:
            made = additions.add(form.addition(), by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The problem is in the bank under number %(number)s.") % {"number": made.number}
            )
            return redirect("sprints:problem", made.pk)
    return render(request, "sprints/addition.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def needs(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which objectives a problem needs."""
    user = signed_in(request)
    access.guide_or_404(user)
    problem = get_object_or_404(Problem, pk=pk)
    present = [str(one) for one in problem.needs.values_list("objective", flat=True)]
    form = NeedsForm(request.POST if request.method == "POST" else None, initial={"objectives": present})
    form.offer(needed.offered(user))
    if form.is_valid() and agreed(form, lambda: needed.state(problem, form.chosen(), by=user)):
        messages.success(request, _("What the problem needs is saved."))
        return redirect("sprints:problem", problem.pk)
    return render(
        request, "sprints/needs.html", {"form": form, "problem": problem}, status=400 if form.is_bound else 200
    )


@require_POST
@login_required
def add_work(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    if access.now_researcher(user) is None:
        raise Http404
    problem = get_object_or_404(Problem, pk=pk)
    form = WorkForm(request.POST, auto_id="work-%s")
    if form.is_valid() and agreed(form, lambda: known.add(problem, by=user, **form.cleaned_data)):
        messages.success(request, _("The work stands with the problem."))
        return redirect("sprints:problem", problem.pk)
    return problem_page(request, pk, work_form=form)


@require_POST
@login_required
def remove_work(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    access.memberships_or_404(user)
    work = get_object_or_404(Work, access.removable_works(user), pk=pk)
    known.remove(work, by=user)
    messages.success(request, _("The work is taken away."))
    return redirect("sprints:problem", work.problem_id)


@require_http_methods(["GET", "POST"])
@login_required
def for_you(request: HttpRequest) -> HttpResponse:
    """Rank the open problems for the reader, and keep what they would like."""
    user = signed_in(request)
    memberships = access.memberships_or_404(user)
    navigation.remember(request, memberships)
    form = TasteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        fitting.state_taste(**form.cleaned_data, by=user)
        messages.success(request, _("The list follows what you said."))
        return redirect("sprints:for_you")
    taste = fitting.taste_of(user)
    if taste is not None:
        form.initial = {"categories": list(taste.categories.all()), "difficulty": taste.difficulty}
    context = {"form": form, "has_taste": taste is not None, "suggestions": fitting.suggestions(user, taste)}
    return render(request, "sprints/for_you.html", context, status=400 if form.is_bound else 200)
