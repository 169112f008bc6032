"""Quiet hours: nobody is woken by a letter that is not urgent."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from whitebox.people.models import User


def next_waking(moment: datetime, *, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> datetime:
    """Return `moment`, or the end of the quiet hours it falls into, in UTC.

    Hours are wall-clock times in `zone`; a span may cross midnight; equal ends mean no quiet hours.
    """
    local = moment.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if quiet_from == quiet_until:
        return moment
    if quiet_from < quiet_until:
        is_quiet = quiet_from <= clock < quiet_until
    else:
        is_quiet = clock >= quiet_from or clock < quiet_until
    if not is_quiet:
        return moment
    day = local.date() + timedelta(days=1 if clock >= quiet_until else 0)
    return datetime.combine(day, quiet_until, tzinfo=zone).astimezone(moment.tzinfo)


def is_asleep(reader: User, at: datetime) -> bool:
    """Tell whether `at` lies in the reader's quiet hours."""
    zone = ZoneInfo(reader.zone)
    return next_waking(at, zone=zone, quiet_from=reader.quiet_from, quiet_until=reader.quiet_until) != at
