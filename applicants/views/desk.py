"""The review desk: one application a screen. Reached through the admin; who may not review finds nothing."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants import desk, reviewing
from applicants.choices import ReviewState
from applicants.judgements import Assignment, Review
from applicants.models import Criterion, Revision
from whitebox.web.visitor import signed_in


def home(request: HttpRequest) -> HttpResponse:
    """Show how much there is to read, and what was read."""
    user = signed_in(request)
    if not desk.may_review(user):
        raise Http404
    found = list(desk.readings(user))
    waiting = [reading for reading in found if reading.state == "open"]
    done = [reading for reading in found if reading.state == "done"]
    return render(
        request,
        "applicants/desk_home.html",
        {"waiting": waiting, "done": done, "total": len(found), "first": waiting[0] if waiting else None},
    )


def read(request: HttpRequest, code: str) -> HttpResponse:
    """Show one application with its rubric, or take the judgement of it."""
    user = signed_in(request)
    assignment = desk.reading_or_404(user, code)
    if request.method == "POST":
        return _taken(request, assignment)
    return render(request, "applicants/desk.html", {"page": desk.page(assignment)})


def _taken(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Keep what was sent as a draft first: when the submission is refused, nothing is lost."""
    user = signed_in(request)
    revision = get_object_or_404(Revision, pk=request.POST.get("revision"), application=assignment.application)
    criteria = Criterion.objects.filter(rubric__form_id=assignment.application.round.form_id)
    scores, note = scores_of(request.POST, criteria), request.POST.get("note", "")[:4000]
    review: Review | None = getattr(assignment, "review", None)
    if review is None or review.state == ReviewState.DRAFT:
        reviewing.save_draft(assignment, revision, scores, note, by=user)
    if "submit" not in request.POST:
        messages.success(request, _("Your draft is saved."))
        return redirect("admin:applicants_desk_read", assignment.application.code)
    reviewing.submit(assignment, revision, scores, note, by=user)
    following = desk.next_open(user, after=assignment)
    if following is None:
        messages.success(request, _("That was the last one. Thank you for reading."))
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
def recuse(request: HttpRequest, code: str) -> HttpResponse:
    user = signed_in(request)
    assignment = desk.reading_or_404(user, code)
    reviewing.recuse(assignment, reason=request.POST.get("reason", ""), by=user)
    messages.success(request, _("You stepped back from %(code)s. Somebody else reads it.") % {"code": code})
    following = desk.next_open(user)
    if following is None:
        return redirect("admin:applicants_desk")
    return redirect("admin:applicants_desk_read", following.application.code)
