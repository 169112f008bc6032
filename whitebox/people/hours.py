"""Hours that somebody offers to others, by their own clock: a stretch of a day, cut into times."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_A_DAY = 40

Taken = tuple[datetime, int]  # when a time starts, and its minutes


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of one day by the clock of `zone`, cut into times with pauses between them."""

    day: date
    first: time
    last: time  # nobody is met after it
    minutes: int
    pause: int
    zone: str

    def starts(self) -> list[datetime]:
        """Return when the times start, in UTC. Hours that the clock leaves out give none."""
        zone = ZoneInfo(self.zone)
        begin = datetime.combine(self.day, self.first, tzinfo=zone).astimezone(UTC)
        end = datetime.combine(self.day, self.last, tzinfo=zone).astimezone(UTC)
        length, step = timedelta(minutes=self.minutes), timedelta(minutes=self.minutes + self.pause)
        found: list[datetime] = []
        while begin + length <= end and len(found) < MOST_A_DAY:
            found.append(begin)
            begin += step
        return found

    def weekly(self, weeks: int) -> list["Hours"]:
        """Return the same hours in so many weeks: 14:00 stays 14:00 when the clocks change."""
        return [replace(self, day=self.day + timedelta(weeks=number)) for number in range(weeks)]


def overlaps(start: datetime, minutes: int, taken: Iterable[Taken]) -> bool:
    """Tell whether a time shares a moment with one that is taken; meeting at an end is none."""
    end = start + timedelta(minutes=minutes)
    return any(start < other + timedelta(minutes=length) and other < end for other, length in taken)
