"""The marking desk: work of one's own people, longest waiting first, and the marks one gave."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mastery import conflicts, lookups, mark_drafts, marking, phrases
from mastery import desk as work
from mastery.desk import Sheet
from mastery.desk_forms import ConflictForm, CorrectionForm, MarkForm
from mastery.judgements import LONGEST_PHRASE
from mastery.models import Attempt
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User
from whitebox.web.visitor import signed_in


def marker_or_404(request: HttpRequest) -> tuple[User, list[Membership]]:
    """Return the person behind a request and where they mark; nobody else finds a desk."""
    user = signed_in(request)
    teaching = Membership.objects.active().filter(user=user, role__in=[Role.MENTOR, Role.ORGANIZER])
    found = list(teaching.select_related("cohort").order_by("-cohort__starts_on", "pk"))
    if not found:
        raise Http404
    return user, found


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits for this person: marks, second marks, disputes, marks that differ."""
    user, teaching = marker_or_404(request)
    waiting = work.queue(user)
    context = {
        "entries": waiting.entries,
        "left": waiting.left,
        "beside": work.beside(user),
        "organizing": [one.cohort for one in teaching if one.role == Role.ORGANIZER],
        "now": timezone.now(),
    }
    return render(request, "mastery/desk.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def mark(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Show one answer beside its rubric; a mark leads to the next one."""
    user = signed_in(request)
    attempt, sheet = _sheet_or_404(user, pk, item)
    if sheet.is_marked:
        messages.info(request, _("This answer has its mark."))
        return redirect("mastery:desk")
    form = MarkForm(request.POST or None, sheet=sheet, draft=mark_drafts.of(attempt, item, user))
    if request.method == "POST" and form.is_valid():
        marking.mark(attempt, item, form.judgement(), by=user)
        keep_comment(form, attempt, user)
        messages.success(request, _("Marked. Thank you."))
        return to_next(user)
    return show(request, sheet, form, {"draft_address": reverse("mastery:mark_draft", args=[pk, item])})


def show(request: HttpRequest, sheet: Sheet, form: MarkForm, more: dict[str, object]) -> HttpResponse:
    """Show the page on which a mark is given, the first or a second one."""
    waiting = work.queue(signed_in(request))
    context = {
        "sheet": sheet,
        "form": form,
        "entries": waiting.entries,
        "left": waiting.left,
        "conflict_form": ConflictForm(),
        "address": request.path,
        "now": timezone.now(),
    }
    return render(request, "mastery/mark.html", context | more, status=422 if form.errors else 200)


def to_next(user: User) -> HttpResponse:
    following = work.queue(user).entries
    return redirect(following[0].address if following else "mastery:desk")


def keep_comment(form: MarkForm, attempt: Attempt, user: User) -> None:
    """Keep the comment of a mark for later, where the marker asked for it and it is short enough."""
    wanted, text = form.cleaned_data["keep"], form.cleaned_data["comment"]
    if wanted and 0 < len(text.strip()) <= LONGEST_PHRASE:
        phrases.keep(text, by=user, cohort=attempt.membership.cohort if wanted == "cohort" else None)


@require_POST
@login_required
def mark_draft(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Keep a mark that is not complete; `insert` names a reusable comment to put under what was written."""
    user = signed_in(request)
    _attempt, sheet = _sheet_or_404(user, pk, item)
    if sheet.is_marked:
        messages.info(request, _("This answer has its mark."))
        return redirect("mastery:desk")
    return keep_draft(request, sheet, reverse("mastery:mark", args=[pk, item]))


def keep_draft(request: HttpRequest, sheet: Sheet, back: str) -> HttpResponse:
    """Keep the draft of a first or a second mark and say so."""
    user, wanted = signed_in(request), request.POST.get("insert", "")
    added = next((one for one in sheet.comments if str(one.pk) == wanted), None)
    draft = MarkForm(request.POST, sheet=sheet).save_draft(by=user, added=added)
    if request.headers.get("X-Autosave"):
        return HttpResponse(timezone.localtime(draft.saved_at).strftime("%H:%M"), content_type="text/plain")
    if added is None:
        messages.success(request, _("Draft saved. Only you see it."))
    return redirect(f"{back}#id_comment" if added else back)


@require_http_methods(["GET", "POST"])
@login_required
def correct(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Replace an own mark by another one, with a reason."""
    user = signed_in(request)
    event = lookups.own_mark_or_404(user, pk, item)
    sheet = work.sheet(event.attempt, item, user)
    if sheet is None:
        raise Http404
    form = CorrectionForm(request.POST or None, sheet=sheet, detail=event.detail)
    if request.method == "POST" and form.is_valid():
        marking.correct(event, form.judgement(), by=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Corrected. The mark before it stays on record."))
        return redirect("mastery:given")
    context = {"sheet": sheet, "form": form, "event": event}
    return render(request, "mastery/correct_mark.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def conflict(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Let somebody say that they should not mark this person's work."""
    user = signed_in(request)
    attempt, _sheet = _sheet_or_404(user, pk, item)
    form = ConflictForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why: it is kept with the record."))
        return redirect("mastery:mark", pk, item)
    conflicts.declare(user, attempt.membership, reason=form.cleaned_data["reason"], by=user)
    messages.success(request, _("Noted. This person's work goes to somebody else from now on."))
    return redirect("mastery:desk")


@require_GET
@login_required
def given(request: HttpRequest) -> HttpResponse:
    """List the marks this person gave."""
    user, _teaching = marker_or_404(request)
    return render(request, "mastery/given.html", {"events": work.given(user)})


def _sheet_or_404(user: User, pk: int, item: str) -> tuple[Attempt, Sheet]:
    attempt = lookups.markable_attempt_or_404(user, pk)
    sheet = work.sheet(attempt, item, user)
    if sheet is None:
        raise Http404
    return attempt, sheet
