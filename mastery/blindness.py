"""What a second marker must not read elsewhere: how an objective stands whose mark they have still to give blind.

The pages about people, the gradebook and the early warnings ask here. The attempt itself is kept by
`second_marks.hides`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from mastery.choices import SecondMarkState
from mastery.judgements import SecondMark
from whitebox.people.models import Membership, User

NOTHING: Set[int] = frozenset()


def kept_from(user: User) -> Mapping[int, Set[int]]:
    """Return the objectives that `user` must not see the state of, by the membership a record began as: one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for root, objective in rows_of(user).values_list("root", "objective"):
        found[root].add(objective)
    return found


def attempts_kept_from(user: User) -> Set[int]:
    """Return the attempts whose points `user` must not see: one query."""
    return set(rows_of(user).values_list("attempt", flat=True))


def blind_markers(people: Iterable[Membership]) -> Mapping[tuple[int, int], frozenset[int]]:
    """Return who must not see how an objective stands, by the membership a record began as: one query."""
    roots = {one.first_key for one in people}
    found: dict[tuple[int, int], frozenset[int]] = defaultdict(frozenset)
    waiting = _waiting().filter(marker__isnull=False)
    for root, objective, marker in waiting.values_list("root", "objective", "marker"):
        if root in roots:
            found[root, objective] |= {marker}
    return found


def rows_of(user: User) -> QuerySet[Any]:
    """Return what `user` has still to mark blind, each with the `root` of its record and its `objective`."""
    return _waiting().filter(marker=user)


def _waiting() -> QuerySet[Any]:
    root = Coalesce("attempt__membership__began_as", "attempt__membership")
    waiting = SecondMark.objects.filter(state=SecondMarkState.WAITING).order_by()
    return waiting.annotate(root=root, objective=F("first__objective"))
