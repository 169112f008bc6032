"""The readiness sheet, for whoever teaches or advises in the cohort."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from curriculum import questions
from curriculum.models import Session
from mastery import session_sheet
from mastery.session_sheet import Line
from whitebox.people import departures
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web import navigation
from whitebox.web.visitor import signed_in

SEES_ALL = frozenset({Role.ORGANIZER, Role.ADVISER})
TEACHES = frozenset({Role.MENTOR, Role.ORGANIZER})
READS = SEES_ALL | TEACHES


@require_GET
@never_cache
@login_required
def readiness(request: HttpRequest, cohort_slug: str, module_slug: str) -> HttpResponse:
    """Show who is ready for a session: by name those whom the reader leads or mentors, the rest as numbers."""
    held = _reading_or_404(request, cohort_slug)
    sessions = Session.objects.filter(cohort=held[0].cohort_id, module__slug=module_slug)
    session = get_object_or_404(sessions.select_related("cohort__adoption__version", "module", "leader__user"))
    sheet = session_sheet.sheet(session)
    named = [line for line in sheet.lines if _may_name(held, session, line)]
    asked = questions.about_week(session.cohort, session.module_id)
    seen = {line.membership.pk for line in named}
    context = {
        "session": session,
        "cohort": session.cohort,
        "sheet": sheet,
        "named": named,
        "hidden": len(sheet.lines) - len(named),
        "asked": [one for one in asked if one.membership_id in seen],
        "asked_hidden": sum(one.membership_id not in seen for one in asked),
        "teaches_here": any(one.role in TEACHES for one in held),
        "teaches": {line.membership.pk for line in named if _teaches(held, line)},
        "departures": departures.of_cohorts([session.cohort_id]) if _sees_all(held, session) else [],
    }
    return render(request, "mastery/readiness.html", context)


def _reading_or_404(request: HttpRequest, cohort_slug: str) -> list[Membership]:
    """Return the memberships by which somebody reads about the people of a cohort: one query, for the links too."""
    found = list(Membership.objects.active().filter(user=signed_in(request)).select_related("cohort"))
    navigation.remember(request, found)
    held = [one for one in found if one.cohort.slug == cohort_slug and one.role in READS]
    if not held:
        raise Http404
    return held


def _sees_all(held: list[Membership], session: Session) -> bool:
    return any(one.role in SEES_ALL or one.pk == session.leader_id for one in held)


def _may_name(held: list[Membership], session: Session, line: Line) -> bool:
    return _sees_all(held, session) or any(one.pk == line.membership.mentor_id for one in held)


def _teaches(held: list[Membership], line: Line) -> bool:
    """Tell whether the reader may give this person more time."""
    return any(one.role == Role.ORGANIZER or one.pk == line.membership.mentor_id for one in held)
