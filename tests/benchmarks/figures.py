"""The arithmetic of the figures: percentiles, ratios, and whether a budget is met."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MET, MISSED, NO_BUDGET = "met", "**missed**", ""


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie, on the line between its two neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


@dataclass(frozen=True, slots=True)
class Budget:
    """One figure beside what it may be at most."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        return self.value <= self.limit

    @property
    def verdict(self) -> str:
        return MET if self.is_met else MISSED

    def __str__(self) -> str:
        return f"{self.what} {shown(self.value)}{self.unit} of {shown(self.limit)}{self.unit}"


def shown(value: float) -> str:
    """Return a number with as many places as a reader can use."""
    if value == int(value):
        return str(int(value))
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def verdict(budgets: Sequence[Budget]) -> str:
    """Return whether all budgets of a row are met, naming those that are not."""
    if not budgets:
        return NO_BUDGET
    missed = [budget for budget in budgets if not budget.is_met]
    return f"{MISSED}: {'; '.join(map(str, missed))}" if missed else MET


def milliseconds(seconds: float) -> str:
    value = 1000 * seconds
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def kilobytes(size: float) -> str:
    return f"{size / 1000:.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table: the first column is words, the others stand to the right but for the last."""
    marks = [":--", *("--:" for _ in head[1:-1]), ":--"]
    lines = [head, marks, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"
