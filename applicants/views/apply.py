"""The public pages and the application form."""

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from applicants import answers, applying, opening, rounds, sources, throttle, uploads
from applicants.addresses import address_key
from applicants.choices import ApplicationState
from applicants.forms import IdentityForm, SectionForm, StartForm
from applicants.models import Application, Identity, Round
from applicants.questionnaire import Questionnaire, questionnaire_of
from applicants.steps import Step, steps_of
from applicants.views.private import application_or_404, private_page
from whitebox.errors import RuleViolation

LINKS_AN_HOUR = 4  # to one address
STARTS_AN_HOUR = 120  # from one network: a whole campus can share one
CHANGES_AN_HOUR = 2_400  # of one application: a page that is typed on saves itself every few seconds
FILES_AN_HOUR = 30
SUBMISSIONS_AN_HOUR = 20


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show the programme and the round that is open. One query for a stranger."""
    if request.user.is_authenticated and "stay" not in request.GET:
        return redirect("web:home")
    openings = opening.at(timezone.now())
    via = sources.named(request.GET.get("via", ""))
    return render(request, "applicants/landing.html", {"openings": openings, "via": via})


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a name and an address. The answer is the same whether the address has an application or not."""
    round_ = get_object_or_404(Round.objects.select_related("cohort", "form__version"), slug=slug)
    now = timezone.now()
    if not round_.opens_at <= now < round_.closes_at:
        return render(request, "applicants/closed.html", {"round": round_, "is_over": now >= round_.closes_at})
    form = StartForm(
        request.POST or None, initial={"zone": round_.zone, "via": sources.named(request.GET.get("via", ""))}
    )
    if request.method == "POST" and form.is_valid() and _is_within_limits(request, form):
        if not form.cleaned_data["website"]:
            _begin(round_, form)
        return redirect("applicants:sent", round_.slug)
    return render(request, "applicants/start.html", {"round": round_, "form": form})


def _begin(round_: Round, form: StartForm) -> None:
    given = form.cleaned_data
    applying.start(round_, email=given["email"], name=given["name"], zone=given["zone"], source=given["via"])


