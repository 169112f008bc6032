"""The review desk: one application a screen. Reached through the admin; who may not review finds nothing."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applicants import (
    conflicts,
    desk,
    looks,
    own_reviews,
    reviewing,
    rulebook,
    uploads,
    windows,
    work_redactions,
    work_tests,
)
from applicants.choices import AssignmentState, ReviewState
from applicants.judgements import Assignment, Review, Reviewer
from applicants.models import Revision, Upload
from applicants.procedures import Criterion
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.web import navigation
from whitebox.web.visitor import signed_in


def rights_or_404(request: HttpRequest) -> desk.Rights:
    """Return what somebody may review; who reviews nothing finds no desk. The page's links need no query then."""
    rights = desk.rights_of(signed_in(request))
    navigation.remember_roles(request, rights.roles)
    if not rights.reviewers:
        raise Http404
    return rights


def reading_or_404(request: HttpRequest, code: str) -> Assignment:
    return desk.reading_or_404(signed_in(request), code, rights_or_404(request))


def home(request: HttpRequest) -> HttpResponse:
    """Show how much there is to read, and what was read."""
    user = signed_in(request)
    rights = rights_or_404(request)
    now = timezone.now()
    shut = windows.closed(set(rights.reviewers.values()), now)
    names = {(one.round, one.stage) for one in shut}
    found = [(one, (one.application.round_id, one.stage.slug) in names) for one in desk.readings(user, rights)]
    waiting = [(one, is_shut) for one, is_shut in found if one.state == AssignmentState.OPEN]
    ready = [one for one, is_shut in waiting if not is_shut]
    context = {
        "waiting": waiting,
        "ready": ready,
        "done": [one for one, _shut in found if one.state == AssignmentState.DONE],
        "total": len(found),
        "first": ready[0] if ready else None,
        "shut": _told(found, shut),
        "own": own_reviews.kept(rights),
        "now": now,
    }
    return render(request, "applicants/desk_home.html", context)


def _told(
    found: Iterable[tuple[Assignment, bool]], shut: Iterable[windows.Closed]
) -> list[tuple[str, str, windows.Closed]]:
    """Return round, stage and dates of what is closed and has readings on this desk."""
    shown = {(one.application.round_id, one.stage.slug): one for one, is_shut in found if is_shut}
    return [
        (shown[key].application.round.title, shown[key].stage.title, one)
        for one in shut
        if (key := (one.round, one.stage)) in shown
    ]


def read(request: HttpRequest, code: str) -> HttpResponse:
    """Show one application with its rubric, or take the judgement of it."""
    assignment = reading_or_404(request, code)
    if request.method == "POST":
        return _taken(request, assignment)
    desk.require_open(assignment, timezone.now())
    page = desk.page(assignment)
    if page.identity is not None:
        round_ = page.identity.round
        looks.opened(assignment.application, "admin:applicants_desk_read", round_=round_, by=signed_in(request))
    return render(request, "applicants/desk.html", {"page": page})


