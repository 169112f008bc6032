"""Queries that must return no row.

An app contributes `invariants.py` with `INVARIANTS`. They run nightly, by `manage.py invariants`, and in tests.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from whitebox import contributions


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule the data keeps at all times: `broken` returns the rows that break it."""

    name: str
    broken: Callable[[], QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class Breach:
    name: str
    keys: tuple[Any, ...]


def breaches() -> list[Breach]:
    """Return every broken invariant with up to twenty primary keys."""
    found: Iterable[Invariant] = (one for some in contributions.attributes("invariants", "INVARIANTS") for one in some)
    asked = ((one.name, tuple(one.broken().values_list("pk", flat=True)[:20])) for one in found)
    return [Breach(name, keys) for name, keys in asked if keys]
