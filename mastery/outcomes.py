"""From points to what is mastered. Pure integer arithmetic that a person can redo by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """What one item of a form is worth, and to which objective."""

    item: str
    objective: str
    points: int


@dataclass(frozen=True, slots=True)
class Outcome:
    points: int
    total: int
    is_reached: bool


def reaches(points: int, total: int, threshold_percent: int) -> bool:
    """Tell whether a score is at or above the threshold: exactly at it is enough."""
    return total > 0 and points * 100 >= threshold_percent * total


def outcome(points: int, total: int, threshold_percent: int) -> Outcome:
    return Outcome(points, total, reaches(points, total, threshold_percent))


def whole(terms: Iterable[Terms], points: Mapping[str, int], threshold_percent: int) -> Outcome:
    """Return the outcome over all items; an item without a grade has no points yet."""
    counted = list(terms)
    return outcome(
        sum(points.get(one.item, 0) for one in counted), sum(one.points for one in counted), threshold_percent
    )


def by_objective(terms: Iterable[Terms], points: Mapping[str, int], threshold_percent: int) -> dict[str, Outcome]:
    """Return the outcome of each objective, in the order in which the form first asks for it."""
    groups: dict[str, list[Terms]] = {}
    for one in terms:
        groups.setdefault(one.objective, []).append(one)
    return {objective: whole(group, points, threshold_percent) for objective, group in groups.items()}


def smallest_pass(total: int, threshold_percent: int) -> int:
    """Return the fewest points that reach the threshold."""
    return -(-threshold_percent * total // 100)
