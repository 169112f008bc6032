"""The curriculum's lines on the home page: pre-work, the next session, the mentor, the week map."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum import weeks
from curriculum.choices import ItemKind
from curriculum.models import ModuleVersion, Session
from curriculum.study import READERS, Study
from whitebox.people.choices import Role
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> list[Card]:
    """Return the cards of a person; queries are constant in the number of weeks and cohorts."""
    if viewer.participation is None:
        return _of_the_team(viewer)
    study = Study.of_page(viewer.participation)
    return [*_next(study, viewer), *_mentor(study), _week_map(study, viewer)]


def _next(study: Study, viewer: Viewer) -> list[Card]:
    ahead = sorted(study.sessions.values(), key=lambda session: (session.starts_at, session.pk))
    session = next((one for one in ahead if one.ends_at > viewer.now and not one.is_cancelled), None)
    module = next((one for one in study.modules if session and one.module_id == session.module_id), None)
    if session is None or module is None:
        return []
    return [*_prework(study, module), _session(session, module.title, study.address(module))]


def _prework(study: Study, module: ModuleVersion) -> list[Card]:
    left = study.minutes_left(module)
    if not left:
        return []
    return [
        Card(
            Section.NEXT,
            title=_("Pre-work of week %(number)d: %(title)s") % {"number": module.week, "title": module.title},
            due_at=study.due_at(module, ItemKind.PREWORK),
            zone=study.cohort.zone,
            minutes=max(5, round(left / 5) * 5),
            action=_("Open"),
            address=f"{study.address(module)}#before",
            order=10,
        )
    ]


def _session(session: Session, title: str, address: str) -> Card:
    return Card(
        Section.NEXT,
        due_at=session.starts_at,
        order=20,
        template="curriculum/_home_session.html",
        context={"session": session, "title": title, "address": f"{address}#session"},
    )


def _mentor(study: Study) -> list[Card]:
    mentor = study.membership.mentor
    if mentor is None:
        return []
    return [
        Card(
            Section.HELP,
            title=_("Your mentor %(name)s") % {"name": mentor.user.called},
            detail=_("for questions about the text, an exercise or the week"),
            action=_("Write"),
            address=f"mailto:{mentor.user.email}",
            order=10,
        )
    ]


def _week_map(study: Study, viewer: Viewer) -> Card:
    rows = weeks.rows(study, now=viewer.now)
    return Card(Section.WEEKS, template="curriculum/_home_weeks.html", context={"weeks": rows})


def _of_the_team(viewer: Viewer) -> list[Card]:
    """Show mentors, organizers and advisers the next session of each of their cohorts: two queries."""
    cohorts = {one.cohort_id: one.cohort for one in viewer.memberships if Role(one.role) in READERS}
    found: dict[int, Session] = {}
    for session in Session.objects.ahead(viewer.now).filter(cohort__in=cohorts).select_related("module", "cohort"):
        found.setdefault(session.cohort_id, session)
    titles = _titles(found).values_list("version__adoptions__cohort", "module", "title")
    by_key = {(cohort, module): title for cohort, module, title in titles}
    return [
        _session(
            session,
            by_key.get((session.cohort_id, session.module_id), ""),
            reverse("curriculum:module", args=[session.cohort.slug, session.module.slug]),
        )
        for session in found.values()
    ]


def _titles(sessions: dict[int, Session]) -> QuerySet[ModuleVersion]:
    return ModuleVersion.objects.filter(
        version__adoptions__cohort__in=sessions, module__in=[session.module_id for session in sessions.values()]
    )
