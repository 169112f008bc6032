"""The protocol of activity: when somebody last did something for their studies.

An app contributes `activity.py` with `latest`, a function from memberships to the last moment of each that it knows
of. Signing in is no activity: who only looks may be stuck.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from whitebox import contributions
from whitebox.people.models import Cohort, Membership
from whitebox.people.once import once

Latest = Callable[[Collection[int]], Mapping[int, datetime]]


def latest(memberships: Collection[int]) -> dict[int, datetime]:
    """Return the last activity by membership; who never did anything is left out."""
    found: dict[int, datetime] = {}
    for contribute in contributions.attributes("activity", "latest"):
        for member, at in contribute(memberships).items():
            found[member] = max(at, found.get(member, at))
    return found


def latest_of_page(cohort: Cohort, people: Sequence[Membership]) -> dict[int, datetime]:
    """Return `latest` of a page whose parts ask for the same people."""
    return once(cohort, people, "activity", lambda: latest([one.pk for one in people]))


def idle_days(memberships: Sequence[Membership], now: datetime) -> dict[int, int]:
    """Return whole days since each person last did something, or since they could have begun."""
    return days_since(memberships, latest([one.pk for one in memberships]), now)


def days_since(memberships: Sequence[Membership], active: Mapping[int, datetime], now: datetime) -> dict[int, int]:
    """Return whole days since the last activities in `active`, or since each person could have begun."""
    return {one.pk: max(0, (now - active.get(one.pk, begun(one))).days) for one in memberships}


def begun(membership: Membership) -> datetime:
    """Return when a person could begin: when their cohort started, or when they joined it later."""
    started = membership.cohort.started_at or membership.joined_at
    return max(started, membership.joined_at)
