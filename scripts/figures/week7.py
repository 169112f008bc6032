"""Draw the figures of week 7 from the code of its page: `python scripts/figures/week7.py`."""

from math import tanh
from typing import Any

from drawing import BLUE, GREEN, ORANGE, arrow, line, save, text
from plots import Axes, bar, computed, dot

FOLDER = "07-features-in-real-models"


def audit(page: dict[str, Any]) -> None:
    axes = Axes(60, 20, 400, 170, (0, 6), (0, 100))
    parts = axes.frame({value: str(value) for value in range(7)}, {0: "0", 50: "50 %", 100: "100 %"})
    for low in range(6):
        here = (page["act"] > low) & (page["act"] <= low + 1)
        top = axes.y(100 * page["concept"][here].mean())
        parts.append(bar(axes.x(low) + 8, top, 50, axes.y(0) - top, stroke=BLUE))
        parts.append(text(round(axes.x(low + 0.5), 1), 240, f"{here.sum():,}", fill=ORANGE, size=15))
    parts += [
        text(70, 30, "share with the concept", fill=BLUE, anchor="start"),
        text(260, 262, "strength of the feature (below: number of tokens)"),
    ]
    save(FOLDER, "audit", (490, 275), "What a feature stands for, by its strength", parts)


def attribution(page: dict[str, Any]) -> None:
    axes = Axes(70, 20, 300, 250, (-1.8, 1.2), (-1.8, 1.2))
    ticks = {-1.5: "-1.5", -1: "-1", 0: "0", 1: "1"}
    parts = axes.frame(ticks, ticks)
    parts.append(line([(axes.x(-1.8), axes.y(-1.8)), (axes.x(1.2), axes.y(1.2))], dash="4 4"))
    for index, (exact, estimate) in enumerate(zip(page["exact"], page["estimate"], strict=True)):
        parts.append(dot(axes.x(exact), axes.y(estimate), fill=ORANGE if index == 6 else BLUE))
    parts += [
        text(122, 112, "component 6", fill=ORANGE, anchor="start"),
        text(220, 318, "exact effect of the ablation"),
        text(76, 18, "estimate", anchor="start"),
        text(290, 150, "estimate = exact", anchor="start", size=14),
    ]
    save(FOLDER, "attribution", (460, 330), "Exact effects and first-order estimates", parts)


def tangent() -> None:
    axes = Axes(60, 20, 330, 190, (-1, 1), (-1.1, 1.1))
    parts = axes.frame({-1: "h = -1", 0: "0", 1: "h' = 1"}, {-1: "-1", 0: "0", 1: "1"})
    xs = [-1 + i / 25 for i in range(51)]
    slope = 3 * (1 - tanh(3) ** 2)
    flat = [-tanh(3) + slope * (x + 1) for x in xs]
    parts += [
        axes.curve(xs, [tanh(3 * x) for x in xs], stroke=BLUE),
        axes.curve(xs, flat, stroke=ORANGE, dash="6 4"),
        arrow([(axes.x(0.97), axes.y(flat[-1])), (axes.x(0.97), axes.y(0.98))], stroke=GREEN, width=2),
        text(220, 70, "tanh(3h)", fill=BLUE, anchor="end"),
        text(368, 188, "tangent at -1: predicts 0.06", fill=ORANGE, anchor="end"),
        text(376, 130, "truth: 1.99", fill=GREEN, anchor="end"),
    ]
    save(FOLDER, "tangent", (450, 250), "Where the tangent knows nothing of the step", parts)


def illusion() -> None:
    axes = Axes(60, 20, 320, 220, (-1.6, 1.6), (-0.8, 1.4))
    parts = [
        arrow([(axes.x(-1.6), axes.y(0)), (axes.x(1.6), axes.y(0))]),
        arrow([(axes.x(0), axes.y(-0.8)), (axes.x(0), axes.y(1.4))]),
        line([(axes.x(-0.7), axes.y(-0.7)), (axes.x(1.3), axes.y(1.3))], dash="3 4"),
        arrow([(axes.x(-1), axes.y(0)), (axes.x(-0.05), axes.y(0.95))], stroke=ORANGE, width=2.5),
        dot(axes.x(-1), axes.y(0), fill=BLUE, radius=6),
        dot(axes.x(1), axes.y(0), fill=BLUE, radius=6),
        dot(axes.x(0), axes.y(1), fill=ORANGE, radius=6),
        text(axes.x(-1), axes.y(0) + 24, "concept no", fill=BLUE),
        text(axes.x(1), axes.y(0) + 24, "concept yes", fill=BLUE),
        text(axes.x(-0.08), axes.y(1) - 12, "patched: never seen", fill=ORANGE, anchor="end"),
        text(axes.x(1.6) + 4, axes.y(0) - 10, "silent", anchor="end"),
        text(axes.x(0) + 8, 26, "idle (read)", anchor="start"),
        text(axes.x(1.3) + 2, axes.y(1.3) + 18, "v", anchor="start"),
    ]
    save(FOLDER, "illusion", (450, 260), "A patch that wakes up an idle direction", parts)


if __name__ == "__main__":
    run = computed(FOLDER)
    audit(run)
    attribution(run)
    tangent()
    illusion()
