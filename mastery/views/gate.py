"""The gate of a week for one person, explained to those who teach them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from curriculum.models import ModuleVersion
from mastery import explained
from mastery.explained import ExceptionForm
from mastery.gating import Record
from mastery.marking import may_mark
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.web.visitor import signed_in


@require_http_methods(["GET", "POST"])
@login_required
def gate(request: HttpRequest, pk: int, module_slug: str) -> HttpResponse:
    """Show rule, evidence and exceptions; who teaches the person can make another exception."""
    user = signed_in(request)
    membership = access.membership_or_404(user, pk)
    if membership.user_id == user.pk:
        raise Http404  # The own gate is explained on the page of the check, with what to do next.
    record = Record.of(membership)
    found = explained.gate(record, _module_or_404(record, module_slug))
    may_make = may_mark(user, membership)
    form = ExceptionForm(request.POST or None, found=found)
    if request.method == "POST" and not may_make:
        raise Http404
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            explained.make_exception(membership, found, chosen["kind"], by=user, reason=chosen["reason"])
        except RuleViolation as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The exception is made and kept with the record."))
            return redirect("mastery:gate", membership.pk, module_slug)
    context = {"person": membership, "cohort": membership.cohort, "gate": found, "form": form, "may_make": may_make}
    context["others"] = _others(record)
    return render(request, "mastery/gate.html", context, status=422 if form.errors else 200)


def _module_or_404(record: Record, slug: str) -> ModuleVersion:
    for module in _others(record):
        if slug in {module.module.slug, module.written_slug}:
            return module
    raise Http404


def _others(record: Record) -> list[ModuleVersion]:
    """Return the modules of the record that have checks, in the order of weeks."""
    checked = {check.for_check.module_id for check in record.checks}
    return list(dict.fromkeys(o.module_version for o in record.objectives if o.module_version.module_id in checked))
