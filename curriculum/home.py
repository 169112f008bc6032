"""The curriculum's lines on the home page: pre-work, the next session, the mentor, the week map."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from curriculum import check_in, pace, team_home, weeks
from curriculum.choices import ItemKind
from curriculum.models import ModuleVersion, Session
from curriculum.session_card import session_card
from curriculum.study import Study
from curriculum.weeks import WeekRow
from whitebox import addresses
from whitebox.people import departures
from whitebox.web.cards import Card, Section, Viewer


@dataclass(frozen=True, slots=True)
class WeekMap:
    """What the home page shows of all weeks, and how far the person is with the own plan."""

    weeks: tuple[WeekRow, ...]
    pace: str  # a sentence; empty before the cohort starts
    is_agreed: bool
    address: str  # of the plan


def cards(viewer: Viewer) -> list[Card]:
    """Return the cards of a person; queries are constant in the number of weeks and cohorts."""
    if viewer.participation is None:
        return [*team_home.cards(viewer), *_departed(viewer)]
    study = Study.of_page(viewer.participation)
    moved = _departed(viewer) if viewer.participation.began_as_id else []
    return [*_next(study, viewer), *_mentor(study), *moved, _week_map(study, viewer)]


def _departed(viewer: Viewer) -> list[Card]:
    """Say to somebody who left a cohort where they went, and that nothing is lost: one query."""
    return [
        Card(
            Section.HELP,
            title=_("%(cohort)s: %(words)s") % {"cohort": one.membership.cohort, "words": one.words},
            detail=_("What you did there is kept, and counts here.")
            if one.membership.deferred_to
            else _("What you did there is kept. An organizer can bring you back."),
            order=90,
        )
        for one in departures.of_person(viewer.user.pk)
    ]


def _next(study: Study, viewer: Viewer) -> list[Card]:
    ahead = sorted(study.sessions.values(), key=lambda session: (session.starts_at, session.pk))
    session = next((one for one in ahead if one.ends_at > viewer.now and not one.is_cancelled), None)
    module = next((one for one in study.modules if session and one.module_id == session.module_id), None)
    if session is None or module is None:
        return []
    return [*_prework(study, module), _session(study, session, module, viewer)]


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


def _session(study: Study, session: Session, module: ModuleVersion, viewer: Viewer) -> Card:
    arriving = check_in.is_open(session, viewer.now)
    here = addresses.address("curriculum:check_in", study.cohort.slug, module.module.slug) if arriving else ""
    return session_card(session, module.title, study.address(module), here=here)


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
    plan = pace.of_page(study, viewer.now) if study.cohort.started_at else None
    shown = WeekMap(
        tuple(weeks.rows(study, now=viewer.now)),
        plan.sentence if plan else "",
        is_agreed=plan is not None and plan.is_agreed,
        address=addresses.address("curriculum:pace", study.cohort.slug),
    )
    return Card(Section.WEEKS, template="curriculum/_home_weeks.html", context=shown)
