"""Pages behind private links, for people without an account: endorsers and trusted readers.

The address is the key. These pages are kept in no cache, and what they show is one wording and nothing else.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sprints import pictures
from sprints.choices import InfohazardLevel
from sprints.forms import agreed
from sprints.publishing import endorsing, levels, private_links, subjects
from sprints.publishing.agreements import Endorsement, Vote
from sprints.publishing.forms import EndorseForm, VoteForm
from sprints.publishing.models import Figure, Revision


@require_http_methods(["GET", "POST"])
@never_cache
def endorse(request: HttpRequest, token: str) -> HttpResponse:
    """Show a wording to whom it was sent, and take their answer."""
    found = private_links.endorsement_or_404(token)
    form = EndorseForm(initial={"name": found.name, "affiliation": found.affiliation})
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act in ACTS:
            ACTS[act](found)
            messages.success(request, _("Your answer is kept. Thank you."))
            return redirect("publishing:endorse", token)
        form = EndorseForm(request.POST)
        if form.is_valid() and agreed(form, lambda: endorsing.endorse(found, **form.cleaned_data)):
            messages.success(request, _("Thank you. Your endorsement is kept; you can withdraw it on this page."))
            return redirect("publishing:endorse", token)
    context = {
        "endorsement": found,
        "revision": found.revision if endorsing.may_be_read(found) else None,
        "is_open": endorsing.is_open(found),
        "form": form,
    }
    return render(request, "publishing/endorse.html", context, status=400 if form.is_bound else 200)


ACTS: dict[str, Callable[[Endorsement], None]] = {"decline": endorsing.decline, "withdraw": endorsing.withdraw}


@require_GET
@never_cache
def endorse_figure(request: HttpRequest, token: str, name: str) -> FileResponse:
    found = private_links.endorsement_or_404(token)
    if not endorsing.may_be_read(found):
        raise Http404
    return _figure(found.revision, name)


@require_http_methods(["GET", "POST"])
@never_cache
def read(request: HttpRequest, token: str) -> HttpResponse:
    """Show a trusted reader what the vote is about, and take the vote."""
    found = private_links.vote_or_404(token)
    form = VoteForm(request.POST or None)
    if (
        form.is_bound
        and form.is_valid()
        and agreed(form, lambda: levels.vote(found, is_yes=form.is_yes, reason=form.cleaned_data["reason"]))
    ):
        messages.success(request, _("Thank you. Your vote is kept with its reason."))
        return redirect("publishing:read", token)
    subject = found.change.subject
    is_open = _is_open(found)
    context = {
        "vote": found,
        "form": form,
        "is_open": is_open,
        "shown": subjects.shown(subject) if is_open else None,
        "revision": found.change.revision if is_open else None,
        "excursion": found.change.excursion if is_open else None,
        "entries": _entries(found) if is_open else [],
    }
    return render(request, "publishing/read.html", context, status=400 if form.is_bound else 200)


def _is_open(found: Vote) -> bool:
    """Tell whether a reader still votes; afterwards the link shows nothing of what it was about."""
    is_secret = found.change.subject.level == InfohazardLevel.SECRET
    return found.change.is_open and found.given_up_at is None and found.is_yes is None and not is_secret


def _entries(found: Vote) -> list[object]:
    """Return the entries of a log that the vote is about: what is secret in it stays out."""
    if found.change.entry is not None:
        return [found.change.entry]
    if found.change.excursion is not None:
        return list(found.change.excursion.entries.exclude(level=InfohazardLevel.SECRET).prefetch_related("links"))
    return []


@require_GET
@never_cache
def read_figure(request: HttpRequest, token: str, name: str) -> FileResponse:
    found = private_links.vote_or_404(token)
    if not _is_open(found) or found.change.revision is None:
        raise Http404
    return _figure(found.change.revision, name)


def _figure(revision: Revision, name: str) -> FileResponse:
    """Answer with a figure that this wording shows; the others are not what was sent."""
    if name not in revision.pictures:
        raise Http404
    return pictures.shown(get_object_or_404(Figure, writeup=revision.writeup_id, name=name))
