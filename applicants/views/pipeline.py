"""The organizer's pages of a round, reached through the admin: list, bulk acts, letters, readings."""

import secrets
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants import assignments, bulk, decisions, offers, reviewers, rights, screening
from applicants.choices import ApplicationState, DecisionCode
from applicants.judgements import Assignment, Decision, Reviewer
from applicants.models import Round, Stage
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.models import Membership
from whitebox.web.visitor import signed_in

PAGE = 100
RELEASE_SALT, PAIRS_SALT = "applicants.release", "applicants.pairs"


def choose(request: HttpRequest) -> HttpResponse:
    """Lead an organizer to the only round, or let them choose one."""
    user = signed_in(request)
    if not access.is_organizer(user):
        raise Http404
    found = list(rights.rounds_of(user))
    if len(found) == 1:
        return redirect("admin:applicants_pipeline", found[0].slug)
    return render(request, "applicants/rounds.html", {"rounds": found, "now": timezone.now()})


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the applications of a round, filtered, with what can be done to many at once."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    stages = list(Stage.objects.filter(form_id=round_.form_id).order_by("position"))
    chosen = {name: request.GET.get(name, "") for name in ("stage", "state", "decision")}
    found = screening.rows(round_, user).filter(**_filters(chosen))
    return render(
        request,
        "applicants/pipeline.html",
        {
            "round": round_,
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
            "stages": stages,
            "states": [state for state in ApplicationState.choices if state[0] != ApplicationState.DRAFT],
            "codes": DecisionCode.choices,
            "chosen": chosen,
            "drafts": screening.drafts(round_),
            "waiting": Decision.objects.filter(application__round=round_, released_at=None, superseded_at=None).count(),
            "free_seats": offers.free_seats(round_.cohort),
        },
    )


def _filters(chosen: dict[str, str]) -> dict[str, str]:
    names = {"stage": "stage__slug", "state": "state", "decision": "released"}
    return {names[name]: value for name, value in chosen.items() if value}


@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """First step of a bulk act: show exactly what would happen, and sign it."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    act, _colon, target = request.POST.get("act", "").partition(":")
    picked = [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal()]
    rows = list(screening.rows(round_, user).filter(pk__in=picked).order_by("pk").prefetch_related("decisions"))
    label = _label(round_, act, target)
    if not rows or not label:
        raise RuleViolation(_("Choose an act and at least one application."))
    plan = bulk.Plan(
        round=round_.pk,
        act=act,
        target=target,
        reason=request.POST.get("reason", "")[:500],
        encouragement=request.POST.get("encouragement", "")[:1000],
        versions=bulk.versions_of(rows),
    )
    context = {"round": round_, "rows": rows, "plan": plan, "label": label, "token": bulk.signed(plan)}
    return render(request, "applicants/pipeline_preview.html", context)


def _label(round_: Round, act: str, target: str) -> str:
    if act == "move":
        stage = Stage.objects.filter(form_id=round_.form_id, slug=target).first()
        return stage.title if stage else ""
    return str(DecisionCode(target).label) if act == "decide" and target in DecisionCode.values else ""


@require_POST
def commit(request: HttpRequest, slug: str) -> HttpResponse:
    """Second step of a bulk act: do what the signed preview says."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    count = bulk.carry_out(bulk.read(request.POST.get("token", "")), round_, by=user)
    done = ngettext("%(count)d application was changed.", "%(count)d applications were changed.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_pipeline", round_.slug)


def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the letters of all pending decisions, and release exactly those that were shown."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        return _released(request, round_)
    code = request.GET.get("code", "")
    found = _pending(round_)
    shown = [decision for decision in found if not code or decision.code == code]
    context = {
        "round": round_,
        "letters": decisions.previews(shown, timezone.now()),
        "codes": sorted({(decision.code, decision.get_code_display()) for decision in found}),
        "code": code,
        "offers": len([decision for decision in shown if decision.code == DecisionCode.OFFER]),
        "free_seats": offers.free_seats(round_.cohort),
        "token": signing.dumps([decision.pk for decision in shown], salt=RELEASE_SALT),
    }
    return render(request, "applicants/release.html", context)


