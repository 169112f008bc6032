"""The organizer's pages around decisions: the waiting list, open offers, letters that went out, dossiers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applicants import blindness, decision_lists, dossiers, offers, rights, succession, waitlist
from applicants.judgements import Decision, Offer
from applicants.stage_forms import ProlongForm
from applicants.views.files import application_or_404
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.web.visitor import signed_in

PAGE = 100


@require_safe
def line(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who is next, which offers are open, and what a free seat would lead to."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    unseen = blindness.unseen(user.pk, round_)
    context = {
        "round": round_,
        "line": decision_lists.in_line(round_, unseen),
        "offers": decision_lists.open_offers(round_, user),
        "proposed": decision_lists.proposed(round_, user),
        "free_seats": offers.free_seats(round_.cohort),
        "hidden": len(unseen),
    }
    return render(request, "applicants/waitlist.html", context)


@require_POST
def put(request: HttpRequest, slug: str) -> HttpResponse:
    """Put somebody at another place of the waiting list."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    pk, place = digits.key(request.POST.get("decision", "")), digits.whole(request.POST.get("place", "").strip())
    own = Decision.objects.filter(blindness.may_be_compared(user.pk, "application"), application__round=round_)
    found = own.filter(pk=pk)
    decision = get_object_or_404(found.select_related("application__round"))
    if place is None:
        raise RuleViolation(_("Choose a place: 1 is the next in line."))
    waitlist.put(decision, place, reason=request.POST.get("reason", ""), by=user)
    messages.success(request, _("The waiting list is in its new order."))
    return redirect("admin:applicants_waitlist", round_.slug)


@require_POST
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose an offer for the next in line."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    made = succession.propose_next(round_, by=user)
    if made is None:
        raise RuleViolation(_("Nobody waits, or every free seat is spoken for by an offer that waits for its release."))
    if made.released_at:
        messages.success(request, _("The offer is on its way."))
    else:
        messages.success(request, _("The offer is proposed. Its letter waits for your release."))
    return redirect("admin:applicants_waitlist", round_.slug)


@require_POST
def prolong(request: HttpRequest, slug: str, offer: int) -> HttpResponse:
    """Let an open offer stand longer."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    own = Offer.objects.filter(blindness.may_be_compared(user.pk, "application"), application__round=round_)
    found = get_object_or_404(own.select_related("application__round"), pk=offer)
    form = ProlongForm(request.POST, zone=round_.zone)
    if not form.is_valid():
        raise RuleViolation(form.problem)
    offers.prolong(found, form.cleaned_data["until"], by=user)
    messages.success(request, _("The offer stands longer now. The applicant gets a letter."))
    return redirect("admin:applicants_waitlist", round_.slug)


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which letters went to the applicants of a round, the latest on top, and how each of them ended."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    found = decision_lists.letters(round_, user, kind=request.GET.get("kind", ""), code=request.GET.get("code", ""))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "page": page,
        "rows": decision_lists.with_codes(page),
        "kinds": decision_lists.kinds(round_, user),
        "kind": request.GET.get("kind", ""),
        "code": request.GET.get("code", ""),
    }
    return render(request, "applicants/letters_sent.html", context)


@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Show what the decisions on an application rested on, and compute it again where that is asked for."""
    user = signed_in(request)
    application = application_or_404(user, code)
    blindness.require_compared(user, application)
    found = dossiers.of_application(application)
    is_checked = "check" in request.GET
    names = decision_lists.reviewers_of(found)
    rows = [(one, _named(one.content, names), dossiers.differences(one) if is_checked else None) for one in found]
    is_bare = not found and application.decisions.exists()
    context = {"application": application, "rows": rows, "is_checked": is_checked, "is_bare": is_bare}
    return render(request, "applicants/dossier.html", context)


def _named(content: dossiers.Content, names: dict[int, str]) -> list[tuple[str, str, str]]:
    """Return the scores of a dossier as reviewer, total and levels."""
    return [
        (
            names.get(one["reviewer"], str(one["reviewer"])),
            one["total"],
            ", ".join(f"{slug} {level or _('abstained')}" for slug, level in one["levels"].items()),
        )
        for one in content["scores"]
    ]


PAGES = (
    ("pipeline/<slug:slug>/waitlist/", line, "applicants_waitlist"),
    ("pipeline/<slug:slug>/waitlist/put/", put, "applicants_waitlist_put"),
    ("pipeline/<slug:slug>/waitlist/propose/", propose, "applicants_waitlist_propose"),
    ("pipeline/<slug:slug>/offers/<key:offer>/prolong/", prolong, "applicants_offer_prolong"),
    ("pipeline/<slug:slug>/letters/sent/", sent, "applicants_letters_sent"),
    ("<slug:code>/dossier/", dossier, "applicants_dossier"),
)
