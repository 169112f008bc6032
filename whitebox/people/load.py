"""How much mentors carry, and for whom nobody answers.

A mentor is *committed* while their membership is active and they promised hours a week. An organizer writes the promise
down on the membership.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from whitebox.people import duties
from whitebox.people.choices import MembershipState, Role
from whitebox.people.duties import Duty
from whitebox.people.models import Cohort, Membership


@dataclass(slots=True)
class Line:
    """One mentor: what they promised, whom they have, what waits for them."""

    mentor: Membership
    people: list[Membership] = field(default_factory=list)
    waiting: list[Duty] = field(default_factory=list)

    @property
    def hours_each(self) -> float | None:
        """Promised hours a week for each person; None without a promise or without people."""
        hours = self.mentor.promised_hours
        return hours / len(self.people) if hours and self.people else None

    @property
    def oldest(self) -> Duty | None:
        return min(self.waiting, key=lambda duty: duty.since, default=None)

    @property
    def marks(self) -> int:
        return sum(duty.kind == "mark" for duty in self.waiting)

    @property
    def others(self) -> int:
        return len(self.waiting) - self.marks

    def late(self, now: datetime) -> int:
        return sum(duty.is_late(now) for duty in self.waiting)


@dataclass(frozen=True, slots=True)
class Load:
    lines: Sequence[Line]
    uncommitted: Sequence[tuple[Membership, str]]  # participants, and why nobody answers for them


def of_cohort(cohort: Cohort) -> Load:
    """Return the load of every active mentor of a cohort, the fullest desk first: two queries and those of duties."""
    mentors = Membership.objects.active().filter(cohort=cohort, role=Role.MENTOR).select_related("user")
    lines = {one.pk: Line(one) for one in mentors.order_by("user__name", "pk")}
    people = list(
        Membership.objects.active()
        .filter(cohort=cohort, role=Role.PARTICIPANT)
        .select_related("user", "mentor__user")
        .order_by("user__name", "pk")
    )
    waiting = duties.collect([one.pk for one in people])
    for one in people:
        line = lines.get(one.mentor_id or 0)
        if line is not None:
            line.people.append(one)
            line.waiting += [duty for duty in waiting[one.pk] if line.mentor.user_id not in duty.not_for]
    alone = [(one, why) for one in people if (why := uncommitted(one))]
    return Load(sorted(lines.values(), key=lambda line: -len(line.waiting)), alone)


def uncommitted(participant: Membership) -> str:
    """Say why nobody answers for a participant; empty where a committed mentor does. Their mentor is loaded."""
    mentor = participant.mentor
    if mentor is None:
        return _("No mentor is assigned.")
    if mentor.state != MembershipState.ACTIVE:
        return _("%(name)s no longer mentors here.") % {"name": mentor.user.called}
    if not mentor.promised_hours:
        return _("%(name)s is assigned, but no hours a week are promised.") % {"name": mentor.user.called}
    return ""
