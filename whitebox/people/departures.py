"""Who left a cohort, and where they went: nobody vanishes from its lists."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, MembershipChange

GONE = (MembershipState.DEFERRED, MembershipState.WITHDRAWN, MembershipState.DISQUALIFIED)
WORDS = {
    MembershipState.WITHDRAWN: gettext_lazy("withdrew on %(day)s"),
    MembershipState.DISQUALIFIED: gettext_lazy("had to leave on %(day)s"),
}


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who is no longer here. What they did is kept."""

    membership: Membership  # with its user, its cohort, and the cohort they moved to
    at: datetime
    reason: str  # for organizers only

    @classmethod
    def of(cls, row: Any) -> "Departure":
        """Read a row of `dated`."""
        return cls(row, row.left_at or row.joined_at, row.why or "")

    @property
    def words(self) -> str:
        """Say where they went and when, by the calendar of the cohort they left."""
        day = date_format(self.at.astimezone(self.membership.cohort.tz), "D j M Y")
        moved = self.membership.deferred_to
        if moved is not None:
            return _("deferred to %(cohort)s on %(day)s") % {"cohort": moved.cohort, "day": day}
        return WORDS[MembershipState(self.membership.state)] % {"day": day}


def of_cohorts(cohorts: Collection[int]) -> list[Departure]:
    """Return the participants who left these cohorts, by name: one query."""
    left = Membership.objects.filter(cohort__in=cohorts, role=Role.PARTICIPANT, state__in=GONE)
    return _departures(left.order_by("user__name", "pk"))


def of_person(user: int) -> list[Departure]:
    """Return where one person left, newest first: one query."""
    left = Membership.objects.filter(user=user, role=Role.PARTICIPANT, state__in=GONE)
    return _departures(left.order_by("-pk"))


def where_now(user: int, cohort_slug: str) -> Membership | None:
    """Return the active membership as which somebody who was deferred from a cohort goes on; None where there is none.

    One query and one more for each time they moved.
    """
    rows = Membership.objects.filter(user=user, role=Role.PARTICIPANT).select_related("cohort")
    there = rows.filter(cohort__slug=cohort_slug, state=MembershipState.DEFERRED).first()
    while there is not None and there.deferred_to_id is not None:
        there = rows.filter(pk=there.deferred_to_id).first()
    return there if there is not None and there.state == MembershipState.ACTIVE else None


def dated(rows: QuerySet[Membership]) -> "QuerySet[Any]":
    """Add to memberships when and why they came into their present state, as `left_at` and `why`."""
    latest = MembershipChange.objects.filter(membership=OuterRef("pk"), entered=OuterRef("state")).order_by("-pk")
    return rows.annotate(left_at=Subquery(latest.values("at")[:1]), why=Subquery(latest.values("reason")[:1]))


def _departures(left: QuerySet[Membership]) -> list[Departure]:
    return [Departure.of(row) for row in dated(left).select_related("user", "cohort", "deferred_to__cohort")]
