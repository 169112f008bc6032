"""The protocol of duties: what of a participant waits for those who teach them.

An app contributes `waiting.py` with `items`, a function from memberships to what waits. Its queries do not grow with
the number of people.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

from whitebox import contributions
from whitebox.people.models import Cohort, Membership
from whitebox.people.once import once

LATE = timedelta(hours=48)  # the clock of marking; the other duties go by it too


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a mentor or organizer has to do for a participant."""

    person: int  # primary key of the membership
    kind: str  # mark, question, talk: one word, the same in every language
    label: str | Promise
    what: str
    since: datetime
    address: str
    not_for: frozenset[int] = frozenset()  # people who must not do it, by the keys of their accounts: a conflict

    def is_late(self, now: datetime) -> bool:
        return now - self.since >= LATE


Items = Callable[[Collection[int]], Iterable[Duty]]


def of_page(cohort: Cohort, people: Sequence[Membership]) -> dict[int, list[Duty]]:
    """Return `collect` of a page whose parts ask for the same people."""
    return once(cohort, people, "duties", lambda: collect([one.pk for one in people]))


def collect(people: Collection[int]) -> dict[int, list[Duty]]:
    """Return what waits by membership, the longest waiting first; who waits for nothing is there with an empty list."""
    found: dict[int, list[Duty]] = {pk: [] for pk in people}
    if people:
        for contribute in contributions.attributes("waiting", "items"):
            for duty in contribute(people):
                found[duty.person].append(duty)
    for duties in found.values():
        duties.sort(key=lambda duty: duty.since)
    return found
