"""The line of a plan beside the line of what was reached, as numbers for a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.formats import date_format

from curriculum.pace import Plan

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 28, 72, 16, 30


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Places in user units of a drawing of WIDTH by HEIGHT."""

    planned: str  # points of a polyline
    reached: str
    planned_end: tuple[float, float]
    reached_end: tuple[float, float]
    today: float
    days: Sequence[Tick]
    counts: Sequence[Tick]
    baseline: float = HEIGHT - BOTTOM
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP


def of(plan: Plan) -> Chart | None:
    """Return the drawing of a plan; None while fewer than two modules have a day."""
    planned = sorted(step.target for step in plan.steps if step.target)
    if len(planned) < 2:
        return None
    reached = sorted(step.reached_on for step in plan.steps if step.reached_on)
    first = min(planned[0], plan.today, *reached)
    days = max(1, (max(planned[-1], plan.today) - first).days)

    def across(on: date) -> float:
        return round(LEFT + (on - first).days / days * (WIDTH - LEFT - RIGHT), 1)

    def up(count: int) -> float:
        return round(HEIGHT - BOTTOM - count / len(plan.steps) * (HEIGHT - TOP - BOTTOM), 1)

    planned_line = _stairs([(across(on), up(count)) for count, on in enumerate(planned, 1)], across(first), up(0))
    reached_line = _stairs([(across(on), up(count)) for count, on in enumerate(reached, 1)], across(first), up(0))
    reached_line.append((across(plan.today), up(len(reached))))
    return Chart(
        planned=_points(planned_line),
        reached=_points(reached_line),
        planned_end=planned_line[-1],
        reached_end=reached_line[-1],
        today=across(plan.today),
        days=[Tick(across(on), date_format(on, "D j M")) for on in (planned[0], planned[-1])],
        counts=[Tick(up(count), str(count)) for count in (0, len(plan.steps))],
    )


def _stairs(corners: Sequence[tuple[float, float]], left: float, floor: float) -> list[tuple[float, float]]:
    """Return a line that rises at each corner and is level between them."""
    line = [(left, floor)]
    for before, after in pairwise([(left, floor), *corners]):
        line += [(after[0], before[1]), after]
    return line


def _points(line: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)
