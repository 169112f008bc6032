"""Disputes: the learner's reason, the marker's answer, the organizer's decision, on one page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mastery import desk as work
from mastery import disputing, ledger, lookups
from mastery.choices import EntryKind
from mastery.desk import Sheet
from mastery.desk_forms import RulingForm, TextForm
from mastery.disputing import Ruling
from mastery.judgements import Dispute
from whitebox.people.models import User
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def open_dispute(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Let a learner say why a mark is wrong."""
    user = signed_in(request)
    attempt = lookups.own_attempt_or_404(user, pk)
    mark = ledger.current(attempt.events.filter(item=item)).get(item)
    present = attempt.disputes.filter(item=item).first()
    if present is not None:
        return redirect("mastery:dispute", present.pk)
    sheet = work.sheet(attempt, item, user)
    if sheet is None or mark is None or not disputing.disputable(attempt, mark, timezone.now()):
        raise Http404
    form = TextForm(request.POST or None, label=_("What is the mark wrong about?"))
    if request.method == "POST" and form.is_valid():
        opened = disputing.open_one(attempt, item, form.cleaned_data["text"], by=user)
        messages.success(request, _("Sent. Your mark can go up or stay; it is lowered only on purpose."))
        return redirect("mastery:dispute", opened.pk)
    context = {"sheet": sheet, "mark": mark, "form": form, "open_days": disputing.OPEN_FOR.days}
    return render(request, "mastery/open_dispute.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    return _shown(request, lookups.dispute_or_404(user, pk), user)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the marker's answer."""
    user = signed_in(request)
    found = lookups.dispute_or_404(user, pk)
    if found.marker_id != user.pk:
        raise Http404
    form = TextForm(request.POST, label=_("Your answer"))
    if not form.is_valid():
        return _shown(request, found, user, answer_form=form)
    disputing.answer(found, form.cleaned_data["text"], by=user)
    messages.success(request, _("Answered. An organizer decides now."))
    return redirect("mastery:dispute", pk)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an organizer's decision."""
    user = signed_in(request)
    found = lookups.dispute_or_404(user, pk)
    if user not in disputing.deciders(found):
        raise Http404
    form = RulingForm(request.POST, sheet=_sheet(found, user))
    if not form.is_valid():
        return _shown(request, found, user, ruling_form=form)
    given = form.cleaned_data
    disputing.decide(found, Ruling(int(given["level"]), given["reason"], given["may_lower"]), by=user)
    messages.success(request, _("Decided. The learner gets one letter with your reason."))
    return redirect("mastery:dispute", pk)


def _shown(
    request: HttpRequest,
    found: Dispute,
    user: User,
    *,
    answer_form: TextForm | None = None,
    ruling_form: RulingForm | None = None,
) -> HttpResponse:
    sheet = _sheet(found, user)
    entries = list(found.entries.select_related("by"))
    said = {one.kind for one in entries}
    is_learner = found.attempt.membership.user_id == user.pk
    may_answer = found.marker_id == user.pk and not found.is_decided and EntryKind.ANSWER not in said
    may_decide = not is_learner and found.waits_for_decision and user in disputing.deciders(found)
    context = {
        "dispute": found,
        "sheet": sheet,
        "entries": entries,
        "present": ledger.current(found.attempt.events.filter(item=found.item))[found.item],
        "is_learner": is_learner,
        "is_marker": found.marker_id == user.pk,
        "answer_form": (answer_form or TextForm(label=_("Your answer"))) if may_answer else None,
        "ruling_form": (ruling_form or RulingForm(sheet=sheet)) if may_decide else None,
        "now": timezone.now(),
    }
    bad = answer_form or ruling_form
    return render(request, "mastery/dispute.html", context, status=422 if bad else 200)


def _sheet(found: Dispute, user: User) -> Sheet:
    sheet = work.sheet(found.attempt, found.item, user)
    if sheet is None:
        raise Http404
    return sheet
