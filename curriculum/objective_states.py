"""The protocol of objectives' states: how far a person is with each.

An app contributes `progress.py` with `states`, a function from a membership and the modules of its cohort to the
states of the objectives it knows about. A state is a word of `components/_state.html`: mastered, not_yet, waiting.
"""

from collections.abc import Callable, Mapping, Sequence

from curriculum.models import ModuleVersion
from whitebox import contributions
from whitebox.people.models import Membership

States = Callable[[Membership, Sequence[ModuleVersion]], Mapping[int, str]]


def states(membership: Membership, modules: Sequence[ModuleVersion]) -> dict[int, str]:
    """Return the states that are known, by the primary key of the Objective; an objective nobody tried is left out."""
    found: dict[int, str] = {}
    for contribute in contributions.attributes("progress", "states"):
        found |= contribute(membership, modules)
    return found
