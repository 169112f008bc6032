"""What the page of attendance shows: everybody who studies in the cohort, with the buttons that make sense."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from curriculum import attendance
from curriculum.choices import AttendanceState as State
from curriculum.models import Session
from curriculum.register import Attendance
from whitebox.people import departures
from whitebox.people.choices import MembershipState, Role
from whitebox.people.departures import Departure
from whitebox.people.models import Membership, User

FIRST = (State.PRESENT, State.LATE, State.EXCUSED, State.ABSENT)
AFTER_MISSING = (State.PRESENT, State.LATE, State.EXCUSED, State.ABSENT, State.MADE_UP)
LOOKS = {
    State.PRESENT: "mastered",
    State.LATE: "mastered",
    State.MADE_UP: "mastered",
    State.EXCUSED: "waiting",
    State.ABSENT: "overdue",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One participant. `state` is empty while nobody has marked them."""

    membership: Membership
    state: str
    is_self: bool

    @property
    def look(self) -> str:
        return LOOKS[State(self.state)] if self.state else "open"

    @property
    def word(self) -> str:
        return str(State(self.state).label) if self.state else ""

    @property
    def buttons(self) -> Sequence[State]:
        return AFTER_MISSING if self.state in {*attendance.MISSED, State.MADE_UP} else FIRST


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: Sequence[Line]
    departures: Sequence[Departure]
    can_undo: bool

    @property
    def unmarked(self) -> int:
        return sum(not line.state for line in self.lines)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many people have each state that somebody has."""
        counted = Counter(line.state for line in self.lines)
        return [(str(state.label), counted[state]) for state in State if counted[state]]


def sheet(session: Session, user: User) -> Sheet:
    """Return the attendance of a session: four queries whatever the number of people."""
    marks = {row.membership_id: row for row in Attendance.objects.filter(session=session)}
    people = Membership.objects.filter(
        cohort=session.cohort_id,
        role=Role.PARTICIPANT,
        state__in=[MembershipState.ACTIVE, MembershipState.COMPLETED],
    )
    lines = [_line(one, marks.get(one.pk)) for one in people.select_related("user").order_by("user__name", "pk")]
    can_undo = attendance.last_batch(session, user) is not None
    return Sheet(lines, departures.of_cohorts([session.cohort_id]), can_undo)


def _line(membership: Membership, mark: Attendance | None) -> Line:
    return Line(membership, mark.state if mark else "", is_self=bool(mark and mark.is_self))
