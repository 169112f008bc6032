"""The bank, a problem, and what one does with a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sprints import access, bank, claims, known, needed, teams
from sprints.forms import BankForm, Choices, ClaimForm, RenewForm, WorkForm, agreed
from sprints.models import Claim, Problem
from sprints.rosters import Team
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.web import navigation
from whitebox.web.visitor import signed_in

PER_PAGE = 50
PROPOSED = timedelta(days=14)  # what a claim's form offers; the cohort's limit may be shorter


@require_GET
@login_required
def problems(request: HttpRequest) -> HttpResponse:
    """Show the bank. The address holds the search, so that it can be saved as a link."""
    memberships = access.memberships_or_404(signed_in(request))
    navigation.remember(request, memberships)
    form = BankForm(request.GET, auto_id="filter-%s")
    known_choices = form.offer_known()
    wanted = form.wanted()
    page = Paginator(bank.found(wanted).values_list(*bank.SHOWN), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        # A search has words of its own in the form; without one it looks the same for everybody.
        "filters": _drawn_filters(form) if request.GET else _filters(known_choices, get_language()),
        "page": page,
        "rows": tuple(map(bank.Row._make, page)),
        "is_filtered": wanted != bank.Wanted(),
        "link": wanted.address(reverse("sprints:bank")),
        "may_add": access.may_research(memberships, timezone.now()),
    }
    return render(request, "sprints/bank.html", context)


@lru_cache(maxsize=8)
def _filters(known_choices: tuple[Choices, Choices], _language: str | None) -> SafeString:
    form = BankForm(QueryDict(), auto_id="filter-%s")
    form.offer(*known_choices)
    return _drawn_filters(form)


def _drawn_filters(form: BankForm) -> SafeString:
    return render_to_string("sprints/_bank_filters.html", {"form": form})


@require_GET
@login_required
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    return problem_page(request, pk)


@require_POST
@login_required
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    access.memberships_or_404(user)
    wanted = get_object_or_404(Problem, pk=pk)
    form = ClaimForm(request.POST, auto_id="claim-%s")
    form.offer_teams(list(teams.of(user)))
    if form.is_valid() and agreed(
        form, lambda: claims.claim(wanted, form.cleaned_data["until"], by=user, team=form.cleaned_data.get("team"))
    ):
        messages.success(request, _("The problem is yours until the day you chose."))
        return redirect("sprints:problem", wanted.pk)
    return problem_page(request, pk, form)


@require_POST
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    held = access.own_claim_or_404(user, pk)
    form = RenewForm(request.POST, auto_id="renew-%s")
    if form.is_valid() and agreed(
        form, lambda: claims.renew(held, form.cleaned_data["until"], form.cleaned_data["progress"], by=user)
    ):
        messages.success(request, _("Your claim is renewed."))
        return redirect("sprints:problem", held.problem_id)
    return problem_page(request, held.problem_id, form)


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    held = access.releasable_claim_or_404(user, pk)
    claims.release(held, by=user)
    messages.success(request, _("The problem is free again. Your log stays."))
    return redirect("sprints:problem", held.problem_id)


@require_POST
@login_required
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    held = access.own_claim_or_404(user, pk)
    claims.finish(held, by=user)
    messages.success(request, _("Your work on this problem is marked as finished. Your log stays."))
    return redirect("sprints:problem", held.problem_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim as this reader may see it: the name only inside the own cohort."""

    claim: Claim
    who: str
    is_own: bool


def problem_page(
    request: HttpRequest, pk: int, form: ClaimForm | None = None, work_form: WorkForm | None = None
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    memberships = access.memberships_or_404(user)
    navigation.remember(request, memberships)
    found = get_object_or_404(Problem.objects.for_bank(), pk=pk)
    own_teams = list(teams.of(user))
    history = [_shown(claim, user, memberships, own_teams) for claim in found.claims.with_people()]
    held = next((shown for shown in history if shown.claim.is_active), None)
    form_shown = form or _blank_form(held)
    if held is None and form is None:
        form_shown.offer_teams(own_teams)
    _offer_days(form_shown, held, memberships, now)
    context = {
        "problem": found,
        "history": history,
        "held": held,
        "may_claim": held is None and not found.answered_at and access.may_research(memberships, now),
        "excursions": access.visible_excursions(user).filter(claim__problem=found),
        "form": form_shown,
        "may_research": access.may_research(memberships, now),
        "may_guide": any(one.role in access.GUIDES for one in memberships),
        "may_remove_all": any(one.role == Role.ORGANIZER for one in memberships),
        "neglect": known.neglect_in_words(found),
        "source_works": known.of_text(found.existing_work),
        "works": found.works.all(),
        "needs": _needs(found, user),
        "work_form": work_form or WorkForm(auto_id="work-%s"),
    }
    if held is not None and held.is_own:
        last = claims.last_day(held.claim.membership.cohort, now)
        context |= {"renewals": held.claim.renewals.all(), "may_lengthen": last > held.claim.until}
    is_refused = form is not None or work_form is not None
    return render(request, "sprints/problem.html", context, status=400 if is_refused else 200)


def _needs(problem: Problem, user: User) -> list[tuple[str, bool]]:
    """Return what a problem needs in words, and whether the reader has it: one to three queries."""
    objectives = list(problem.needs.values_list("objective", flat=True))
    if not objectives:
        return []
    worded, has = needed.in_words(objectives), needed.mastered(user)
    return sorted((worded[one], one in has) for one in objectives if one in worded)


def _shown(claim: Claim, user: User, memberships: Sequence[Membership], own_teams: Sequence[Team]) -> Shown:
    holder = claim.membership
    is_near = holder.cohort_id in {one.cohort_id for one in memberships}
    is_own = holder.user_id == user.pk or claim.team in own_teams
    return Shown(claim, claims.holder_in_words(claim, is_near=is_near), is_own=is_own)


def _blank_form(held: Shown | None) -> ClaimForm:
    return RenewForm(auto_id="renew-%s") if held is not None and held.is_own else ClaimForm(auto_id="claim-%s")


def _offer_days(form: ClaimForm, held: Shown | None, memberships: Sequence[Membership], now: datetime) -> None:
    """Offer the days that the rule of the claim's cohort allows."""
    near = [one.cohort for one in memberships if held is None or one.cohort_id == held.claim.membership.cohort_id]
    cohort = (near or [memberships[0].cohort])[0]
    today, last = now.astimezone(cohort.tz).date(), claims.last_day(cohort, now)
    first = held.claim.until if held is not None and held.is_own else today
    form.offer(first + timedelta(days=1), last)
    form.initial.setdefault("until", min(last, max(first, today) + PROPOSED))
