"""The organizer's page of who reads how much: reviewers, a proposal to look at, what was handed out, what is routed."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants import assignments, bulk, conflicts, reviewers, rights, routed
from applicants.assignments import Proposal
from applicants.choices import AssignmentState
from applicants.judgements import AssignmentBatch, Reviewer
from applicants.models import Application, Round
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User
from whitebox.web.visitor import signed_in

SALT = "applicants.pairs"
BATCHES = 10  # shown, the latest
LARGEST_SEED = 2**31


@dataclass(frozen=True, slots=True)
class Desk:
    """One reviewer: what they have, and what the proposal would add."""

    reviewer: Reviewer
    read: int
    waiting: int
    planned: int
    count: int
    added: Sequence[str]  # codes, without those that the organizer must not see

    @property
    def now(self) -> int:
        """What counts for the balance: readings at the stage where an application is now."""
        return self.planned - self.count


def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who reads how much, and a proposal where one is asked for; deploy exactly that proposal."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        return _deployed(request, round_, user)
    proposal = _asked_for(request, round_)
    context = {
        "round": round_,
        "desks": _desks(round_, proposal, user),
        "missing": assignments.missing(round_),
        "proposal": proposal,
        "token": _signed(proposal) if proposal else "",
        "seed": secrets.randbelow(LARGEST_SEED),
        "without": request.GET.get("without", ""),
        "batches": _batches(round_),
        "candidates": _candidates(round_),
    }
    return render(request, "applicants/readings.html", context)


def _asked_for(request: HttpRequest, round_: Round) -> Proposal | None:
    seed = digits.whole(request.GET.get("seed", ""))
    if seed is None:
        return None
    without = [code for code in request.GET.get("without", "").split(",") if code]
    return assignments.propose(round_, seed=seed % LARGEST_SEED, without=without)


def _signed(proposal: Proposal) -> str:
    return signing.dumps([proposal.seed, *map(list, proposal.pairs)], salt=SALT, compress=True)


def _deployed(request: HttpRequest, round_: Round, user: User) -> HttpResponse:
    try:
        seed, *pairs = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=bulk.STANDS_FOR)
    except signing.BadSignature as wrong:
        raise RuleViolation(_("This preview is too old. Look at it again, then confirm.")) from wrong
    count = assignments.deploy(round_, [(pair[0], pair[1]) for pair in pairs], by=user, seed=seed)
    done = ngettext("%(count)d reading was handed out.", "%(count)d readings were handed out.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_readings", round_.slug)


def _desks(round_: Round, proposal: Proposal | None, user: User) -> list[Desk]:
    """Return each active reviewer. Codes of applications with which `user` has a conflict are left out."""
    live = Q(assignments__application__round=round_)
    found = (
        Reviewer.objects.filter(round=round_, is_active=True)
        .select_related("membership__user")
        .annotate(
            read=Count("assignments", filter=live & Q(assignments__state=AssignmentState.DONE)),
            waiting=Count("assignments", filter=live & Q(assignments__state=AssignmentState.OPEN)),
        )
        .order_by("membership__user__name", "pk")
    )
    pairs = proposal.pairs if proposal else ()
    barred = conflicts.of_user(user.pk).values("application")
    codes = dict(
        Application.objects.filter(round=round_).exclude(pk__in=barred).values_list("pk", "code") if pairs else ()
    )
    count = Counter(reviewer for _application, reviewer in pairs)
    added: dict[int, list[str]] = {}
    for application, reviewer in pairs:
        if application in codes:
            added.setdefault(reviewer, []).append(codes[application])
    return [
        Desk(
            one,
            one.read,
            one.waiting,
            proposal.load.get(one.pk, 0) if proposal else 0,
            count[one.pk],
            sorted(added.get(one.pk, [])),
        )
        for one in found
    ]


def _batches(round_: Round) -> list[AssignmentBatch]:
    found = AssignmentBatch.objects.filter(round=round_).select_related("by", "undeployed_by")
    return list(
        found.annotate(
            readings=Count("assignments"),
            unread=Count(
                "assignments", filter=Q(assignments__state=AssignmentState.OPEN, assignments__review__isnull=True)
            ),
        ).order_by("-at", "-pk")[:BATCHES]
    )


def _candidates(round_: Round) -> Any:
    return (
        Membership.objects.active()
        .filter(cohort=round_.cohort)
        .exclude(reviewing__in=Reviewer.objects.filter(round=round_, is_active=True))
        .exclude(role="participant")
        .select_related("user")
        .order_by("role", "pk")
    )


@require_POST
def undeploy(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back what a batch put on the desks and nobody has begun."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    batch = get_object_or_404(AssignmentBatch, round=round_, pk=_number(request, "batch"))
    count = assignments.undeploy(batch, by=user)
    done = ngettext("%(count)d reading was taken back.", "%(count)d readings were taken back.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_readings", round_.slug)


@require_POST
def loads(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep how much each reviewer reads at most; an empty field is a fair share."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    for reviewer in Reviewer.objects.filter(round=round_, is_active=True).order_by("pk"):
        given = request.POST.get(f"most-{reviewer.pk}", "").strip()
        most = digits.whole(given)
        if given and most is None:
            raise RuleViolation(_("Write a whole number of readings, or leave the field empty."))
        reviewers.bound(reviewer, most, by=user)
    messages.success(request, _("The loads are saved. They hold for what is handed out from now on."))
    return redirect("admin:applicants_readings", round_.slug)


@require_POST
def appoint(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    membership = Membership.objects.filter(pk=_number(request, "membership"), cohort=round_.cohort).first()
    if membership is None:
        raise RuleViolation(_("Choose a member of the cohort."))
    reviewers.appoint(round_, membership, by=user)
    messages.success(request, _("They may review this round now."))
    return redirect("admin:applicants_readings", round_.slug)


@require_POST
def dismiss(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    reviewer = get_object_or_404(Reviewer, round=round_, pk=_number(request, "reviewer"))
    reviewers.dismiss(reviewer, by=user)
    messages.success(request, _("They review this round no longer. What they handed in stays."))
    return redirect("admin:applicants_readings", round_.slug)


@require_POST
def route(request: HttpRequest, slug: str) -> HttpResponse:
    """Switch on or off that further readings go where they matter."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    on = request.POST.get("on") == "1"
    routed.switch(round_, on=on, by=user)
    text = (
        _("Further readings go where they matter from now on.")
        if on
        else _("No more readings are added by themselves. What is on the desks stays there.")
    )
    messages.success(request, text)
    return redirect("admin:applicants_readings", round_.slug)


def _number(request: HttpRequest, name: str) -> int:
    return digits.key(request.POST.get(name, ""))


PAGES = (
    ("pipeline/<slug:slug>/readings/", readings, "applicants_readings"),
    ("pipeline/<slug:slug>/readings/undo/", undeploy, "applicants_readings_undo"),
    ("pipeline/<slug:slug>/readings/loads/", loads, "applicants_readings_loads"),
    ("pipeline/<slug:slug>/readings/routing/", route, "applicants_readings_routing"),
    ("pipeline/<slug:slug>/appoint/", appoint, "applicants_appoint"),
    ("pipeline/<slug:slug>/dismiss/", dismiss, "applicants_dismiss"),
)
