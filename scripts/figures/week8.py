"""Draw the figures of week 8 from the code of its page: `python scripts/figures/week8.py`."""

from typing import Any

import numpy as np
from drawing import BLUE, GREEN, INK, ORANGE, arrow, line, save, text
from plots import PURPLE, Axes, bar, computed, dot

FOLDER = "08-doing-research"


def order() -> None:
    axes = Axes(90, 16, 360, 120, (0, 13), (0, 2))
    parts = axes.frame({0: "0", 3: "3", 6: "6", 9: "9", 12: "12"}, {})
    colours = {"A": INK, "B": ORANGE, "C": BLUE}
    for row, steps in enumerate(((("A", 10.0), ("B", 0.9), ("C", 1.35)), (("B", 1.0), ("C", 1.5), ("A", 3.5)))):
        start, y = 0.0, axes.y(2 - row) + 12
        for name, days in steps:
            parts.append(bar(axes.x(start), y, axes.x(days) - axes.x(0), 36, stroke=colours[name], opacity=0.15))
            parts.append(text(round(axes.x(start + days / 2), 1), y + 24, name))
            start += days
        parts.append(text(80, y + 24, ", ".join(name for name, _days in steps), anchor="end"))
        parts.append(text(round(axes.x(start) + 6), y + 24, f"{start:g}", anchor="start"))
    parts.append(text(270, 180, "expected days"))
    save(FOLDER, "order", (510, 192), "The same project in two orders", parts)


def intervals(page: dict[str, Any]) -> None:
    axes = Axes(30, 16, 440, 170, (-1.8, 1.8), (0, 3))
    parts = axes.frame({-1: "-1", 0: "0", 0.5: "0.5", 1: "1"}, {})
    parts.append(line([(axes.x(0.5), 34), (axes.x(0.5), 186)], stroke=GREEN, dash="4 4"))
    parts.append(text(round(axes.x(0.5)), 26, "truth", fill=GREEN))
    effect, template = page["effect"], page["template"]
    for name in np.unique(template):
        parts.append(dot(axes.x(effect[template == name].mean()), 60, fill=INK))
    for y, units, colour in ((105, np.arange(240), ORANGE), (155, template, BLUE)):
        low, high = page["interval"](effect, units)
        parts.append(line([(axes.x(low), y), (axes.x(high), y)], stroke=colour, width=4))
        parts += [line([(axes.x(end), y - 7), (axes.x(end), y + 7)], stroke=colour, width=2) for end in (low, high)]
        parts.append(dot(axes.x(effect.mean()), y, fill=colour))
    parts += [
        text(36, 66 + 18, "12 template means", anchor="start", size=15),
        text(36, 110, "240 prompts drawn", fill=ORANGE, anchor="start"),
        text(36, 160, "12 templates drawn", fill=BLUE, anchor="start"),
    ]
    save(FOLDER, "intervals", (500, 215), "Two bootstrap intervals of the same mean", parts)


def winner(page: dict[str, Any]) -> None:
    axes = Axes(60, 16, 300, 240, (-0.7, 0.7), (-0.7, 0.7))
    ticks = {-0.5: "-0.5", 0: "0", 0.5: "0.5"}
    parts = axes.frame(ticks, ticks)
    parts.append(line([(60, axes.y(0)), (360, axes.y(0))], dash="2 4"))
    first, second = page["first"].mean(axis=1), page["second"].mean(axis=1)
    for index in range(144):
        if index != page["best"]:
            parts.append(dot(axes.x(first[index]), axes.y(second[index]), fill=BLUE, radius=3))
    x, y = axes.x(first[page["best"]]), axes.y(second[page["best"]])
    parts += [
        dot(x, y, fill=ORANGE, radius=6),
        text(round(x) + 10, round(y) + 5, "winner", fill=ORANGE, anchor="start"),
        text(210, 298, "mean effect, first half of the data"),
        text(68, 24, "second half", anchor="start"),
    ]
    save(FOLDER, "winner", (430, 310), "The winner of the first half in the second half", parts)


def hackathon() -> None:
    axes = Axes(20, 70, 480, 50, (0, 48), (0, 1))
    spans = (
        (0, 3, "card", PURPLE), (3, 12, "first result", ORANGE), (12, 24, "experiment", BLUE),
        (24, 36, "controls, attack", GREEN), (36, 46, "writing", INK),
    )  # fmt: skip
    parts: list[str] = []
    for start, end, name, colour in spans:
        parts.append(bar(axes.x(start), 70, axes.x(end) - axes.x(start), 50, stroke=colour, opacity=0.15))
        middle = round(axes.x((start + end) / 2), 1)
        parts.append(text(middle, 100 if end > 3 else 62, name, size=14))
    for hour, words in ((12, "check"), (24, "turning point"), (36, "nothing new"), (46, "hand in")):
        x = round(axes.x(hour), 1)
        parts += [arrow([(x, 40), (x, 68)]), text(x, 32, words, size=14), text(x, 140, str(hour), size=14)]
    parts += [text(20, 140, "0", size=14), text(260, 162, "hour")]
    save(FOLDER, "hackathon", (530, 172), "A hackathon of 48 hours", parts)


if __name__ == "__main__":
    run = computed(FOLDER)
    order()
    intervals(run)
    winner(run)
    hackathon()
