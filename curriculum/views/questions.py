"""Questions to the mentor: asked on a module's page, answered on one of their own."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from curriculum import questions, syllabus
from curriculum.commitments import Question
from curriculum.study import module_or_404, study_or_404
from whitebox.people.access import cohort_or_404
from whitebox.people.choices import Role
from whitebox.people.models import Cohort
from whitebox.web.visitor import signed_in

SHOWN = 100


@require_POST
@login_required
def ask(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    study = study_or_404(request, cohort_slug)
    module = module_or_404(study, module_slug)
    sent = request.POST
    questions.ask(
        study.membership,
        module,
        sent.get("text", ""),
        resource_slug=sent.get("resource", ""),
        key=_key(sent.get("key", "")),
        by=signed_in(request),
    )
    messages.success(request, _("Your question is with your mentor. The answer will stand here."))
    return redirect(f"{study.address(module)}#questions")


def _key(sent: str) -> uuid.UUID:
    """Return the key of the form; a page without one asks a new question each time it is sent."""
    try:
        return uuid.UUID(sent)
    except ValueError:
        return uuid.uuid4()


@require_GET
@login_required
def asked(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show what the reader's people ask: what waits longest first, then what was answered of late."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER, Role.ADVISER)
    found = questions.answerable_by(signed_in(request)).filter(membership__cohort=cohort)
    context = {
        "cohort": cohort,
        "waiting": [(one, *_about(one, cohort)) for one in found.filter(answered_at=None)[:SHOWN]],
        "answered": found.exclude(answered_at=None).order_by("-answered_at", "-pk")[:20],
        "longest": questions.LONGEST_ANSWER,
    }
    return render(request, "curriculum/questions.html", context)


def _about(question: Question, cohort: Cohort) -> tuple[str, str]:
    """Return the titles of the module and of the resource that a question is about, as the cohort reads them now."""
    followed = syllabus.of_page(cohort)
    module = next((one for one in followed.modules if one.module_id == question.module_id), None)
    listed = followed.resources.get(module.pk, ()) if module else ()
    title = next((one.title for one in listed if one.slug == question.resource_slug), question.resource_slug)
    return module.title if module else question.module.slug, title


@require_POST
@login_required
def answer(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    user = signed_in(request)
    question = get_object_or_404(questions.answerable_by(user), pk=pk, membership__cohort__slug=cohort_slug)
    questions.answer(question, request.POST.get("answer", ""), by=user)
    messages.success(request, _("Your answer is sent."))
    return redirect("curriculum:questions", cohort_slug)
