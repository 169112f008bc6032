"""The protocol of objectives' states: how far a person is with each, and since when.

An app contributes `progress.py` with `states`, a function from a membership and the modules of its cohort to the
states of the objectives it knows about; `reached`, with the same arguments, for the moments at which objectives were
first mastered; and `dates`, the same for many memberships at once. A state is a word of `components/_state.html`:
mastered, not_yet, waiting.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

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


Reached = Callable[[Membership, Sequence[ModuleVersion]], Mapping[int, datetime]]
Dates = Callable[[Collection[int]], Mapping[int, Mapping[int, datetime]]]


def reached(membership: Membership, modules: Sequence[ModuleVersion]) -> dict[int, datetime]:
    """Return since when a page's reader masters what, by objective."""
    found: dict[int, datetime] = {}
    for contribute in contributions.attributes("progress", "reached"):
        found |= contribute(membership, modules)
    return found


def dates(memberships: Collection[int]) -> dict[int, dict[int, datetime]]:
    """Return when what was mastered, by membership and objective. Queries do not grow with the number of people."""
    found: dict[int, dict[int, datetime]] = {}
    for contribute in contributions.attributes("progress", "dates"):
        for member, some in contribute(memberships).items():
            found.setdefault(member, {}).update(some)
    return found
