"""Where an application stands, for the one who sent it. What is not released does not exist here."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applicants import applying, decisions, interviews, replies, rounds, uploads, work_tests
from applicants.appointments import WorkTest
from applicants.choices import ApplicationState, OfferState, StageKind
from applicants.judgements import Decision, Offer
from applicants.models import Application, Upload
from applicants.standing import standing_of, way_of
from applicants.views.private import application_or_404, private_page
from whitebox import digits


@private_page
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Show where the application stands, what comes next and by when. Four queries."""
    application = application_or_404(token)
    now = timezone.now()
    last = application.revisions.last()
    decision = decisions.in_force(application)
    takes_changes = application.state in CHANGEABLE and decision is None
    context = {
        "application": application,
        "round": application.round,
        "token": token,
        "standing": standing_of(application, decision, now),
        "way": [] if decision else way_of(application),
        "may_change": takes_changes and rounds.takes(application, now),
        "has_unsent_changes": last is not None and last.answers != application.draft.answers,
        "is_just_saved": "saved" in request.GET,
        "last_moment": rounds.told_moment(application, now),
    }
    return render(request, "applicants/status.html", context | _at_stage(application, decision, now))


def _at_stage(application: Application, decision: Decision | None, now: datetime) -> dict[str, object]:
    """Return what an applicant has to do at a work test or an interview. Up to two queries, there only."""
    stage = application.stage
    if application.state != ApplicationState.SUBMITTED or decision is not None or stage is None:
        return {}
    if stage.kind == StageKind.WORK_TEST:
        test = work_tests.current(application)
        return {"test": test, "test_state": _test_state(test, now) if test else ""}
    if stage.kind == StageKind.INTERVIEW:
        return {"may_book": True, "booking": interviews.current(application)}
    return {}


def _test_state(test: WorkTest, now: datetime) -> str:
    if work_tests.judged(test) is not None:
        return "in"
    return "open" if work_tests.is_open(test, now) else "waits"


CHANGEABLE = {ApplicationState.DRAFT, ApplicationState.SUBMITTED}


@private_page
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    application = application_or_404(token)
    if "sure" not in request.POST:
        messages.warning(request, _("Tick the box first: a withdrawn application cannot be taken up again."))
        return redirect("applicants:status", token)
    applying.withdraw(application, reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("Your application is withdrawn."))
    return redirect("applicants:status", token)


@private_page
@require_POST
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answer to an offer."""
    application = application_or_404(token)
    found = _answerable(application)
    if request.POST.get("answer") == "accept":
        replies.accept(found)
        messages.success(request, _("The place is yours. We have sent you a letter on how to sign in."))
    elif "sure" in request.POST:
        replies.decline(found)
        messages.success(request, _("Thank you for telling us. Somebody else gets the place now."))
    else:
        messages.warning(request, _("Tick the box first: a place that is given back goes to somebody else."))
    return redirect("applicants:status", token)


def _answerable(application: Application) -> Offer:
    """Return the offer of the decision in force; 404 where there is none to answer."""
    decision = decisions.in_force(application)
    found = Offer.objects.filter(decision=decision).exclude(state=OfferState.WITHDRAWN) if decision else None
    answer = found.select_related("application__round__cohort").first() if found is not None else None
    if answer is None:
        raise Http404
    return answer


@private_page
@require_safe
def file(request: HttpRequest, token: str, question: str) -> HttpResponseBase:
    """Give applicants the file they saved."""
    application = application_or_404(token)
    saved = str(application.draft.answers.get(question) or "")
    upload = Upload.objects.filter(application=application, question=question, pk=digits.key(saved)).first()
    if upload is None:
        raise Http404
    return uploads.download(upload)
