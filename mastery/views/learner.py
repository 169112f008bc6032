"""Pages of the person who studies: a check, an attempt, its result, a corrective."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mastery import attempts, booking, correctives, due, gating, lookups, questions, queue, reading, repeats
from mastery.choices import WAITING, AttemptState
from mastery.forms import AttemptForm
from mastery.models import Attempt, GradingJob
from mastery.questions import Question
from whitebox.people import access
from whitebox.web.visitor import signed_in


@require_GET
@login_required
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Introduce a check: what it asks, what it takes, whether it is open and why not."""
    membership = access.participation_or_404(signed_in(request))
    version = lookups.check_or_404(membership, slug)
    record = gating.Record.of_page(membership)
    page = reading.introduction(version, record, due.due_at(membership, version.for_check))
    return render(request, "mastery/check.html", {"page": page, "token": uuid.uuid4(), "cohort": membership.cohort})


@require_POST
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    membership = access.participation_or_404(signed_in(request))
    version = lookups.check_or_404(membership, slug)
    token = request.POST.get("token", "")[:64] or str(uuid.uuid4())
    attempt = attempts.start(membership, version, token=token, by=signed_in(request))
    return redirect("mastery:attempt", attempt.pk)


@require_GET
@login_required
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an attempt as it stands: to be answered, waiting, or with its result."""
    found = lookups.readable_attempt_or_404(signed_in(request), pk)
    if due.close(found, timezone.now()):
        found = lookups.readable_attempt_or_404(signed_in(request), pk)
    if found.state == AttemptState.OPEN:
        return _answering(request, found)
    if found.state in WAITING:
        return _waiting(request, found)
    if found.state == AttemptState.VOID:
        return render(request, "mastery/void.html", {"attempt": found})
    page = reading.result(found, signed_in(request))
    gate = "" if page.is_mine else reverse("mastery:gate", args=[found.membership_id, found.for_check.module.slug])
    return render(request, "mastery/result.html", {"page": page, "gate_url": gate})


def _answering(
    request: HttpRequest, found: Attempt, form: AttemptForm | None = None, *, status: int = 200
) -> HttpResponse:
    asked, drafts = questions.of_attempt(found), attempts.answers_of(found)
    turning = None
    if found.check_version.is_paged:
        turning = reading.turning(asked, drafts, reading.END if form else request.GET.get("item", ""))
    form = form or AttemptForm(asked, found.seed, drafts=drafts, only=_shown(turning))
    context = {
        "attempt": found,
        "form": form,
        "items": reading.items(found, form),
        "turning": turning,
        "due_at": due.due_at(found.membership, found.for_check),
        "cohort": found.membership.cohort,
        "now": timezone.now(),
    }
    return render(request, "mastery/attempt.html", context, status=status)


def _shown(turning: reading.Turning | None) -> list[Question] | None:
    if turning is None:
        return None
    return [turning.item] if turning.item else []


def _waiting(request: HttpRequest, found: Attempt) -> HttpResponse:
    context = {
        "attempt": found,
        "line": queue.place_in_line(found),
        "is_paused": GradingJob.objects.paused().filter(attempt=found).exists(),
        "is_mine": found.membership.user_id == request.user.pk,
        "waits_for_talk": bool(booking.still_to_talk(found)),
    }
    is_poll = bool(getattr(request, "htmx", False))
    return render(request, "mastery/_waiting.html" if is_poll else "mastery/waiting.html", context)


@require_GET
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a waiting page that asks again by itself; the page is loaded anew when the state has changed."""
    found = lookups.readable_attempt_or_404(signed_in(request), pk)
    if found.state not in WAITING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _waiting(request, found)


@require_POST
@login_required
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a draft; a page without JavaScript gets itself back, or the next one."""
    found = lookups.own_attempt_or_404(signed_in(request), pk)
    saved = attempts.save(found, _sent(request, found).values(), by=signed_in(request))
    is_over = saved.state != AttemptState.OPEN
    if request.headers.get("X-Autosave"):
        words = timezone.localtime(saved.saved_at).strftime("%H:%M") if saved.saved_at else ""
        return HttpResponse(words, content_type="text/plain", status=409 if is_over else 200)
    address = reverse("mastery:attempt", args=[found.pk])
    following = request.POST.get("go", "")
    if is_over or (found.check_version.is_paged and following):
        return redirect(f"{address}?{urlencode({'item': following})}" if following and not is_over else address)
    messages.success(request, _("Saved. You can close the page and go on later."))
    return redirect(address)


def _sent(request: HttpRequest, found: Attempt, *, is_final: bool = False) -> AttemptForm:
    """Return what a page has sent: of an attempt with one item a page, the item that the page names."""
    asked = questions.of_attempt(found)
    only, drafts = None, {}
    if found.check_version.is_paged:
        only = [one for one in asked if one.slug == request.POST.get("page")]
        drafts = attempts.answers_of(found)
    return AttemptForm(asked, found.seed, drafts=drafts, data=request.POST, is_final=is_final, only=only)


@require_http_methods(["GET", "POST"])
@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the attempt in. Empty or unreadable answers are named first; what was typed is saved in any case."""
    found = lookups.own_attempt_or_404(signed_in(request), pk)
    if request.method == "GET" or found.state != AttemptState.OPEN:
        return redirect("mastery:attempt", found.pk)  # A page loaded anew, or the second click of two.
    form = _sent(request, found, is_final=True)
    if form.is_valid():
        _name_repeats(found, form)
    if form.errors and not attempts.is_over(found, timezone.now()):
        saved = attempts.save(found, form.values(), by=signed_in(request))
        return _answering(request, saved, form, status=422)
    attempts.submit(found, form.values(), by=signed_in(request))
    return redirect("mastery:attempt", found.pk)


def _name_repeats(found: Attempt, form: AttemptForm) -> None:
    """Show the stored result beside code that was handed in before just as it is."""
    told = repeats.refusals(found, form.asked, form.answers())
    for item, words in told.items():
        form.complain(item, words)
    if told:
        form.add_error(None, repeats.NOTHING_SENT)


@require_GET
@login_required
def starter(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Give the starter code of an item as a file, while the attempt is open."""
    found = lookups.own_attempt_or_404(signed_in(request), pk)
    question = questions.one_of(questions.of_attempt(found), item)
    if found.state != AttemptState.OPEN or question is None or question.exercise is None:
        raise Http404
    name = f"{question.exercise.function}.py"
    return HttpResponse(
        question.exercise.starter,
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@login_required
def corrective(request: HttpRequest, pk: int) -> HttpResponse:
    """Show another way to an objective."""
    return render(
        request, "mastery/corrective.html", {"assignment": lookups.own_corrective_or_404(signed_in(request), pk)}
    )


@require_POST
@login_required
def corrective_done(request: HttpRequest, pk: int) -> HttpResponse:
    assignment = lookups.own_corrective_or_404(signed_in(request), pk)
    correctives.finish(assignment, by=signed_in(request))
    found = gating.standing(assignment.attempt.membership, assignment.attempt.check_version)
    messages.success(request, _("Done. %(next)s") % {"next": found.next_step})
    return redirect("mastery:check", assignment.attempt.for_check.slug)
