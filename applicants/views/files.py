"""What organizers read of one application beyond the desk: all answers with the identity, and the files."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from applicants import conflicts, rights, uploads
from applicants.answers import shown
from applicants.models import Application, Upload
from applicants.questionnaire import questionnaire_of
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


def application_or_404(user: User, code: str) -> Application:
    """Return a submitted application of a cohort that `user` organizes and has no conflict with."""
    found = (
        Application.objects.filter(code=code, round__in=rights.rounds_of(user), submitted_at__isnull=False)
        .select_related("round__form__version", "round__cohort", "identity", "stage")
        .first()
    )
    if found is None:
        raise Http404
    conflicts.require_none(user, found)
    return found


def answers(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organizer who applied and all that they answered, as it was submitted last."""
    application = application_or_404(signed_in(request), code)
    last = application.revisions.last()
    questions = questionnaire_of(application.round.form).questions
    context = {
        "application": application,
        "identity": application.identity,
        "answers": shown(questions, last.answers if last else {}),
        "changes": application.changes.select_related("left", "entered"),
        "decisions": application.decisions.order_by("pk"),
    }
    return render(request, "applicants/answers.html", context)


def download(request: HttpRequest, code: str, question: str) -> HttpResponseBase:
    application = application_or_404(signed_in(request), code)
    last = application.revisions.last()
    named = str(last.answers.get(question, "")) if last else ""
    upload = Upload.objects.filter(
        application=application, question=question, pk=int(named) if named.isdecimal() else 0
    )
    found = upload.first()
    if found is None:
        raise Http404
    return uploads.download(found)
