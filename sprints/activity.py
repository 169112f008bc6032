"""When somebody last claimed a problem or wrote into a log."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max

from sprints.models import Claim, LogEntry


def latest(memberships: Collection[int]) -> Mapping[int, datetime]:
    """Return the last moment of each person: two queries."""
    claims = Claim.objects.filter(membership__in=memberships).values_list("membership")
    found = dict(claims.annotate(latest=Max("set_at")).order_by())
    entries = LogEntry.objects.filter(excursion__claim__membership__in=memberships)
    for member, at in entries.values_list("excursion__claim__membership").annotate(latest=Max("written_at")).order_by():
        found[member] = max(at, found.get(member, at))
    return found
