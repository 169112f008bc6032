"""The early warning: who was absent twice in a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, Q

from curriculum.attendance import IN_A_ROW
from curriculum.choices import AttendanceState as State
from curriculum.register import Attendance
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership


@dataclass(frozen=True, slots=True)
class Streak:
    """A participant and the weeks they missed one after the other, up to the last one they could attend."""

    membership: Membership  # with its user and mentor
    weeks: Sequence[int]


def in_a_row(people: Q) -> list[Streak]:
    """Return the active participants among `people` (a filter of memberships) whose last two sessions were absences.

    An excused session neither counts nor breaks the row; one that was made up breaks it. Two queries.
    """
    studying = Q(state=MembershipState.ACTIVE, role=Role.PARTICIPANT)
    often = (
        Membership.objects.filter(people, studying)
        .annotate(absences=Count("attendance", filter=Q(attendance__state=State.ABSENT)))
        .filter(absences__gte=IN_A_ROW)
    )
    found = {one.pk: one for one in often.select_related("user", "mentor__user", "cohort")}
    rows = (
        Attendance.objects.filter(membership__in=found, session__is_cancelled=False)
        .exclude(state__in=["", State.EXCUSED])
        .select_related("session")
        .order_by("membership", "-session__starts_at")
    )
    streaks = [
        Streak(found[pk], weeks)
        for pk, some in groupby(rows, key=attrgetter("membership_id"))
        if len(weeks := _missed_lately(some)) >= IN_A_ROW
    ]
    return sorted(streaks, key=lambda one: (-len(one.weeks), one.membership.user.called, one.membership.pk))


def _missed_lately(newest_first: Iterable[Attendance]) -> list[int]:
    weeks: list[int] = []
    for row in newest_first:
        if row.state != State.ABSENT:
            break
        weeks.append(row.session.week)
    return weeks[::-1]
