"""The days a number is asked for: reports look at a year, milestones at everything that ever happened."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment to before another one, in UTC. None leaves that side open."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of_days(cls, first: date | None, last: date | None, zone: ZoneInfo) -> "Period":
        """Return the period from the first day to the end of the last one by the clock of `zone`."""
        end = last + timedelta(days=1) if last is not None else None
        return cls(_midnight(first, zone), _midnight(end, zone))

    @property
    def is_open(self) -> bool:
        return self.since is None and self.until is None

    def within(self, moment: str) -> Q:
        """Return the filter of rows whose field `moment` lies in the period."""
        bounds = {f"{moment}__gte": self.since, f"{moment}__lt": self.until}
        return Q(**{lookup: bound for lookup, bound in bounds.items() if bound is not None})

    def days(self, field: str, zone: ZoneInfo) -> Q:
        """Return the filter of rows whose date `field`, by the calendar of `zone`, lies in the period."""
        bounds = {f"{field}__gte": self.since, f"{field}__lt": self.until}
        return Q(**{lookup: bound.astimezone(zone).date() for lookup, bound in bounds.items() if bound is not None})


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), tzinfo=zone) if day is not None else None


EVER = Period()
