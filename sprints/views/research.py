"""A person's research: claims and excursions, the log and the verdict."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sprints import access, excursions
from sprints.forms import CheckInForm, EntryForm, ExcursionForm, ExtendForm, SplitForm, VerdictForm, agreed
from sprints.models import Claim, Excursion
from whitebox import digits
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.web.visitor import signed_in

MOST_SHOWN = 100  # excursions of other people


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Show a person's claims and excursions, and those of the people they look after."""
    user, now = signed_in(request), timezone.now()
    memberships = access.memberships_or_404(user)
    visible = access.visible_excursions(user)
    held = access.held_by(user, "claim__")
    own = visible.filter(held)
    others = visible.exclude(held)[:MOST_SHOWN]
    context = {
        "claims": Claim.objects.filter(access.held_by(user)).select_related("problem", "team"),
        "own": [(one, excursions.budget_in_words(one, now)) for one in own],
        "others": [(one, excursions.budget_in_words(one, now)) for one in others],
        "may_research": access.may_research(memberships, now),
        "may_open_boards": any(one.role in access.BOARD_READERS for one in memberships),
    }
    return render(request, "sprints/research.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def open_excursion(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    claim = access.own_claim_or_404(user, pk)
    form = ExcursionForm(request.POST or None, initial={"kind": "hypothesis", "answer": "write-up", "level": "private"})
    if form.is_valid():
        try:
            opened = excursions.open_excursion(claim, form.asked(), by=user)
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The excursion is open. Write the first entry of its log."))
            return redirect("sprints:excursion", opened.pk)
    return render(
        request, "sprints/excursion_new.html", {"form": form, "claim": claim}, status=400 if form.is_bound else 200
    )


@require_GET
@login_required
def excursion(request: HttpRequest, pk: int) -> HttpResponse:
    return excursion_page(request, access.excursion_or_404(signed_in(request), pk))


@require_POST
@login_required
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Save an entry, or show how it will look; a preview saves nothing and keeps what was typed."""
    user = signed_in(request)
    written_in = access.own_excursion_or_404(user, pk)
    form = EntryForm(request.POST, request.FILES, auto_id="entry-%s")
    corrected = digits.key(request.POST.get("corrects", ""))
    corrects = access.entry_or_404(user, written_in, corrected) if corrected else None
    if form.is_valid() and "preview" in request.POST:
        preview = excursions.rendered(form.cleaned_data["source"])
        return excursion_page(request, written_in, entry_form=form, preview=preview, corrects=corrects)
    if form.is_valid() and agreed(
        form,
        lambda: excursions.write(
            written_in,
            form.cleaned_data["source"],
            on=form.cleaned_data["on"],
            by=user,
            corrects=corrects,
            level=form.cleaned_data["level"],
            figures=form.figures(),
            links=form.links(),
        ),
    ):
        messages.success(request, _("The entry is in the log."))
        return redirect("sprints:excursion", written_in.pk)
    return excursion_page(request, written_in, entry_form=form, corrects=corrects)


@require_POST
@login_required
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    judged = access.own_excursion_or_404(user, pk)
    form = VerdictForm(request.POST, auto_id="verdict-%s")
    if form.is_valid() and agreed(
        form,
        lambda: excursions.judge(judged, form.cleaned_data["verdict"], form.cleaned_data["conclusion"], by=user),
    ):
        messages.success(request, _("The excursion has its verdict."))
        return redirect("sprints:excursion", judged.pk)
    return excursion_page(request, judged, verdict_form=form)


def excursion_page(  # one argument a form of the page
    request: HttpRequest,
    shown: Excursion,
    *,
    entry_form: EntryForm | None = None,
    verdict_form: VerdictForm | None = None,
    other_form: Form | None = None,
    preview: str = "",
    corrects: object | None = None,
) -> HttpResponse:
    """Answer with an excursion. `other_form` is one of those below the log that was refused."""
    user, now = signed_in(request), timezone.now()
    is_own = access.holds(user, shown.claim)
    today = now.astimezone(ZoneInfo(shown.claim.zone)).date()
    is_refused = any(form is not None and bool(form.errors) for form in (entry_form, verdict_form, other_form))
    forms = {type(form): form for form in (other_form,) if form is not None}
    context = {
        "excursion": shown,
        "entries": excursions.log_of(shown, user),
        "budget": excursions.budget_in_words(shown, now),
        "is_over": excursions.over_budget(shown, now) > 0,
        "is_own": is_own,
        "may_check_in": shown.is_open and not is_own and access.guided(user).filter(pk=shown.pk).exists(),
        "check_ins": shown.check_ins.select_related("by"),
        "budget_changes": shown.budget_changes.all(),
        "parts": shown.parts.order_by("pk"),
        "extend_form": forms.get(ExtendForm) or ExtendForm(auto_id="extend-%s"),
        "split_form": forms.get(SplitForm) or SplitForm(auto_id="split-%s", initial={"budget_days": 3}),
        "check_in_form": forms.get(CheckInForm) or CheckInForm(auto_id="check-in-%s", initial={"pace": "fine"}),
        "entry_form": entry_form or EntryForm(auto_id="entry-%s", initial={"on": today}),
        "verdict_form": verdict_form or VerdictForm(auto_id="verdict-%s"),
        "preview": preview,
        "corrects": corrects or _asked_correction(request, user, shown),
    }
    return render(request, "sprints/excursion.html", context, status=400 if is_refused else 200)


def _asked_correction(request: HttpRequest, user: User, shown: Excursion) -> object | None:
    asked = digits.key(request.GET.get("corrects", ""))
    return access.entry_or_404(user, shown, asked) if asked else None
