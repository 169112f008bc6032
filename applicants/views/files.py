"""What organizers read of one application beyond the desk: all answers with the identity, and the files."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from applicants import blindness, conflicts, looks, rights, uploads
from applicants.answers import shown
from applicants.models import Application, Upload
from applicants.questionnaire import questionnaire_of
from whitebox import digits
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


def application_or_404(user: User, code: str) -> Application:
    """Return a submitted application of a cohort that `user` organizes and has no conflict with.

    Raises RuleViolation while they have still to read it without the name.
    """
    own = Application.objects.filter(
        conflicts.none_with(user.pk, "pk"), round__in=rights.rounds_of(user), submitted_at__isnull=False
    )
    found = (
        own.filter(code=code)
        .select_related("form", "round__form__version", "round__cohort", "identity", "stage")
        .first()
    )
    if found is None:
        raise Http404
    blindness.require_named(user, found)
    return found


def answers(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organizer who applied and all that they answered, as it was submitted last."""
    user = signed_in(request)
    application = application_or_404(user, code)
    looks.opened(application, "admin:applicants_answers", round_=application.round, by=user)
    is_judged = not blindness.own_open(user.pk).filter(application=application).exists()
    last = application.revisions.last()
    questions = questionnaire_of(application.form).questions
    context = {
        "application": application,
        "identity": application.identity,
        "answers": shown(questions, last.answers if last else {}),
        "changes": application.changes.select_related("left", "entered"),
        "decisions": application.decisions.order_by("pk") if is_judged else (),
        "is_judged": is_judged,
    }
    return render(request, "applicants/answers.html", context)


def download(request: HttpRequest, code: str, question: str) -> HttpResponseBase:
    user = signed_in(request)
    application = application_or_404(user, code)
    last = application.revisions.last()
    named = str(last.answers.get(question, "")) if last else ""
    found = Upload.objects.filter(application=application, question=question, pk=digits.key(named)).first()
    if found is None:
        raise Http404
    looks.opened(application, "admin:applicants_file", round_=application.round, by=user)
    return uploads.download(found)


# Last of all pages: a code can stand at the first place.
PAGES = (
    ("<slug:code>/answers/", answers, "applicants_answers"),
    ("<slug:code>/files/<slug:question>/", download, "applicants_file"),
)
