"""The protocol of early warnings: why somebody may need help now, in words, with the evidence.

An app contributes `flags.py` with `raised`, a function from a cohort, some of its active participants and a moment to
the flags it sees. Its queries do not grow with the number of people. The cohort comes with its adoption, the people
with their user and mentor.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whitebox import contributions
from whitebox.people.models import Cohort, Membership


class Urgency(IntEnum):
    """How soon somebody should look. The word stands beside the shape."""

    WATCH = 1
    SOON = 2
    NOW = 3

    @property
    def label(self) -> str | Promise:
        return LABELS[self]

    @property
    def look(self) -> str:
        """Its shape, as components/_state.html draws it."""
        return LOOKS[self]


LABELS = {Urgency.WATCH: _("keep an eye on"), Urgency.SOON: _("this week"), Urgency.NOW: _("today")}
LOOKS = {Urgency.WATCH: "waiting", Urgency.SOON: "not_yet", Urgency.NOW: "overdue"}


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look after somebody."""

    person: int  # primary key of the membership
    kind: str  # one word for the filter and for tests, the same in every language
    label: str | Promise
    reason: str  # a sentence with the figures, so that the rule can be checked by hand
    urgency: Urgency
    since: datetime | None = None  # when it began, where that is a moment
    address: str = ""  # where the evidence is
    evidence: str | Promise = ""  # what the link to it is called
    not_for: frozenset[int] = frozenset()  # who must not read it now, by the keys of their accounts: a blind marker


Raised = Callable[[Cohort, Sequence[Membership], datetime], Iterable[Flag]]


def collect(cohort: Cohort, people: Sequence[Membership], now: datetime) -> dict[int, list[Flag]]:
    """Return every app's flags by membership, the most urgent first; who has none is there with an empty list."""
    found: dict[int, list[Flag]] = {one.pk: [] for one in people}
    if people:
        for contribute in contributions.attributes("flags", "raised"):
            for flag in contribute(cohort, people, now):
                found[flag.person].append(flag)
    for flags in found.values():
        flags.sort(key=lambda flag: -flag.urgency)
    return found
