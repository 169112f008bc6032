"""The protocol of evidence: facts about a cohort, each with its denominator.

An app contributes `evidence.py` with `facts`, a function from a cohort to facts. Reports and milestones read them;
nobody types one in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whitebox import contributions
from whitebox.people.models import Cohort


@dataclass(frozen=True, slots=True)
class Fact:
    """A number and what it is a number of. `value` is None where the numbers are too small to be shown."""

    slug: str
    label: str
    value: float | int | None
    of: int | None = None  # the denominator, where there is one
    definition: str = ""  # what is counted, and over whom

    @property
    def is_too_few(self) -> bool:
        return self.value is None


Facts = Callable[[Cohort], Sequence[Fact]]


def of_cohort(cohort: Cohort) -> list[Fact]:
    """Return every fact that any app knows about a cohort. Queries do not grow with its size."""
    return [fact for facts in contributions.attributes("evidence", "facts") for fact in facts(cohort)]
