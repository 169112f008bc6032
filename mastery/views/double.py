"""Second marks: giving one blind, settling two that differ, and what they say of a cohort's marking."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mastery import conflicts, double_marking, heard, ledger, lookups, mark_drafts, second_marks
from mastery import desk as work
from mastery.choices import SecondMarkState
from mastery.desk import Sheet
from mastery.desk_forms import MarkForm, RulingForm, ShareForm
from mastery.judgements import SecondMark
from mastery.second_marks import Settlement
from mastery.views.desk import keep_comment, keep_draft, show, to_next
from whitebox.people import access
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def second_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an answer without its person and its first mark; the second mark leads to the next answer."""
    user = signed_in(request)
    second, sheet = _second_or_404(user, pk)
    if second.state != SecondMarkState.WAITING:
        messages.info(request, _("This answer has its second mark."))
        return redirect("mastery:desk")
    form = MarkForm(request.POST or None, sheet=sheet, draft=mark_drafts.of(second.attempt, second.item, user))
    if request.method == "POST" and form.is_valid():
        judgement = form.judgement()
        second_marks.give(second, judgement.level, judgement.comment, by=user)
        keep_comment(form, second.attempt, user)
        messages.success(request, _("The second mark is in. Thank you."))
        return to_next(user)
    return show(request, sheet, form, {"second": second, "draft_address": reverse("mastery:second_draft", args=[pk])})


@require_POST
@login_required
def second_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a second mark that is not complete."""
    second, sheet = _second_or_404(signed_in(request), pk)
    if second.state != SecondMarkState.WAITING:
        messages.info(request, _("This answer has its second mark."))
        return redirect("mastery:desk")
    return keep_draft(request, sheet, reverse("mastery:second_mark", args=[pk]))


@require_POST
@login_required
def decline_second(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody say that they did not hear a talk."""
    user = signed_in(request)
    second = lookups.second_mark_or_404(user, pk)
    heard.decline(second, by=user)
    messages.success(request, _("Noted. The mark that was given stands alone."))
    return redirect("mastery:desk")


@require_http_methods(["GET", "POST"])
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two marks that differ side by side; a third person settles them with a reason."""
    user = signed_in(request)
    second = lookups.judged_twice_or_404(user, pk)
    sheet = work.sheet(second.attempt, second.item, user)
    if sheet is None:
        raise Http404
    form = RulingForm(request.POST or None, sheet=sheet)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        settlement = Settlement(int(given["level"]), given["reason"], given["may_lower"])
        second_marks.settle(second, settlement, by=user)
        messages.success(request, _("Settled. The learner gets one letter with your reason."))
        return redirect("mastery:settle", pk)
    present = ledger.current(second.attempt.events.filter(item=second.item))[second.item]
    context = {"second": second, "sheet": sheet, "form": form, "present": present}
    return render(request, "mastery/settle.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def agreement(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show how far the markers of a cohort agree; organizers set how many marks are given twice."""
    user = signed_in(request)
    cohort = access.staff_cohort_or_404(user, cohort_slug)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        second_marks.set_share(cohort, form.cleaned_data["percent"], by=user)
        messages.success(request, _("Kept. It holds for marks from the next minute on."))
        return redirect("mastery:agreement", cohort.slug)
    figures = double_marking.figures(cohort)
    if not form.is_bound:
        form = ShareForm(initial={"percent": figures.percent})
    context = {"cohort": cohort, "figures": figures, "form": form}
    return render(request, "mastery/agreement.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def lift_conflict(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Let somebody mark a person's work again."""
    user = signed_in(request)
    cohort = access.staff_cohort_or_404(user, cohort_slug)
    conflict = get_object_or_404(conflicts.of_cohort(cohort), pk=pk)
    learner = get_object_or_404(Membership, user=conflict.person_id, cohort=cohort, role=Role.PARTICIPANT)
    conflicts.lift(conflict, learner, by=user)
    messages.success(request, _("Lifted. They may mark this person's work again."))
    return redirect("mastery:agreement", cohort.slug)


def _second_or_404(user: User, pk: int) -> tuple[SecondMark, Sheet]:
    second = lookups.second_mark_or_404(user, pk)
    sheet = work.sheet(second.attempt, second.item, user)
    if sheet is None:
        raise Http404
    return second, sheet
