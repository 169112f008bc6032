"""Small pictures of figures, as SVG that the page's own style colours. The figures stand beside them as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

LOWEST, HIGHEST = 1.0, 5.0  # the levels of a rubric
AXIS = 160  # units of the axis that scores share
PAD = 6
BAR = 60


def _place(value: float) -> int:
    inside = min(HIGHEST, max(LOWEST, value))
    return round(PAD + (inside - LOWEST) / (HIGHEST - LOWEST) * (AXIS - 2 * PAD))


def dot(value: float, reach: float, cut: float | None) -> SafeString:
    """Draw a score with its interval and the line of the cut."""
    return _dot(_place(value), _place(value - reach), _place(value + reach), -1 if cut is None else _place(cut))


@lru_cache(maxsize=4096)
def _dot(at: int, low: int, high: int, cut: int) -> SafeString:
    line = f'<path class="cut" d="M{cut} 0V20"/>' if cut >= 0 else ""
    return SafeString(
        f'<svg class="dot" viewBox="0 0 {AXIS} 20" aria-hidden="true">{line}'
        f'<path class="reach" d="M{low} 10H{high}"/><circle cx="{at}" cy="10" r="4"/></svg>'
    )


@lru_cache(maxsize=64)
def axis(cut: float | None) -> SafeString:
    """Draw the axis that stands once above the rows: the five levels, and the cut."""
    levels = "".join(f'<text x="{_place(level)}" y="18" text-anchor="middle">{level}</text>' for level in range(1, 6))
    line = f'<path class="cut" d="M{_place(cut)} 0V20"/>' if cut is not None else ""
    return SafeString(f'<svg class="dot" viewBox="0 0 {AXIS} 20" aria-hidden="true">{line}{levels}</svg>')


def bar(share: float) -> SafeString:
    """Draw a probability."""
    return _bar(round(share * BAR))


@lru_cache(maxsize=BAR + 1)
def _bar(width: int) -> SafeString:
    return SafeString(
        f'<svg class="bar" viewBox="0 0 {BAR} 10" aria-hidden="true"><rect class="whole" width="{BAR}" height="10"/>'
        f'<rect class="part" width="{width}" height="10"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class Whisker:
    """A named figure with its interval; `is_told` where the interval leaves zero out."""

    name: str
    value: float
    reach: float

    @property
    def is_told(self) -> bool:
        return abs(self.value) > self.reach


NAMES, WIDTH, ROW = 190, 600, 26


def whiskers(rows: Sequence[Whisker], *, label: str, low: str, high: str) -> SafeString:
    """Draw figures around zero, one below the other, under the words for both sides."""
    largest = max((abs(row.value) + row.reach for row in rows), default=0) or 1.0
    middle, half = (WIDTH + NAMES) / 2 + PAD, (WIDTH - NAMES) / 2 - 2 * PAD

    def place(value: float) -> int:
        return round(middle + value / largest * half)

    height = ROW * (len(rows) + 1)
    drawn = [
        f'<g class="{"told" if row.is_told else "untold"}"><text x="0" y="{y + 5}">{escape(_short(row.name))}</text>'
        f'<text x="{NAMES}" y="{y + 5}" text-anchor="end">{row.value:+.2f}</text>'
        f'<path class="reach" d="M{place(row.value - row.reach)} {y}H{place(row.value + row.reach)}"/>'
        f'<circle cx="{place(row.value)}" cy="{y}" r="5"/></g>'
        for row, y in zip(rows, range(ROW + ROW // 2, height + ROW, ROW), strict=False)
    ]
    return format_html(
        '<svg class="whiskers" viewBox="0 0 {} {}" role="img" aria-label="{}"><text x="{}" y="14">{}</text>'
        '<text x="{}" y="14" text-anchor="end">{}</text><path class="cut" d="M{} 20V{}"/>{}</svg>',
        WIDTH, height, label, NAMES + 2 * PAD, f"← {low}", WIDTH, f"{high} →", round(middle), height,
        SafeString("".join(drawn)),
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"
