"""How long people worked on checks: from opening an attempt to handing it in, two hours of each at most.

Whoever leaves an attempt open overnight did not work all night.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from mastery.models import Attempt

LONGEST = timedelta(hours=2)


def spent(members: Collection[int]) -> Mapping[int, timedelta]:
    """One query."""
    handed_in = Attempt.objects.filter(membership__in=members, submitted_at__isnull=False).order_by()
    found: dict[int, timedelta] = {}
    for member, opened, submitted in handed_in.values_list("membership", "opened_at", "submitted_at"):
        took = submitted - opened if submitted is not None else timedelta()
        found[member] = found.get(member, timedelta()) + min(LONGEST, max(timedelta(), took))
    return found
