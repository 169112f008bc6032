"""From points to what is mastered. Pure integer arithmetic that a person can redo by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb


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


def chance(items: int, threshold_percent: int, right_in_ten: int) -> int:
    """Return in percent how often `items` equal items reach the threshold if each is right so many times in ten.

    The binomial tail. It explains a threshold; no gate asks it.
    """
    needed, p = smallest_pass(items, threshold_percent), right_in_ten / 10
    tail = sum(comb(items, right) * p**right * (1 - p) ** (items - right) for right in range(needed, items + 1))
    return round(100 * tail)


def smallest_pass(total: int, threshold_percent: int) -> int:
    """Return the fewest points that reach the threshold."""
    return -(-threshold_percent * total // 100)
