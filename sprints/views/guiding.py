"""Around a log: more days or smaller questions, the mentor's check-in, and the figures of entries."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from sprints import access, budgets, check_ins, pictures
from sprints.forms import CheckInForm, ExtendForm, SplitForm, agreed
from sprints.views.research import excursion_page
from whitebox.web.visitor import signed_in


@require_POST
@login_required
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an excursion more days, with a reason."""
    user = signed_in(request)
    extended = access.own_excursion_or_404(user, pk)
    form = ExtendForm(request.POST, auto_id="extend-%s")
    if form.is_valid() and agreed(form, lambda: budgets.extend(extended, **form.cleaned_data, by=user)):
        messages.success(request, _("The budget is extended. Your mentor reads the reason."))
        return redirect("sprints:excursion", extended.pk)
    return excursion_page(request, extended, other_form=form)


@require_POST
@login_required
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an excursion and open one for each smaller question."""
    user = signed_in(request)
    whole = access.own_excursion_or_404(user, pk)
    form = SplitForm(request.POST, auto_id="split-%s")
    if form.is_valid() and agreed(
        form,
        lambda: budgets.split(
            whole,
            form.cleaned_data["questions"].splitlines(),
            form.cleaned_data["reason"],
            budget_days=form.cleaned_data["budget_days"],
            by=user,
        ),
    ):
        count = whole.parts.count()
        messages.success(
            request,
            ngettext("%(count)d smaller excursion is open.", "%(count)d smaller excursions are open.", count)
            % {"count": count},
        )
        return redirect("sprints:excursion", whole.pk)
    return excursion_page(request, whole, other_form=form)


@require_POST
@login_required
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    guided = access.guided_or_404(user, pk)
    form = CheckInForm(request.POST, auto_id="check-in-%s")
    if form.is_valid() and agreed(form, lambda: check_ins.record(guided, **form.cleaned_data, by=user)):
        messages.success(request, _("The check-in is saved. The next one is due in a week."))
        return redirect("sprints:excursion", guided.pk)
    return excursion_page(request, guided, other_form=form)


@require_GET
@login_required
def figure(request: HttpRequest, pk: int) -> FileResponse:
    """Answer with a figure of an entry that the reader may read."""
    return pictures.shown(access.figure_or_404(signed_in(request), pk))
