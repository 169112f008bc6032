"""Curves on axes, for the figures of weeks 6 to 8, and the numbers behind them: those of the page itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

from drawing import INK, MODULES, line, text

PURPLE = "#6b409f"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def computed(module: str) -> dict[str, Any]:
    """Run the code of a module's page and return its names, so that a figure shows what the page computes."""
    body = (MODULES / module / "module.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]
    names: dict[str, Any] = {}
    exec("\n".join(BLOCK.findall(body)), names)  # noqa: S102 - our own page
    return names


def bar(x: float, y: float, w: float, h: float, *, stroke: str = INK, opacity: float = 0.5) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" stroke="{stroke}" fill="{stroke}"'
        f' fill-opacity="{opacity:g}"/>'
    )


def dot(x: float, y: float, *, fill: str = INK, radius: float = 5) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"/>'


@dataclass(frozen=True, slots=True)
class Axes:
    """A frame on the drawing and the numbers at its edges; logarithmic where asked."""

    left: float
    top: float
    width: float
    height: float
    xs: tuple[float, float]
    ys: tuple[float, float]
    log_x: bool = False
    log_y: bool = False

    def x(self, value: float) -> float:
        return self.left + self.width * _share(value, self.xs, logarithmic=self.log_x)

    def y(self, value: float) -> float:
        return self.top + self.height * (1 - _share(value, self.ys, logarithmic=self.log_y))

    def frame(self, xticks: Mapping[float, str], yticks: Mapping[float, str]) -> list[str]:
        bottom, right = self.top + self.height, self.left + self.width
        parts = [line([(self.left, self.top), (self.left, bottom), (right, bottom)])]
        for value, name in xticks.items():
            parts += [line([(self.x(value), bottom), (self.x(value), bottom + 5)])]
            parts += [text(round(self.x(value), 1), bottom + 22, name, size=15)]
        for value, name in yticks.items():
            parts += [line([(self.left - 5, self.y(value)), (self.left, self.y(value))])]
            parts += [text(self.left - 9, round(self.y(value) + 5, 1), name, anchor="end", size=15)]
        return parts

    def curve(self, xs: Sequence[float], ys: Sequence[float], *, stroke: str, dash: str = "") -> str:
        points = [(self.x(x), self.y(y)) for x, y in zip(xs, ys, strict=True)]
        return line(points, stroke=stroke, width=2.5, dash=dash)


def _share(value: float, ends: tuple[float, float], *, logarithmic: bool) -> float:
    low, high = ends
    if logarithmic:
        value, low, high = log10(value), log10(low), log10(high)
    return (value - low) / (high - low)