def _pending(round_: Round) -> list[Decision]:
    found = Decision.objects.filter(application__round=round_, released_at=None, superseded_at=None)
    return list(found.select_related(*decisions.WITH_ALL).order_by("code", "pk"))


def _released(request: HttpRequest, round_: Round) -> HttpResponse:
    asked = _unsigned(request.POST.get("token", ""), RELEASE_SALT)
    found = Decision.objects.filter(application__round=round_, pk__in=asked).select_related("application__round")
    released = decisions.release(list(found), by=signed_in(request))
    count = len(released)
    done = ngettext("%(count)d letter is on its way.", "%(count)d letters are on their way.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_pipeline", round_.slug)


@require_POST
def retract(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back a decision whose letter has not been released."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    pk = request.POST.get("decision", "")
    found = Decision.objects.filter(application__round=round_, pk=int(pk) if pk.isdecimal() else 0)
    decision = get_object_or_404(found.select_related("application"))
    decisions.retract(decision, by=user)
    messages.success(request, _("The decision on %(code)s is taken back.") % {"code": decision.application.code})
    return redirect("admin:applicants_letters", round_.slug)


def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who reads how much and a proposal for what lacks readings; deploy exactly that proposal."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        pairs = [(pair[0], pair[1]) for pair in _unsigned(request.POST.get("token", ""), PAIRS_SALT)]
        count = assignments.deploy(round_, pairs, by=user)
        done = ngettext("%(count)d reading was handed out.", "%(count)d readings were handed out.", count)
        messages.success(request, done % {"count": count})
        return redirect("admin:applicants_readings", round_.slug)
    proposal = assignments.propose(round_, seed=secrets.randbelow(2**31))
    context = {
        "round": round_,
        "reviewers": _loads(round_, proposal),
        "proposal": proposal,
        "token": signing.dumps([list(pair) for pair in proposal.pairs], salt=PAIRS_SALT, compress=True),
        "candidates": Membership.objects.active()
        .filter(cohort=round_.cohort)
        .exclude(reviewing__round=round_, reviewing__is_active=True)
        .exclude(role="participant")
        .select_related("user")
        .order_by("role", "pk"),
    }
    return render(request, "applicants/readings.html", context)


def _loads(round_: Round, proposal: assignments.Proposal) -> list[tuple[Reviewer, int, int, int]]:
    """Return each active reviewer with readings done, open, and after the proposal."""
    found = Reviewer.objects.filter(round=round_, is_active=True).select_related("membership__user").order_by("pk")
    states = Assignment.objects.filter(application__round=round_).values_list("reviewer_id", "state")
    counted: dict[tuple[int, str], int] = {}
    for key in states:
        counted[key] = counted.get(key, 0) + 1
    return [
        (one, counted.get((one.pk, "done"), 0), counted.get((one.pk, "open"), 0), proposal.load.get(one.pk, 0))
        for one in found
    ]


@require_POST
def appoint(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    pk = request.POST.get("membership", "")
    membership = Membership.objects.filter(pk=int(pk) if pk.isdecimal() else 0, cohort=round_.cohort).first()
    if membership is None:
        raise RuleViolation(_("Choose a member of the cohort."))
    reviewers.appoint(round_, membership, by=user)
    messages.success(request, _("They may review this round now."))
    return redirect("admin:applicants_readings", round_.slug)


def _unsigned(token: str, salt: str) -> list[Any]:
    try:
        found: list[Any] = signing.loads(token, salt=salt, max_age=bulk.STANDS_FOR)
    except signing.BadSignature as wrong:
        raise RuleViolation(_("This preview is too old. Look at it again, then confirm.")) from wrong
    return found
