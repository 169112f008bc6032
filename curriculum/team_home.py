"""The curriculum's lines on the home page of those who teach: sessions, questions, attendance, absences."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curriculum import absences, questions
from curriculum.models import ModuleVersion, Session
from curriculum.register import Attendance
from curriculum.session_card import session_card
from curriculum.study import READERS
from whitebox.people import access
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.web.cards import Card, Section, Viewer

TEACHES = frozenset({Role.MENTOR, Role.ORGANIZER})
STILL_KNOWN = timedelta(days=10)  # after that nobody remembers who was there


def cards(viewer: Viewer) -> list[Card]:
    """Show mentors, organizers and advisers the next session of each of their cohorts: two queries.

    Whoever teaches also sees which questions and which attendance wait, and who misses session after session: three
    queries more, and one for the absences where there are any.
    """
    cohorts = {one.cohort_id: one.cohort for one in viewer.memberships if Role(one.role) in READERS}
    taught = {one.cohort_id for one in viewer.memberships if one.role in TEACHES}
    found: dict[int, Session] = {}
    for session in Session.objects.ahead(viewer.now).filter(cohort__in=cohorts).select_related("module", "cohort"):
        found.setdefault(session.cohort_id, session)
    titles = _titles(found).values_list("version__adoptions__cohort", "module", "title")
    by_key = {(cohort, module): title for cohort, module, title in titles}
    return [
        *_waiting_questions(viewer, list(cohorts.values())),
        *(
            session_card(
                session,
                by_key.get((session.cohort_id, session.module_id), ""),
                reverse("curriculum:module", args=[session.cohort.slug, session.module.slug]),
                attendance=_attendance(session) if session.cohort_id in taught else "",
            )
            for session in found.values()
        ),
        *(_unmarked(viewer, taught) if taught else ()),
        *(_absent(viewer) if taught else ()),
    ]


def _attendance(session: Session) -> str:
    return reverse("curriculum:attendance", args=[session.cohort.slug, session.module.slug])


def _unmarked(viewer: Viewer, cohorts: Iterable[int]) -> list[Card]:
    """Name the sessions of the last days that somebody was at or not, and nobody has said: one query."""
    studying = Membership.objects.active().filter(cohort=OuterRef("cohort"), role=Role.PARTICIPANT)
    marked = Attendance.objects.filter(session=OuterRef("session_key"), membership=OuterRef("pk")).exclude(state="")
    forgotten = studying.annotate(session_key=OuterRef("pk")).filter(~Exists(marked))
    lately = Session.objects.filter(
        cohort__in=cohorts, is_cancelled=False, ends_at__lte=viewer.now, ends_at__gt=viewer.now - STILL_KNOWN
    )
    return [
        Card(
            Section.NEXT,
            title=_("Attendance of session %(number)d is not complete") % {"number": session.week},
            detail=session.cohort.title,
            due_at=session.ends_at,
            zone=session.zone,
            action=_("Take attendance"),
            address=_attendance(session),
        )
        for session in lately.filter(Exists(forgotten)).select_related("cohort", "module").order_by("starts_at", "pk")
    ]


def _absent(viewer: Viewer) -> list[Card]:
    """The early warning: the own people who missed two sessions or more in a row."""
    return [
        Card(
            Section.HELP,
            title=_("%(name)s missed sessions %(weeks)s in a row")
            % {"name": one.membership.user.called, "weeks": ", ".join(map(str, one.weeks))},
            detail=one.membership.mentor.user.called if one.membership.mentor else _("no mentor yet"),
            action=_("Look"),
            address=reverse("curriculum:pace_person", args=[one.membership.cohort.slug, one.membership.pk]),
            order=5,
        )
        for one in absences.in_a_row(access.taught_by(viewer.user))
    ]


def _waiting_questions(viewer: Viewer, cohorts: list[Cohort]) -> list[Card]:
    """Say in which cohorts questions of the own people wait: one query."""
    if not any(one.role in TEACHES for one in viewer.memberships):
        return []
    waiting = questions.answerable_by(viewer.user).filter(answered_at=None, membership__cohort__in=cohorts)
    counted = dict(waiting.order_by().values_list("membership__cohort").annotate(Count("pk")))
    return [
        Card(
            Section.NEXT,
            title=ngettext("%(count)d question waits for you", "%(count)d questions wait for you", counted[one.pk])
            % {"count": counted[one.pk]},
            detail=one.title,
            action=_("Answer"),
            address=reverse("curriculum:questions", args=[one.slug]),
            order=5,
        )
        for one in cohorts
        if one.pk in counted
    ]


def _titles(sessions: dict[int, Session]) -> QuerySet[ModuleVersion]:
    return ModuleVersion.objects.filter(
        version__adoptions__cohort__in=sessions, module__in=[session.module_id for session in sessions.values()]
    )
