"""What several parts of one page ask about the same people of a cohort, asked once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from whitebox.people.models import Cohort, Membership

Found = TypeVar("Found")


def once(cohort: Cohort, people: Sequence[Membership], name: str, make: Callable[[], Found]) -> Found:
    """Return what `make` found for these people before under this name, or let it find it now.

    It lives as long as the cohort's object, so only pages may use it: a verb needs the present rows.
    """
    kept: dict[Any, Any] = cohort.__dict__.setdefault("_asked_once", {})
    key = (name, tuple(one.pk for one in people))
    if key not in kept:
        kept[key] = make()
    found: Found = kept[key]
    return found