def _is_within_limits(request: HttpRequest, form: StartForm) -> bool:
    network = throttle.network_of(request)
    address = address_key(form.cleaned_data["email"])  # else each +tag would be one more letter
    if not throttle.may("start-from", network, limit=STARTS_AN_HOUR, seconds=throttle.AN_HOUR):
        form.add_error(None, _("Too many applications were started from your network. Please try again in an hour."))
    elif not throttle.may("start-to", address, limit=LINKS_AN_HOUR, seconds=throttle.AN_HOUR):
        form.add_error("email", _("We sent several links to this address. Look into your spam folder too."))
    return form.is_valid()


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.select_related("form__version"), slug=slug)
    return render(request, "applicants/sent.html", {"round": round_})


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who the applicant is; kept apart from the answers."""
    application = application_or_404(token)
    if answer := _closed(request, application, token):
        return answer
    form = IdentityForm(request.POST or None, instance=application.identity)
    if request.method == "POST" and "autosave" in request.POST and not form.is_valid():
        return HttpResponse(status=422)
    is_within = request.method != "POST" or _is_within_changes(application, form)
    if not is_within and "autosave" in request.POST:
        return HttpResponse(status=429)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        applying.save_identity(
            application, name=given["name"], school=given["school"], zone=given["zone"], links=given["links"]
        )
        if "autosave" in request.POST:
            return HttpResponse(status=204)
        return redirect(_after(request, application, token, "about-you"))
    context = _frame(application, token, "about-you") | {"form": form}
    return render(request, "applicants/step.html", context)


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, token: str, section: str) -> HttpResponse:
    """Ask the questions of one section. Whatever is sent is saved first and looked at second."""
    application = application_or_404(token)
    questionnaire = questionnaire_of(application.form)
    found = next((one for one in questionnaire.sections if one.slug == section), None)
    if found is None:
        return redirect("applicants:check", token)
    is_within = True
    if request.method != "POST":
        if answer := _closed(request, application, token):
            return answer
        form = SectionForm(questionnaire.of_section(section), application.draft.answers)
    else:
        form = SectionForm(
            questionnaire.of_section(section), application.draft.answers, data=request.POST, files=request.FILES
        )
        is_within = _is_within_changes(application, form)
        is_right = is_within and _saved(application, form)
        if "autosave" in request.POST:
            return HttpResponse(status=204 if is_within else 429)
        if is_right:
            return redirect(_after(request, application, token, section))
    context = _frame(application, token, section) | {
        "form": form,
        "section": found,
        "is_saved": form.is_bound and is_within,
    }
    return render(request, "applicants/step.html", context)


def _is_within_changes(application: Application, form: Form | ModelForm[Identity]) -> bool:
    """Count a change and tell whether it is within the limit; else the form says what to do and keeps the text."""
    if throttle.may("change", str(application.pk), limit=CHANGES_AN_HOUR, seconds=throttle.AN_HOUR):
        return True
    form.add_error(
        None,
        _(
            "This application was changed very often within an hour, so this change was not saved. It still stands "
            "below: save it again in an hour. What was saved before is kept."
        ),
    )
    return False


def _saved(application: Application, form: SectionForm) -> bool:
    """Keep what the form holds and tell whether all of it is right."""
    form.is_valid()
    applying.save_answers(application, form.given())
    for question, file in form.kept_files().items():
        _keep_file(application, form, question, file)
    return form.is_valid()


def _keep_file(application: Application, form: SectionForm, question: str, file: "UploadedFile[Any]") -> None:
    if not throttle.may("file", str(application.pk), limit=FILES_AN_HOUR, seconds=throttle.AN_HOUR):
        form.add_error(
            question,
            _("You sent many files within an hour. This one was not taken; the one before is kept. Send it later."),
        )
        return
    try:
        uploads.keep(application, question, file)
    except RuleViolation as refused:
        form.add_error(question, str(refused))


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Show all answers with what is missing, and take the submission."""
    application = application_or_404(token)
    questionnaire = questionnaire_of(application.form)
    problems = answers.problems(questionnaire, application.draft.answers)
    if request.method == "POST":
        if not throttle.may("submit", str(application.pk), limit=SUBMISSIONS_AN_HOUR, seconds=throttle.AN_HOUR):
            raise RuleViolation(
                _("You handed in many times within an hour. The last version that we took counts; your changes are "
                  "saved. Hand them in in an hour.")
            )  # fmt: skip
        applying.submit(application, key=_key(request.POST.get("key", "")))
        return redirect("applicants:status", token)
    if answer := _closed(request, application, token):
        return answer
    context = _frame(application, token, "check") | {
        "sections": _read_back(questionnaire, application),
        "problems": problems,
        "identity": application.identity,
        "key": uuid.uuid4(),
        "is_again": application.state == ApplicationState.SUBMITTED,
    }
    return render(request, "applicants/check.html", context)


def _read_back(questionnaire: Questionnaire, application: Application) -> list[tuple[object, object]]:
    saved = application.draft.answers
    return [(one, answers.shown(questionnaire.of_section(one.slug), saved)) for one in questionnaire.sections]


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _closed(request: HttpRequest, application: Application, token: str) -> HttpResponse | None:
    """Send people whose form is closed to their status page; note for the others that they have it open."""
    now = timezone.now()
    is_over = application.state not in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}
    if is_over or not rounds.takes(application, now):
        return redirect("applicants:status", token)
    applying.note_form_opened(application, now)
    return None


def _frame(application: Application, token: str, current: str) -> dict[str, object]:
    steps = steps_of(questionnaire_of(application.form), application.draft.answers, token)
    place = next(index for index, step in enumerate(steps) if step.slug == current)
    return {
        "application": application,
        "round": application.round,
        "token": token,
        "steps": steps,
        "step": steps[place],
        "place": place + 1,
        "before": steps[place - 1] if place else None,
        "last_moment": rounds.last_moment(application),
        "is_in_grace": timezone.now() > application.round.closes_at,
    }


def _after(request: HttpRequest, application: Application, token: str, current: str) -> str:
    """Return the address of the next step, or of the status page for who wants to stop here."""
    steps: list[Step] = steps_of(questionnaire_of(application.form), application.draft.answers, token)
    if "stop" in request.POST:
        return f"{steps[0].address.rsplit('about-you', 1)[0]}?saved"
    place = next(index for index, step in enumerate(steps) if step.slug == current)
    return steps[place + 1].address
