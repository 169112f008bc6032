"""The organizer's pages of a round, reached through the admin: list, bulk acts, letters, readings."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants import blindness, bulk, decision_lists, decisions, offers, reconciling, rights, screening
from applicants.choices import ApplicationState, DecisionCode
from applicants.judgements import Decision
from applicants.letters import KIND_OF
from applicants.models import Application, Round
from applicants.procedures import Stage
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

PAGE = 100
RELEASE_SALT = "applicants.release"


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
    page = Paginator(screening.listed(round_, user, **chosen), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "applicants/pipeline.html",
        {
            "round": round_,
            "page": page,
            "rows": screening.rows(round_, user).filter(pk__in=list(page)),
            "stages": stages,
            "states": [state for state in ApplicationState.choices if state[0] != ApplicationState.DRAFT],
            "codes": DecisionCode.choices,
            "chosen": chosen,
            "drafts": screening.drafts(round_),
            "waiting": decision_lists.pending(round_, user).count(),
            "free_seats": offers.free_seats(round_.cohort),
        },
    )


@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """First step of a bulk act: show exactly what would happen, and sign it."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    act, _colon, target = request.POST.get("act", "").partition(":")
    picked = digits.keys(request.POST.getlist("pick"))
    chosen = list(screening.rows(round_, user).filter(pk__in=picked).order_by("pk"))
    barred = {row.pk for row in chosen if row.has_conflict}  # type: ignore[attr-defined]  # an annotation
    waiting = {row.pk for row in chosen if row.waits_for_own}  # type: ignore[attr-defined]  # an annotation
    conflicted = [row.code for row in chosen if row.pk in barred]
    unread = {row.pk: row.code for row in chosen if row.pk in waiting - barred}
    rows = [row for row in chosen if row.pk not in barred and (act == "move" or row.pk not in unread)]
    label = _label(round_, act, target)
    if not chosen or not label:
        raise RuleViolation(_("Choose an act and at least one application."))
    if not rows:
        raise RuleViolation(
            _("Somebody else decides what you have a conflict with, and you judge first what is on your desk. Nothing "
              "is left of what you chose: %(codes)s.")
            % {"codes": ", ".join([*conflicted, *unread.values()])}
        )  # fmt: skip
    prefetch_related_objects(rows, "decisions", "summaries")
    plan = bulk.Plan(
        round=round_.pk,
        act=act,
        target=target,
        reason=request.POST.get("reason", "")[:500],
        encouragement=request.POST.get("encouragement", "")[:1000],
        versions=bulk.versions_of(rows),
    )
    keys = [row.pk for row in rows]
    apart = set(reconciling.unsettled(keys).values_list("application_id", flat=True)) if act == "decide" else set()
    context = {
        "round": round_,
        "rows": bulk.best_first(rows, without=unread),
        "plan": plan,
        "label": label,
        "letter": KIND_OF.get(target, "") if act == "decide" else "",
        "apart": apart,
        "short": sum(_lacks_reviews(row) for row in rows if row.pk not in unread),
        "conflicts": conflicted,
        "unread": [] if act == "move" else list(unread.values()),
        "token": bulk.signed(plan),
    }
    return render(request, "applicants/pipeline_preview.html", context)


def _lacks_reviews(row: Application) -> bool:
    """Tell whether a row of `screening.rows` has fewer reviews than its stage wants."""
    return row.stage is not None and row.reviews_done < row.stage.reviews  # type: ignore[attr-defined]  # an annotation


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
    count = bulk.carry_out(bulk.read(request.POST.get("token", "")), round_, by=user, note=request.POST.get("note", ""))
    done = ngettext("%(count)d application was changed.", "%(count)d applications were changed.", count)
    messages.success(request, done % {"count": count})
    return redirect("admin:applicants_pipeline", round_.slug)


def letters(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the letters of all pending decisions, and release exactly those that were shown."""
    user = signed_in(request)
    round_ = rights.round_or_404(user, slug)
    if request.method == "POST":
        return _released(request, round_, user)
    code = request.GET.get("code", "")
    found = _pending(round_, user)
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


def _pending(round_: Round, user: User) -> list[Decision]:
    found = decision_lists.pending(round_, user)
    return list(found.select_related(*decisions.WITH_ALL).order_by("code", "pk"))


def _released(request: HttpRequest, round_: Round, user: User) -> HttpResponse:
    asked = _unsigned(request.POST.get("token", ""), RELEASE_SALT)
    found = Decision.objects.filter(application__round=round_, pk__in=asked).select_related("application__round")
    released = decisions.release(list(found), by=user)
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
    own = Decision.objects.filter(blindness.may_be_compared(user.pk, "application"), application__round=round_)
    found = own.filter(pk=digits.key(pk))
    decision = get_object_or_404(found.select_related("application"))
    decisions.retract(decision, by=user)
    messages.success(request, _("The decision on %(code)s is taken back.") % {"code": decision.application.code})
    return redirect("admin:applicants_letters", round_.slug)


def _unsigned(token: str, salt: str) -> list[Any]:
    try:
        found: list[Any] = signing.loads(token, salt=salt, max_age=bulk.STANDS_FOR)
    except signing.BadSignature as wrong:
        raise RuleViolation(_("This preview is too old. Look at it again, then confirm.")) from wrong
    return found


PAGES = (
    ("pipeline/", choose, "applicants_pipelines"),
    ("pipeline/<slug:slug>/", board, "applicants_pipeline"),
    ("pipeline/<slug:slug>/preview/", preview, "applicants_preview"),
    ("pipeline/<slug:slug>/commit/", commit, "applicants_commit"),
    ("pipeline/<slug:slug>/letters/", letters, "applicants_letters"),
    ("pipeline/<slug:slug>/retract/", retract, "applicants_retract"),
)
