"""Judging a hackathon: judges, handing out, rating, the judges' choice, and the results."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access, juries, standings
from sprints.contests import Result
from sprints.forms import agreed
from sprints.forms_hackathons import JudgeForm, RatingForm
from sprints.views.hackathons import hackathon_page
from whitebox import digits
from whitebox.people.models import Membership
from whitebox.web import navigation
from whitebox.web.visitor import signed_in


@require_POST
@login_required
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    hackathon = access.organized_hackathon_or_404(user, pk)
    form = JudgeForm(request.POST)
    form.offer(list(Membership.objects.active().filter(cohort=hackathon.cohort).select_related("user")))
    if form.is_valid() and agreed(form, lambda: juries.appoint(hackathon, form.chosen(), by=user)):
        messages.success(request, _("The judge is appointed."))
        return redirect("sprints:hackathon", hackathon.pk)
    return hackathon_page(request, hackathon, form)


@require_POST
@login_required
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    judge = access.judge_or_404(user, pk)
    juries.dismiss(judge, by=user)
    messages.success(request, _("The judge is taken out. Hand the entries out again, so that none is short."))
    return redirect("sprints:hackathon", judge.hackathon_id)


@require_POST
@login_required
def hand_out(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    hackathon = access.organized_hackathon_or_404(user, pk)
    count = juries.hand_out(hackathon, by=user)
    messages.success(
        request,
        ngettext("%(count)d rating is handed out.", "%(count)d ratings are handed out.", count) % {"count": count},
    )
    return redirect("sprints:hackathon", hackathon.pk)


@require_http_methods(["GET", "POST"])
@login_required
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry beside its criteria, and take the rating."""
    user = signed_in(request)
    rating = access.rating_or_404(user, pk)
    criteria = list(rating.judge.hackathon.criteria.all())
    given = {f"level_{one.criterion_id}": one.level for one in rating.scores.all()}
    form = RatingForm(criteria, request.POST or None, initial=given | {"comment": rating.comment})
    if form.is_valid() and agreed(
        form, lambda: juries.rate(rating, form.levels(), form.cleaned_data["comment"], by=user)
    ):
        messages.success(request, _("The rating is submitted. You can change it until the results are out."))
        return redirect("sprints:hackathon", rating.judge.hackathon_id)
    context = {
        "rating": rating,
        "hackathon": rating.judge.hackathon,
        "form": form,
        "last": rating.entry.drafts.first(),
        "artefacts": rating.entry.artefacts.all(),
    }
    return render(request, "sprints/rating.html", context, status=400 if form.is_bound else 200)


@require_POST
@login_required
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    rating = access.rating_or_404(user, pk)
    juries.recuse(rating, request.POST.get("reason", ""), by=user)
    messages.success(request, _("Somebody else has the entry now."))
    return redirect("sprints:hackathon", rating.judge.hackathon_id)


@require_POST
@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    hackathon = access.organized_hackathon_or_404(user, pk)
    asked = digits.key(request.POST.get("entry", ""))
    chosen = get_object_or_404(hackathon.entries.judged(), pk=asked) if asked else None
    juries.choose(hackathon, chosen, by=user)
    messages.success(request, _("The judges' choice is saved."))
    return redirect("sprints:hackathon", hackathon.pk)


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    hackathon = access.organized_hackathon_or_404(user, pk)
    standings.release(hackathon, by=user)
    messages.success(request, _("The results are out: the cohort sees them."))
    return redirect("sprints:results", hackathon.pk)


@require_GET
@login_required
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the places of a hackathon to its cohort, once they are out."""
    user = signed_in(request)
    memberships = access.memberships_or_404(user)
    navigation.remember(request, memberships)
    hackathon = access.hackathon_or_404(memberships, pk)
    if not hackathon.is_released:
        raise Http404
    rows = Result.objects.filter(entry__hackathon=hackathon).select_related("entry__team")
    placed = hackathon.entries.present().filter(placement__isnull=False).select_related("team", "placement")
    late = hackathon.entries.filter(drafts__is_late=True)
    context = {
        "hackathon": hackathon,
        "rows": rows.order_by("place", "-raw", "pk"),
        "placed": placed.order_by("placement__place", "pk"),
        "late": set(late.values_list("pk", flat=True)),
        "readable": set(access.visible_entries_of(user).filter(hackathon=hackathon).values_list("pk", flat=True)),
    }
    return render(request, "sprints/results.html", context)
