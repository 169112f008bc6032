"""The protocol of gates: what keeps a module's checks closed to a person, condition by condition.

An app contributes `gates.py` with `conditions`, a function from a membership and the modules of its cohort to
the conditions of each module. The label on a page and the refusal of an endpoint both come from here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from curriculum.models import ModuleVersion
from whitebox import contributions
from whitebox.people.models import Membership


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a module waits for, in words the learner can act on."""

    label: str
    is_met: bool
    what_to_do: str = ""
    address: str = ""


@lru_cache(maxsize=4096)
def condition(label: str, *, is_met: bool, what_to_do: str = "", address: str = "") -> Condition:
    """Return a condition; those that say the same are one, for a week map has dozens of them."""
    return Condition(label, is_met, what_to_do, address)


Conditions = Callable[[Membership, Sequence[ModuleVersion]], Mapping[int, Sequence[Condition]]]


def conditions(membership: Membership, modules: Sequence[ModuleVersion]) -> dict[int, list[Condition]]:
    """Return every condition of every module, by the primary key of the module version."""
    found: dict[int, list[Condition]] = {module.pk: [] for module in modules}
    for contribute in contributions.attributes("gates", "conditions"):
        for pk, some in contribute(membership, modules).items():
            found[pk].extend(some)
    return found


def open_conditions(membership: Membership, module: ModuleVersion, modules: Sequence[ModuleVersion]) -> list[Condition]:
    """Return the conditions of `module` that are not met yet; an empty list means its gate is open."""
    return [condition for condition in conditions(membership, modules)[module.pk] if not condition.is_met]
