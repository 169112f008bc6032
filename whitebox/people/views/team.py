"""The pages about the people one teaches: the list, the early warnings, one person, the mentors' load."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from whitebox.people import access, access_log, board_filters, contact, load, person_parts, team
from whitebox.people.access import cohort_or_404, staff_cohort_or_404
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import ContactNote, Membership
from whitebox.people.note_forms import NoteForm
from whitebox.people.person_panels import TEACHES
from whitebox.people.team import Person
from whitebox.people.views.reader import signed_in

A_PAGE = 100  # people of a list


@require_GET
@login_required
def current(request: HttpRequest) -> HttpResponse:
    """Lead to the cohort at work of those in which the reader teaches."""
    return redirect("people:team", access.at_work_or_404(request.user, *TEACHES).slug)


@require_GET
@never_cache
@login_required
def people(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """List the own people, and for organizers everybody, with how it stands."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER)
    user = signed_in(request)
    page = Paginator(team.taught(user, cohort), A_PAGE).get_page(request.GET.get("page"))
    shown = team.whole(cohort, list(page.object_list), timezone.now(), reader=user)
    columns = list(dict.fromkeys(label for one in shown for label in one.facts))
    rows = [(one, [(label, one.facts.get(label, "")) for label in columns]) for one in shown]
    return render(request, "people/team.html", {"cohort": cohort, "rows": rows, "columns": columns, "page": page})


@require_GET
@never_cache
@login_required
def board(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show who may need help, why, and who was last in touch: the most urgent first."""
    cohort = cohort_or_404(request.user, cohort_slug, Role.MENTOR, Role.ORGANIZER)
    user, now = signed_in(request), timezone.now()
    everybody = team.warned(cohort, team.taught(user, cohort), now, reader=user)
    flagged = team.by_urgency([one for one in everybody if one.flags], now)
    filters = board_filters.of(flagged, request.GET)
    shown = filters.chosen(flagged)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "filters": filters,
        "page": page,
        "rows": [(one, _is_undoable(one, user.pk, now)) for one in page.object_list],
        "shown": len(shown),
        "flagged": len(flagged),
        "calm": [one for one in everybody if not one.flags],
    }
    return render(request, "people/board.html", context)


def _is_undoable(person: Person, user: int, now: datetime) -> bool:
    return person.note is not None and contact.may_take_back(person.note, user, now)


@require_GET
@never_cache
@login_required
def person(request: HttpRequest, cohort_slug: str, pk: int) -> HttpResponse:
    """Show how it stands with one participant, and what waits for those who teach them."""
    member = access.person_or_404(request.user, cohort_slug, pk)
    access_log.opened(member, "people:person", by=signed_in(request))
    notes = list(contact.history(member))
    own = [one for one in notes if one.about_id == member.pk]
    return render(request, "people/person.html", page_of(request, member, notes, NoteForm(last=next(iter(own), None))))


def page_of(request: HttpRequest, member: Membership, notes: Sequence[ContactNote], form: NoteForm) -> dict[str, Any]:
    """Return what the page of a person shows."""
    now, user = timezone.now(), signed_in(request)
    is_here = member.state == MembershipState.ACTIVE
    shown = team.whole(member.cohort, [member], now, reader=user)[0] if is_here else None
    return {
        "cohort": member.cohort,
        "member": member,
        "shown": shown,
        "undoable": shown is not None and _is_undoable(shown, user.pk, now),
        "panels": person_parts.panels(member, user, now),
        "notes": [(one, contact.may_take_back(one, user.pk, now)) for one in notes],
        "form": form,
        "now": now,
    }


@require_GET
@never_cache
@login_required
def mentors(request: HttpRequest, cohort_slug: str) -> HttpResponse:
    """Show organizers what each mentor promised and carries, and for whom nobody answers."""
    cohort = staff_cohort_or_404(request.user, cohort_slug)
    now, found = timezone.now(), load.of_cohort(cohort)
    lines = [(line, line.late(now)) for line in found.lines]
    return render(
        request, "people/mentors.html", {"cohort": cohort, "lines": lines, "alone": found.uncommitted, "now": now}
    )
