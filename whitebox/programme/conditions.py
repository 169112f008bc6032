"""The protocol of certificates: what somebody has to have done, each condition with its own state.

An app contributes `completion.py` with `conditions`, a function from a participant's membership to conditions. The
page that says why there is no certificate and the verb that issues one both read them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from whitebox import contributions
from whitebox.people.models import Membership


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a certificate waits for, in words that person can act on. An address must be open to them."""

    label: str
    is_met: bool
    what_to_do: str = ""
    address: str = ""
    order: int = 50


Conditions = Callable[[Membership], Sequence[Condition]]


def of_membership(membership: Membership) -> list[Condition]:
    """Return every condition, in the order in which a person meets them."""
    found = [one for some in contributions.attributes("completion", "conditions") for one in some(membership)]
    return sorted(found, key=lambda condition: condition.order)


def is_met(conditions: Sequence[Condition]) -> bool:
    """Tell whether all are met. Without a single condition there is nothing to certify."""
    return bool(conditions) and all(one.is_met for one in conditions)
