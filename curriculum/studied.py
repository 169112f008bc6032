"""How long people studied, as far as the weeks know: what they ticked with its minutes, and sessions they were at."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import Sum

from curriculum.attendance import WAS_THERE
from curriculum.models import Tick
from curriculum.register import Attendance


def spent(members: Collection[int]) -> Mapping[int, timedelta]:
    """Two queries. A tick without minutes counts nothing: nobody said how long it took."""
    ticked = Tick.objects.filter(membership__in=members).order_by().values("membership")
    there = Attendance.objects.filter(membership__in=members, state__in=WAS_THERE).order_by().values("membership")
    found: dict[int, timedelta] = {}
    for rows in (ticked.annotate(minutes=Sum("minutes_taken")), there.annotate(minutes=Sum("session__minutes"))):
        for member, minutes in rows.values_list("membership", "minutes"):
            found[member] = found.get(member, timedelta()) + timedelta(minutes=minutes or 0)
    return found
