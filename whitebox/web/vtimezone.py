"""Time zones as a calendar file describes them: each change of clocks in the years it covers, one by one.

A component for each change, without rules or lists of dates, is what every reader of RFC 5545 understands alike; lists
of dates were misread by one of the two libraries of `tests/web/test_feed.py`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=7)  # no zone changes its clocks twice in a week


@lru_cache(maxsize=64)
def described(name: str, first_year: int, last_year: int) -> Timezone:
    """Return the zone called `name` for the moments of these years, in any zone of the world."""
    zone = ZoneInfo(name)
    start, end = datetime(first_year - 1, 12, 1, tzinfo=UTC), datetime(last_year + 1, 2, 1, tzinfo=UTC)
    described = Timezone()
    described.add("tzid", name)
    described.add_component(_observance(zone, start, _offset(zone, start)))
    for moment in _changes(zone, start, end):
        described.add_component(_observance(zone, moment, _offset(zone, moment - timedelta(seconds=1))))
    return described


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments in UTC from which another offset holds."""
    while start < end:
        following = start + STEP
        if _offset(zone, start) != _offset(zone, following):
            yield _change_between(zone, start, following)
        start = following


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first second of the offset that holds at `after`."""
    offset = _offset(zone, after)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _offset(zone, middle) == offset else (middle, after)
    return after


def _observance(zone: ZoneInfo, moment: datetime, offset_before: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """Describe what holds from a moment on; its start is written in the wall time that held before, as the RFC asks."""
    local = moment.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (moment + offset_before).replace(tzinfo=None))
    part.add("tzoffsetfrom", offset_before)
    part.add("tzoffsetto", _offset(zone, moment))
    part.add("tzname", local.tzname() or zone.key)
    return part


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
