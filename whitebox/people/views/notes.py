"""Notes on contacts: written, undone, and for participants those that were shared with them."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from whitebox.people import access, contact, warnings
from whitebox.people.choices import MembershipState
from whitebox.people.models import ContactNote, Membership
from whitebox.people.note_forms import NoteForm
from whitebox.people.views.reader import signed_in
from whitebox.people.views.team import page_of


@require_GET
@never_cache
@login_required
def told(request: HttpRequest) -> HttpResponse:
    """Show what mentors and organizers have shared with the reader."""
    return render(request, "people/notes.html", {"notes": contact.told(signed_in(request))})


@require_http_methods(["GET", "POST"])
@login_required
def write(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Write a note; a form with errors comes back with all that was typed."""
    member = access.person_or_404(request.user, cohort_slug, pk)
    if request.method == "GET":
        return redirect(_page(member))
    form = NoteForm(request.POST, last=contact.last_contact(member))
    if not form.is_valid():
        context = page_of(request, member, list(contact.history(member)), form)
        return render(request, "people/person.html", context, status=422)
    form.write(member, by=signed_in(request))
    messages.success(request, _("Noted."))
    return redirect(f"{_page(member)}#notes")


@require_POST
@login_required
def contacted(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Note with one click that the reader was in touch about the present warnings."""
    member = access.person_or_404(request.user, cohort_slug, pk)
    contact.touch(member, _about(member), by=signed_in(request), key=_key(request))
    messages.success(request, _("Noted: you were in touch with %(name)s.") % {"name": member.user.called})
    return redirect(_back(request, member))


@require_POST
@login_required
def undo(request: HttpRequest, cohort_slug: str, pk: int, note_pk: int) -> HttpResponse:
    """Take back a fresh note of the reader's own."""
    member = access.person_or_404(request.user, cohort_slug, pk)
    found = get_object_or_404(ContactNote.objects.filter(about=member), pk=note_pk)
    contact.take_back(found, by=signed_in(request))
    messages.success(request, _("The note about %(name)s is taken back.") % {"name": member.user.called})
    return redirect(_back(request, member))


def _about(member: Membership) -> str:
    """Say what the contact was about: the warnings that stand now."""
    if member.state != MembershipState.ACTIVE:
        return _("In touch.")
    flags = warnings.collect(member.cohort, [member], timezone.now())[member.pk]
    labels = "; ".join(dict.fromkeys(str(flag.label) for flag in flags))
    return _("In touch about: %(labels)s.") % {"labels": labels} if labels else _("In touch.")


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _page(member: Membership) -> str:
    return reverse("people:person", args=[member.cohort.slug, member.pk])


def _back(request: HttpRequest, member: Membership) -> str:
    """Return to the page of the button, its filters included; to the person's where it names none of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if is_ours else _page(member)
