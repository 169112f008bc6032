"""What others say to a text, and what becomes of it: remarks, reviews, endorsements, publication."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sprints import access as research
from sprints.forms import agreed
from sprints.publishing import access, endorsing, releasing, reviewing
from sprints.publishing.agreements import Endorsement
from sprints.publishing.forms import AskForm, CorrectForm, RemarkForm, RetractForm, ReviewForm
from sprints.publishing.models import Remark, Writeup
from sprints.publishing.views.writeups import writeup_page
from whitebox import digits
from whitebox.web.visitor import signed_in


def _done(request: HttpRequest, writeup: Writeup, form: Form, verb: Callable[[], object], said: str) -> HttpResponse:
    """Call a verb with a form's words; where either refuses, show the page with what was typed."""
    if form.is_valid() and agreed(form, verb):
        messages.success(request, said)
        return redirect("publishing:writeup", writeup.pk)
    return writeup_page(request, writeup, refused=form)


def _number(request: HttpRequest) -> int:
    return digits.key(request.POST.get("number", ""))


@require_POST
@login_required
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    writeup = access.writeup_or_404(user, pk)
    form = RemarkForm(request.POST, auto_id="remark-%s")
    form.offer(writeup.latest.paragraphs if writeup.latest else [])
    return _done(
        request,
        writeup,
        form,
        lambda: reviewing.remark(writeup, _number(request), **form.cleaned_data, by=user),
        _("Your remark is there."),
    )


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(Remark.objects.filter(revision__writeup__in=access.visible(user)), pk=pk)
    reviewing.settle(found, by=user)
    return redirect("publishing:writeup", found.revision.writeup_id)


@require_POST
@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    writeup = access.writeup_or_404(user, pk)
    form = ReviewForm(request.POST, auto_id="review-%s")
    return _done(
        request,
        writeup,
        form,
        lambda: reviewing.review(writeup, _number(request), **form.cleaned_data, by=user),
        _("Your review is there."),
    )


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody outside for an endorsement."""
    user = signed_in(request)
    writeup = access.writeup_or_404(user, pk)
    form = AskForm(request.POST, auto_id="ask-%s")
    return _done(
        request,
        writeup,
        form,
        lambda: endorsing.ask(writeup, **form.cleaned_data, by=user),
        _("The private link leaves within a minute."),
    )


@require_POST
@login_required
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    found = get_object_or_404(
        Endorsement.objects.filter(revision__writeup__in=access.visible(user)).select_related("revision__writeup"),
        pk=pk,
    )
    endorsing.call_off(found, by=user)
    return redirect("publishing:writeup", found.revision.writeup_id)


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a write-up, or say what is missing."""
    user = signed_in(request)
    published = releasing.publish(access.writeup_or_404(user, pk), by=user)
    messages.success(request, _("It is published."))
    return redirect("publishing:post", published.slug)


@require_POST
@login_required
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a correction; an organizer may show the latest wording with it."""
    user = signed_in(request)
    writeup = access.writeup_or_404(user, pk)
    form = CorrectForm(request.POST, auto_id="correct-%s")
    number = _number(request) if research.organizes(user, writeup.cohort) and "number" in request.POST else None
    return _done(
        request,
        writeup,
        form,
        lambda: releasing.correct(writeup, form.cleaned_data["note"], number=number, by=user),
        _("The correction stands on the page."),
    )


@require_POST
@login_required
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    writeup = access.writeup_or_404(user, pk)
    form = RetractForm(request.POST, auto_id="retract-%s")
    return _done(
        request,
        writeup,
        form,
        lambda: releasing.retract(writeup, form.cleaned_data["reason"], by=user),
        _("It is retracted."),
    )
