"""The protocol of evidence: facts about a cohort, each with its denominator and what it was counted from.

An app contributes `evidence.py` with `facts`, a function from a cohort and a period to facts. Reports and milestones
read them; nobody types one in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from whitebox import contributions
from whitebox.people.models import Cohort
from whitebox.programme.periods import EVER, Period


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was counted, for organizers and advisers. An address must be open to both."""

    what: str
    on: date | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number and what it is a number of. `value` is None where there is none, or too few to be shown: see `none`."""

    slug: str
    label: str
    value: float | int | None
    of: int | None = None  # the denominator, where there is one
    definition: str = ""  # what is counted, and over whom
    none: str = ""  # what stands in place of a missing value; empty: too few
    public: float | int | None = None  # what everybody may be told; None: nothing
    at_most: int | None = None  # what it can still become; None: nobody can say
    evidence: Callable[[], Sequence[Evidence]] | None = None  # asked only where it is shown: it costs queries

    @property
    def is_listed(self) -> bool:
        """Whether what is counted can be shown one by one. A template would call `evidence` to find out."""
        return self.evidence is not None

    @property
    def is_too_few(self) -> bool:
        return self.value is None and not self.none


Facts = Callable[[Cohort, Period], Sequence[Fact]]


def of_cohort(cohort: Cohort, period: Period = EVER) -> list[Fact]:
    """Return every fact that any app knows about a cohort. Queries do not grow with its size."""
    return [fact for facts in contributions.attributes("evidence", "facts") for fact in facts(cohort, period)]
