"""The pack's milestones, and how far a cohort is with each: computed from facts, never typed in.

A milestone names a measure, which is the slug of a fact. `docs/decisions/0097-when-an-alarm-rings.md` says when a
number that is too low becomes an alarm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from whitebox.packs.models import PackVersion
from whitebox.people.models import Cohort
from whitebox.programme import facts
from whitebox.programme.facts import Fact

# Where a lower number is the better one: a place in a contest.
PLACES = frozenset({"hackathon_place"})
# How many weeks after the last week of the training a number should be there; joining is over when the training starts.
WEEKS_AFTER: Mapping[str, int] = MappingProxyType(
    {"completed": 0, "hackathon_place": 2, "published": 14, "solved": 14, "placed": 52}
)


class Standing(models.TextChoices):
    REACHED = "reached", _("reached")
    COMING = "coming", _("not yet")
    ALARM = "alarm", _("alarm")
    MISSED = "missed", _("not reached in time")
    UNKNOWN = "unknown", _("nothing counts this yet")


LOOKS = {
    Standing.REACHED: "mastered",
    Standing.COMING: "not_yet",
    Standing.ALARM: "overdue",
    Standing.MISSED: "locked",
    Standing.UNKNOWN: "open",
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """One milestone of a cohort. `due` is the day until which it may take."""

    slug: str
    title: str
    measure: str
    least: int
    most: int | None
    alarm_below: int | None
    fact: Fact | None
    due: date | None
    standing: Standing

    @property
    def look(self) -> str:
        return LOOKS[self.standing]

    @property
    def aim(self) -> str:
        """The target in numbers: 10-15, or 8 and more."""
        if self.most is None:
            return str(_("%(least)d or more") % {"least": self.least})
        return f"{self.least}-{self.most}" if self.most != self.least else str(self.least)


def of_cohort(cohort: Cohort, today: date, known: Sequence[Fact] | None = None) -> list[Milestone]:
    """Return the milestones of the pack that a cohort follows, on a day by its calendar. `known` spares the queries."""
    version = PackVersion.objects.filter(adoptions__cohort=cohort).first()
    if version is None or not version.milestones:
        return []
    by_slug = {fact.slug: fact for fact in (facts.of_cohort(cohort) if known is None else known)}
    return [_milestone(one, by_slug.get(one["measure"]), cohort, today) for one in version.milestones]


def _milestone(said: Mapping[str, Any], fact: Fact | None, cohort: Cohort, today: date) -> Milestone:
    measure, target = said["measure"], said["target"]
    alarm = (said.get("alarm") or {}).get("below")
    due = due_on(cohort, measure)
    return Milestone(
        said["slug"],
        said["title"],
        measure,
        target["min"],
        target["max"],
        alarm,
        fact,
        due,
        Standing.UNKNOWN
        if fact is None
        else _standing(measure, target, alarm, fact, is_over=bool(due and today > due)),
    )


def due_on(cohort: Cohort, measure: str) -> date | None:
    """Return the last day on which a measure may still grow without being late; None without a start date."""
    if measure == "enrolled":
        return cohort.starts_on
    last = cohort.first_day(cohort.weeks)
    return last + timedelta(weeks=1 + WEEKS_AFTER[measure], days=-1) if last is not None else None


def _standing(measure: str, target: Mapping[str, Any], alarm: int | None, fact: Fact, *, is_over: bool) -> Standing:
    if is_reached(measure, target["min"], target["max"], fact.value):
        return Standing.REACHED
    if alarm is not None and _is_below(alarm, fact, is_over=is_over):
        return Standing.ALARM
    return Standing.MISSED if is_over else Standing.COMING


def is_reached(measure: str, least: int, most: int | None, value: float | None) -> bool:
    """Tell whether a number is what was aimed at. More than aimed at is reached too, but for places."""
    if value is None:
        return False
    return value >= least and (measure not in PLACES or most is None or value <= most)


def _is_below(alarm: int, fact: Fact, *, is_over: bool) -> bool:
    """Tell whether the number is too low and cannot become high enough any more, or not in time."""
    if fact.at_most is not None and fact.at_most < alarm:
        return True
    return is_over and (fact.value or 0) < alarm
