"""What the curriculum knows of a participant, for those who teach them: pace, confidence, attendance."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum import attendance, confidence, idleness, pace
from curriculum.attendance_sheet import LOOKS
from curriculum.choices import AttendanceState, Moment
from curriculum.models import Session
from curriculum.pace import Plan
from curriculum.register import Attendance
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.person_parts import Fact, Panel, TeamLink

HELPS = frozenset({Role.MENTOR, Role.ORGANIZER, Role.ADVISER})
SEES_ALL = frozenset({Role.ORGANIZER, Role.ADVISER})


@dataclass(frozen=True, slots=True)
class Pace:
    """The plan of one person, and how sure they feel."""

    plan: Plan
    idle_days: int
    address: str  # of the plan
    sure: Sequence[tuple[str, float, int]]  # moment, mean level and number of topics


@dataclass(frozen=True, slots=True)
class Attended:
    session: Session
    state: str
    word: str
    look: str


@dataclass(frozen=True, slots=True)
class Presence:
    """The sessions that have begun, and whether the person was there."""

    sessions: Sequence[Attended]
    there: int
    marked: int


def facts(cohort: Cohort, people: Sequence[Membership], reader: User, now: datetime) -> Mapping[int, Sequence[Fact]]:
    """Return pace and attendance of each."""
    plans = pace.of_cohort_page(cohort, people, now)
    idle = idleness.days_since(people, idleness.latest_of_page(cohort, people), now)
    marks = _marks([one.pk for one in people])
    return {
        one.pk: [
            Fact(gettext_lazy("Pace"), plans[one.pk].sentence_to_others),
            Fact(gettext_lazy("Idle days"), str(idle[one.pk])),
            Fact(gettext_lazy("Sessions"), _attended(marks[one.pk])),
        ]
        for one in people
    }


def _marks(people: Sequence[int]) -> Mapping[int, list[str]]:
    rows = Attendance.objects.filter(membership__in=people, session__is_cancelled=False).exclude(state="")
    found: dict[int, list[str]] = defaultdict(list)
    for member, state in rows.order_by("session__starts_at").values_list("membership", "state"):
        found[member].append(state)
    return found


def _attended(states: Sequence[str]) -> str:
    there = sum(state in attendance.WAS_THERE for state in states)
    return _("%(there)d of %(all)d") % {"there": there, "all": len(states)} if states else ""


def panels(membership: Membership, reader: User, now: datetime) -> Sequence[Panel]:
    """Return the plan and the attendance of a person: queries are constant in the number of weeks."""
    alone, cohort = [membership], membership.cohort
    plan = pace.of_cohort_page(cohort, alone, now)[membership.pk]
    shown = Pace(
        plan,
        idleness.days_since(alone, idleness.latest_of_page(cohort, alone), now)[membership.pk],
        reverse("curriculum:pace_person", args=[cohort.slug, membership.pk]),
        _sure(membership),
    )
    return [
        Panel("curriculum/_person_pace.html", shown, order=40),
        Panel("curriculum/_person_attendance.html", _presence(membership, now), order=60),
    ]


def _sure(membership: Membership) -> list[tuple[str, float, int]]:
    said = confidence.ratings(membership)
    return [
        (str(moment.label), sum(levels.values()) / len(levels), len(levels))
        for moment in Moment
        if (levels := said[moment])
    ]


def _presence(membership: Membership, now: datetime) -> Presence:
    marks = dict(Attendance.objects.filter(membership=membership).values_list("session", "state"))
    begun = Session.objects.filter(cohort=membership.cohort_id, is_cancelled=False, starts_at__lte=now)
    sessions = [_line(one, marks.get(one.pk, "")) for one in begun.order_by("starts_at", "pk")]
    counted = Counter(one.state for one in sessions)
    return Presence(
        sessions,
        sum(counted[state] for state in attendance.WAS_THERE),
        sum(count for state, count in counted.items() if state),
    )


def _line(session: Session, state: str) -> Attended:
    word = str(AttendanceState(state).label) if state else _("not marked")
    return Attended(session, state, word, LOOKS[AttendanceState(state)] if state else "open")


def links(cohort: Cohort, roles: frozenset[Role]) -> Sequence[TeamLink]:
    found = []
    if roles & HELPS:
        found += [
            TeamLink(_("Pace"), reverse("curriculum:pace_people", args=[cohort.slug]), order=50),
            TeamLink(_("Questions"), reverse("curriculum:questions", args=[cohort.slug]), order=60),
        ]
    if roles & SEES_ALL:
        address = reverse("curriculum:confidence_cohort", args=[cohort.slug])
        found.append(TeamLink(_("Confidence"), address, order=80))
    return found
