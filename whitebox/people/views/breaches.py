"""Breaches of signed policies: the organizers' list, recording one, and deciding what follows."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from whitebox.errors import RuleViolation
from whitebox.people import breaches
from whitebox.people.access import staff_cohort_or_404
from whitebox.people.breach_forms import BreachForm, TakeBackForm, VoiceForm
from whitebox.people.conduct import Breach
from whitebox.people.models import Cohort
from whitebox.people.views.reader import signed_in


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def listed(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the breaches of a cohort, what is to be decided first, and record one."""
    cohort, user = staff_cohort_or_404(request.user, cohort_slug), signed_in(request)
    form = BreachForm(request.POST or None, cohort=cohort, by=user)
    if form.is_valid():
        try:
            made = breaches.record(form.chosen(), form.report(), key=form.cleaned_data["key"], by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            said = _("It is recorded and flagged: decide below.") if made.is_flagged else _("It is recorded.")
            messages.success(request, said)
            return redirect("people:breaches", cohort.slug)
    return _page(request, cohort, form=form)


def _page(
    request: HttpRequest, cohort: Cohort, *, form: BreachForm | None = None, at: int = 0, refused: Form | None = None
) -> HttpResponse:
    """Answer with the page; `refused` is the form of the breach `at` that was not taken."""
    user = signed_in(request)
    shown = form or BreachForm(cohort=cohort, by=user)
    organizers = breaches.organizers_of(cohort)
    rows = []
    for one in breaches.of_cohort(cohort):
        is_own = one.membership.user_id == user.pk
        is_heard = user.pk in {voice.by_id for voice in one.voices.all()}
        may_speak = one.is_undecided and not is_own and not is_heard
        may_take_back = not one.outcome and one.taken_back_at is None and not is_own
        rows.append(
            {
                "breach": one,
                "needed": breaches.needed(one, organizers),
                "voice_form": _form(VoiceForm, one.pk, at, refused) if may_speak else None,
                "take_back_form": _form(TakeBackForm, one.pk, at, refused) if may_take_back else None,
            }
        )
    status = 422 if refused is not None or shown.is_bound else 200
    return render(request, "people/breaches.html", {"cohort": cohort, "rows": rows, "form": shown}, status=status)


def _form(kind: Callable[..., Form], pk: int, at: int, refused: Form | None) -> Form:
    return refused if refused is not None and at == pk and type(refused) is kind else kind(auto_id=f"b{pk}-%s")


@require_POST
@login_required
def decide(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Say whether somebody may stay."""
    cohort, found = _found(request, cohort_slug, pk)
    form = VoiceForm(request.POST, auto_id=f"b{pk}-%s")
    if form.is_valid():
        decided = breaches.decide(
            found, may_stay=form.may_stay, reason=form.cleaned_data["reason"], by=signed_in(request)
        )
        messages.success(
            request,
            _("It is decided.") if decided.outcome else _("Your voice is kept. Another organizer has to give theirs."),
        )
        return redirect("people:breaches", cohort.slug)
    return _page(request, cohort, at=pk, refused=form)


@require_POST
@login_required
def take_back(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Take back what was recorded by mistake."""
    cohort, found = _found(request, cohort_slug, pk)
    form = TakeBackForm(request.POST, auto_id=f"b{pk}-%s")
    if form.is_valid():
        breaches.take_back(found, form.cleaned_data["reason"], by=signed_in(request))
        messages.success(request, _("It is taken back and counts no more."))
        return redirect("people:breaches", cohort.slug)
    return _page(request, cohort, at=pk, refused=form)


def _found(request: HttpRequest, cohort_slug: str, pk: int) -> tuple[Cohort, Breach]:
    cohort = staff_cohort_or_404(request.user, cohort_slug)
    return cohort, get_object_or_404(Breach.objects.filter(membership__cohort=cohort), pk=pk)