def _taken(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Keep what was sent as a draft first: when the submission is refused, nothing is lost."""
    user = signed_in(request)
    revision, scores, note = _sent(request, assignment)
    review: Review | None = getattr(assignment, "review", None)
    if review is None or review.state == ReviewState.DRAFT:
        reviewing.save_draft(assignment, revision, scores, note, by=user)
    if "submit" not in request.POST:
        messages.success(request, _("Your draft is saved."))
        return redirect("admin:applicants_desk_read", assignment.application.code)
    reviewing.submit(assignment, revision, scores, note, by=user)
    return _following(request, assignment, _("That was the last one. Thank you for reading."))


def _sent(request: HttpRequest, assignment: Assignment) -> tuple[Revision, dict[Criterion, int | None], str]:
    named = digits.key(request.POST.get("revision", ""))
    revision = get_object_or_404(Revision, pk=named, application=assignment.application)
    criteria = rulebook.of(assignment.application).criteria[assignment.stage_id]
    return revision, scores_of(request.POST, criteria), request.POST.get("note", "")[:4000]


def _following(request: HttpRequest, after: Assignment | None, last: str) -> HttpResponse:
    following = desk.next_open(signed_in(request), after=after)
    if following is None:
        messages.success(request, last)
        return redirect("admin:applicants_desk")
    return redirect("admin:applicants_desk_read", following.application.code)


def scores_of(sent: QueryDict, criteria: Iterable[Criterion]) -> dict[Criterion, int | None]:
    """Return the levels a page sent; an abstention is None, a criterion without a choice is left out."""
    found: dict[Criterion, int | None] = {}
    for criterion in criteria:
        value = sent.get(f"level-{criterion.slug}", "")
        if value == "abstain":
            found[criterion] = None
        elif value in {"1", "2", "3", "4", "5"}:
            found[criterion] = int(value)
    return found


@require_POST
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a draft while somebody reads. What is refused is said by the status alone: the page stays as it is."""
    assignment = reading_or_404(request, code)
    try:
        reviewing.save_draft(assignment, *_sent(request, assignment), by=signed_in(request))
    except RuleViolation:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
def recuse(request: HttpRequest, code: str) -> HttpResponse:
    assignment = reading_or_404(request, code)
    reviewing.recuse(assignment, reason=request.POST.get("reason", ""), by=signed_in(request))
    messages.success(request, _("You stepped back from %(code)s. Somebody else reads it.") % {"code": code})
    return _following(request, None, _("Nothing else waits for you now."))


@require_POST
def hand_back(request: HttpRequest, code: str) -> HttpResponse:
    assignment = reading_or_404(request, code)
    reviewing.hand_back(assignment, reason=request.POST.get("reason", ""), by=signed_in(request))
    messages.success(request, _("You handed %(code)s back. Somebody else reads it.") % {"code": code})
    return _following(request, None, _("Nothing else waits for you now."))


@require_safe
def work(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give a reviewer the pages of the file they judge, by a name that says nothing of who sent it."""
    assignment = reading_or_404(request, code)
    desk.require_open(assignment, timezone.now())
    test = work_tests.current(assignment.application)
    read_ = work_redactions.read(test) if test else None
    if read_ is None or not read_.has_file:
        raise Http404
    # Nothing but the file: its own name can tell who sent it.
    upload = Upload.objects.only("file").filter(pk=read_.hand_in.upload_id or 0).first()
    if upload is None:
        raise Http404
    return uploads.pages(upload, name=f"{code}-{read_.hand_in.number}.pdf")


@require_safe
def own(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """Show the own reviews of a round side by side, to level them."""
    table = own_reviews.table_or_404(rights_or_404(request), slug, stage)
    return render(request, "applicants/desk_own.html", {"table": table})


def known(request: HttpRequest) -> HttpResponse:
    """Take whom a reviewer knows. The answer is the same whether anything matched or not."""
    user = signed_in(request)
    rights = rights_or_404(request)
    reviewers = Reviewer.objects.filter(pk__in=list(rights.reviewers)).order_by("pk")
    if request.method == "POST":
        for reviewer in reviewers:
            conflicts.declare(reviewer, request.POST.get("knows", ""), by=user)
        messages.success(request, _("Your list is saved. You are not told whether anybody on it applied."))
        return redirect("admin:applicants_desk_known")
    lines = [line for reviewer in reviewers for line in reviewer.knows.splitlines()]
    context = {
        "knows": "\n".join(dict.fromkeys(lines)),
        "longest": conflicts.LONGEST,
        "waiting": desk.readings(user, rights).filter(state=AssignmentState.OPEN),
    }
    return render(request, "applicants/desk_known.html", context)


PAGES = (
    ("desk/", home, "applicants_desk"),
    ("desk/known/", known, "applicants_desk_known"),
    ("desk/<slug:code>/", read, "applicants_desk_read"),
    ("desk/<slug:code>/work/", work, "applicants_desk_work"),
    ("desk/<slug:code>/draft/", draft, "applicants_desk_draft"),
    ("desk/<slug:code>/recuse/", recuse, "applicants_desk_recuse"),
    ("desk/<slug:code>/hand-back/", hand_back, "applicants_desk_hand_back"),
    ("desk/<slug:slug>/own/<slug:stage>/", own, "applicants_desk_own"),
)
