"""The protocol of study time: how long people studied, as far as the apps know.

An app contributes `studied.py` with `spent`, a function from memberships to the time each spent; its queries do not
grow with their number. Whoever teaches and studies as well finds the sum beside the hours they planned.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whitebox import contributions
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership

Spent = Callable[[Collection[int]], Mapping[int, timedelta]]
TEACHES = (Role.ORGANIZER, Role.MENTOR)
STUDIES = (MembershipState.ACTIVE, MembershipState.COMPLETED)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody of the team who studies in a cohort."""

    study: Membership
    weeks: int  # of the cohort's teaching weeks that have begun
    spent: timedelta

    @property
    def planned_hours(self) -> int | None:
        """The hours planned until now; None where nobody planned any."""
        return self.study.promised_hours * self.weeks if self.study.promised_hours else None

    @property
    def spent_hours(self) -> float:
        return round(self.spent / HOUR, 1)

    @property
    def percent(self) -> int | None:
        """Which part of the planned hours was spent; None before the first week."""
        return round(100 * self.spent / HOUR / self.planned_hours) if self.planned_hours else None


def spent(members: Collection[int]) -> dict[int, timedelta]:
    """Return how long each membership studied, over all apps; who did nothing is left out."""
    found: dict[int, timedelta] = defaultdict(timedelta)
    for contribute in contributions.attributes("studied", "spent"):
        for member, some in contribute(members).items():
            found[member] += some
    return dict(found)


def of_team(cohort: Cohort, now: datetime) -> Sequence[Learner]:
    """Return those who teach in a cohort and study in this or another one, by name."""
    team = Membership.objects.active().filter(cohort=cohort, role__in=TEACHES).values("user")
    studies = Membership.objects.filter(user__in=team, role=Role.PARTICIPANT, state__in=STUDIES)
    rows = list(studies.select_related("user", "cohort").order_by("user__name", "-cohort__starts_on", "pk"))
    found = spent([one.pk for one in rows])
    return [Learner(one, _weeks(one.cohort, now), found.get(one.pk, timedelta())) for one in rows]


def _weeks(cohort: Cohort, now: datetime) -> int:
    week = cohort.week_at(now)
    return max(0, min(week, cohort.weeks)) if week is not None else 0
