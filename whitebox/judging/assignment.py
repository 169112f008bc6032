"""Who reads what: a balanced optimal assignment, proposed and never relaxed.

Maximise sum s_ij x_ij where each application gets the readers it needs, each reviewer's load stays between its
bounds, and nobody reads across a conflict. The merit s_ij is seeded noise unless given: severity can be told from
quality only where assignment is near random.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from whitebox.judging.table import Floats, Indices

Application = TypeVar("Application", bound=Hashable)
Reviewer = TypeVar("Reviewer", bound=Hashable)

MERIT_WEIGHT = 10.0  # How much one unit of given merit outweighs the whole range of the noise.


@dataclass(frozen=True)
class Shortage(Generic[Application]):
    """An application that needs more readers than it can have."""

    application: Application
    needed: int
    available: int


@dataclass(frozen=True)
class Proposal(Generic[Application, Reviewer]):
    """New pairs to assign, or why there are none. Pairs already held are not repeated."""

    pairs: tuple[tuple[Application, Reviewer], ...]
    loads: Mapping[Reviewer, int]  # Pairs held and proposed.
    shortages: tuple[Shortage[Application], ...] = ()
    reason: str = ""

    @property
    def is_feasible(self) -> bool:
        return not self.reason


def propose(  # noqa: PLR0913 -- a round is described by this much
    applications: Sequence[Application],
    reviewers: Sequence[Reviewer],
    *,
    readers: int | Mapping[Application, int],
    least: int | Mapping[Reviewer, int] | None = None,
    most: int | Mapping[Reviewer, int] | None = None,
    conflicts: Collection[tuple[Application, Reviewer]] = (),
    held: Collection[tuple[Application, Reviewer]] = (),
    merit: Mapping[tuple[Application, Reviewer], float] | None = None,
    seed: int = 0,
) -> Proposal[Application, Reviewer]:
    """Propose the pairs that complete each application's number of `readers`.

    `least` and `most` bound each reviewer's load, held pairs included. A bound that is left out follows from the
    even share and gives way until there is an answer; bounds that are given never do. Held pairs count and
    are not proposed again. The same input and seed give the same proposal. Where nothing fits, the result names the
    applications that lack eligible readers, or the loads that do not add up. Raises ValueError for ids that occur
    twice.
    """
    desk = _desk(applications, reviewers, readers, conflicts, held)
    if short := desk.shortages():
        return _refused(desk, short, "Some applications have fewer eligible reviewers than they need.")
    scores = _merits(desk, merit or {}, seed)
    ceilings = _bounds(desk, most, _without_bound(desk))
    level = _level(desk, ceilings)

    def best(slack: int) -> Indices | None:
        low = _bounds(desk, least, np.minimum(ceilings, max(0, level - slack))) - desk.held
        high = _bounds(desk, most, level + 1 + slack) - desk.held
        return _best(desk, scores, np.maximum(low, 0), np.maximum(high, 0))

    chosen = _with_least_slack(best, _without_bound(desk))
    if chosen is not None:
        return _proposal(desk, chosen)
    low = _bounds(desk, least, 0)
    return _explained(desk, np.maximum(low - desk.held, 0), np.maximum(ceilings - desk.held, 0))


def _with_least_slack(best: Callable[[int], Indices | None], most: int) -> Indices | None:
    """Return what is chosen when bounds that nobody gave give way by as little as they must, or None at all."""
    if (chosen := best(0)) is not None:
        return chosen
    too_little, enough, found = 0, 1, best(1)
    while found is None and enough < most:
        too_little, enough = enough, min(2 * enough, most)
        found = best(enough)
    while found is not None and enough - too_little > 1:
        middle = (too_little + enough) // 2
        chosen = best(middle)
        too_little, enough, found = (middle, enough, found) if chosen is None else (too_little, middle, chosen)
    return found


@dataclass(frozen=True)
class _Desk(Generic[Application, Reviewer]):
    """What there is to assign: needs and loads by position, and the open pairs as two columns of positions."""

    applications: Sequence[Application]
    reviewers: Sequence[Reviewer]
    needed: Indices  # Further readers, per application.
    held: Indices  # Pairs held, per reviewer.
    rows: Indices
    columns: Indices

    def shortages(self) -> tuple[Shortage[Application], ...]:
        eligible = np.bincount(self.rows, minlength=len(self.applications))
        lacking = np.flatnonzero(eligible < self.needed).tolist()
        return tuple(Shortage(self.applications[one], int(self.needed[one]), int(eligible[one])) for one in lacking)


def _desk(
    applications: Sequence[Application],
    reviewers: Sequence[Reviewer],
    readers: int | Mapping[Application, int],
    conflicts: Collection[tuple[Application, Reviewer]],
    held: Collection[tuple[Application, Reviewer]],
) -> _Desk[Application, Reviewer]:
    row = {one: place for place, one in enumerate(applications)}
    column = {one: place for place, one in enumerate(reviewers)}
    if len(row) < len(applications) or len(column) < len(reviewers):
        raise ValueError("An application or a reviewer is named twice.")
    wanted = [readers if isinstance(readers, int) else readers.get(one, 0) for one in applications]
    has = Counter(one for one, _ in set(held))
    needed = np.array(
        [max(0, count - has[one]) for one, count in zip(applications, wanted, strict=True)], dtype=np.intp
    )
    loads = Counter(other for _, other in set(held))
    carried = np.array([loads[one] for one in reviewers], dtype=np.intp)
    is_open = np.ones((len(row), len(column)), dtype=bool)
    for one, other in (*conflicts, *held):
        if one in row and other in column:
            is_open[row[one], column[other]] = False
    is_open[needed == 0] = False
    rows, columns = np.nonzero(is_open)
    return _Desk(applications, reviewers, needed, carried, rows, columns)


def _bounds(
    desk: _Desk[Any, Reviewer], given: int | Mapping[Reviewer, int] | None, otherwise: int | Indices
) -> Indices:
    """Return one bound per reviewer. A mapping may leave reviewers out: they are bound by what holds otherwise."""
    if isinstance(given, int):
        return np.full(len(desk.reviewers), given, dtype=np.intp)
    rest = np.broadcast_to(otherwise, len(desk.reviewers)).tolist()
    bounds = [(given or {}).get(one, other) for one, other in zip(desk.reviewers, rest, strict=True)]
    return np.array(bounds, dtype=np.intp)


def _without_bound(desk: _Desk[Any, Any]) -> int:
    """Return a load that nobody reaches."""
    return int(desk.needed.sum()) + int(desk.held.max(initial=0)) + 1


def _level(desk: _Desk[Any, Any], ceilings: Indices) -> int:
    """Return the even share: the load up to which all are filled who may have that much and have less."""
    total = int(desk.needed.sum()) + int(desk.held.sum())
    low, high = 0, _without_bound(desk)
    while low < high:
        middle = (low + high + 1) // 2
        filled = int(np.maximum(desk.held, np.minimum(ceilings, middle)).sum())
        low, high = (middle, high) if filled <= total else (low, middle - 1)
    return low


def _merits(desk: _Desk[Any, Any], merit: Mapping[tuple[Any, Any], float], seed: int) -> Floats:
    noise = np.random.default_rng(seed).random(len(desk.rows))
    if not merit:
        return noise
    pairs = zip(desk.rows.tolist(), desk.columns.tolist(), strict=True)
    named = [merit.get((desk.applications[row], desk.reviewers[column]), 0.0) for row, column in pairs]
    return noise + MERIT_WEIGHT * np.array(named)


def _incidence(desk: _Desk[Any, Any]) -> tuple[Any, Any]:
    """Return which open pairs belong to each application and to each reviewer: sparse, 0 or 1."""
    ones, place = np.ones(len(desk.rows)), np.arange(len(desk.rows))
    by_application = sparse.csr_array((ones, (desk.rows, place)), shape=(len(desk.applications), len(place)))
    by_reviewer = sparse.csr_array((ones, (desk.columns, place)), shape=(len(desk.reviewers), len(place)))
    return by_application, by_reviewer


def _best(desk: _Desk[Any, Any], scores: Floats, low: Indices, high: Indices) -> Indices | None:
    """Return the chosen open pairs, or None where the needs and the loads cannot be met."""
    if int(desk.needed.sum()) > int(high.sum()) or int(low.sum()) > int(desk.needed.sum()) or (low > high).any():
        return None
    if not len(desk.rows):
        return np.empty(0, dtype=np.intp)
    return _solved(desk, -scores, low, high, exactly=True)


def _solved(desk: _Desk[Any, Any], cost: Floats, low: Indices, high: Indices, *, exactly: bool) -> Indices | None:
    """Return the open pairs of least cost, or None where there are none: needs are met `exactly`, or at most.

    The constraints are those of a transport problem, whose corners are whole numbers: the simplex method needs no
    branching and takes a hundredth of the time of `milp` (docs/decisions/0009-assignment-by-simplex.md).
    """
    by_application, by_reviewer = _incidence(desk)
    loads = sparse.vstack([by_reviewer, -by_reviewer])
    limits = np.concatenate([high, -low])
    if exactly:
        needs = {"A_ub": loads, "b_ub": limits, "A_eq": by_application, "b_eq": desk.needed}
    else:
        needs = {"A_ub": sparse.vstack([loads, by_application]), "b_ub": np.concatenate([limits, desk.needed])}
    found = linprog(cost, **needs, bounds=(0, 1), method="highs-ds")
    if found.status == 2:
        return None
    if found.x is None or np.abs(found.x - found.x.round()).max() > 1e-6:
        raise RuntimeError(f"The assignment was not solved: {found.message}")
    return np.flatnonzero(found.x > 0.5)


def _proposal(desk: _Desk[Any, Any], chosen: Indices) -> Proposal[Any, Any]:
    pairs = zip(desk.rows[chosen].tolist(), desk.columns[chosen].tolist(), strict=True)
    loads = desk.held + np.bincount(desk.columns[chosen], minlength=len(desk.reviewers))
    return Proposal(
        tuple((desk.applications[row], desk.reviewers[column]) for row, column in pairs),
        dict(zip(desk.reviewers, loads.tolist(), strict=True)),
    )


def _refused(desk: _Desk[Any, Any], short: tuple[Shortage[Any], ...], reason: str) -> Proposal[Any, Any]:
    return Proposal((), dict(zip(desk.reviewers, desk.held.tolist(), strict=True)), short, reason)


def _explained(desk: _Desk[Any, Any], low: Indices, high: Indices) -> Proposal[Any, Any]:
    """Say with numbers why no assignment fits."""
    needed = int(desk.needed.sum())
    if (low > high).any():
        return _refused(desk, (), "For a reviewer the least load is above the greatest.")
    if int(low.sum()) > needed:
        return _refused(desk, (), f"Reviewers must get {low.sum()} more reviews, but only {needed} are needed.")
    chosen = _solved(desk, -np.ones(len(desk.rows)), np.zeros_like(low), high, exactly=False)
    given = np.bincount(desk.rows[chosen], minlength=len(desk.applications))
    lacking = np.flatnonzero(given < desk.needed).tolist()
    if lacking:
        short = tuple(Shortage(desk.applications[one], int(desk.needed[one]), int(given[one])) for one in lacking)
        cause, room = (
            ("the loads", int(high.sum())) if high.sum() < needed else ("conflicts and loads together", given.sum())
        )
        reason = f"{needed} more reviews are needed, but {cause} leave room for {room}."
        return _refused(desk, short, reason)
    return _refused(desk, (), "Conflicts keep some reviewers below their least load.")
