"""Draw the figures of week 6 from the code of its page: `OPENBLAS_NUM_THREADS=1 python scripts/figures/week6.py`."""

from math import cos, pi
from typing import Any

from drawing import BLUE, GREEN, INK, ORANGE, line, save, text
from plots import PURPLE, Axes, bar, computed

FOLDER = "06-algorithmic-tasks"
STEPS: dict[float, str] = {50: "50", 100: "100", 200: "200", 500: "500", 1000: "1000", 2000: "2000"}
KEYS = (2, 4, 5, 7, 8, 13)


def grokking(page: dict[str, Any]) -> None:
    axes = Axes(70, 20, 400, 250, (50, 2000), (1e-8, 100), log_x=True, log_y=True)
    parts = axes.frame(STEPS, {100: "100", 1: "1", 1e-2: "0.01", 1e-4: "0.0001", 1e-6: "10⁻⁶", 1e-8: "10⁻⁸"})
    without, *_rows = page["train"](decay=0.0)
    steps = [step for step in sorted(page["kept"]) if step]
    for kept, rows, colour, dash in (
        (page["kept"], "seen", BLUE, ""),
        (page["kept"], "held_out", ORANGE, ""),
        (without, "held_out", PURPLE, "6 4"),
    ):
        losses = [page["loss"](page["logits"](kept[step], page["X"]), page[rows]) for step in steps]
        parts.append(axes.curve(steps, losses, stroke=colour, dash=dash))
    parts += [
        text(464, 16, "held-out, no decay", fill=PURPLE, anchor="end"),
        text(290, 84, "held-out", fill=ORANGE, anchor="end"),
        text(215, 150, "training", fill=BLUE, anchor="end"),
        text(270, 318, "training step"),
    ]
    save(FOLDER, "grokking", (490, 330), "Training and held-out loss of a run that groks", parts)


def spectrum(page: dict[str, Any]) -> None:
    parts: list[str] = []
    for place, step in enumerate((0, 2000)):
        axes = Axes(50 + 245 * place, 40, 205, 150, (-0.5, 14.5), (0, 20))
        parts += axes.frame({0: "0", 5: "5", 10: "10", 14: "14"}, {0: "0", 10: "10", 20: "20 %"} if not place else {})
        parts.append(text(axes.left + 102, 24, f"step {step}"))
        for k, share in enumerate(page["shares"](page["kept"][step][0])):
            colour = ORANGE if place and k in KEYS else INK
            top = axes.y(100 * share)
            parts.append(bar(axes.x(k) - 4, top, 8, axes.y(0) - top, stroke=colour))
    parts.append(text(265, 238, "frequency of the wave in E"))
    save(FOLDER, "spectrum", (515, 250), "Share of each frequency in the embedding", parts)


def cosines() -> None:
    axes = Axes(50, 30, 420, 190, (-14, 14), (-1, 1))
    parts = axes.frame({-14: "-14", -7: "-7", 0: "right", 7: "7", 14: "14"}, {-1: "-1", 0: "0", 1: "1"})
    parts.append(line([(50, axes.y(0)), (470, axes.y(0))], dash="2 4"))
    offsets = range(-14, 15)
    for keys, colour, dash in (((2,), INK, "3 3"), ((2, 5), BLUE, "7 4"), (KEYS, ORANGE, "")):
        sums = [sum(cos(2 * pi * k * off / 29) for k in keys) / len(keys) for off in offsets]
        parts.append(axes.curve(list(offsets), sums, stroke=colour, dash=dash))
    parts += [
        text(50, 20, "one frequency (dotted)", anchor="start"),
        text(246, 20, "two (dashed)", fill=BLUE, anchor="start"),
        text(376, 20, "six (solid)", fill=ORANGE, anchor="start"),
        text(260, 262, "candidate minus right answer"),
    ]
    save(FOLDER, "cosines", (490, 275), "Sums of cosines single out the right answer", parts)


def progress(page: dict[str, Any]) -> None:
    axes = Axes(50, 20, 410, 220, (50, 2000), (0, 14), log_x=True)
    parts = axes.frame(STEPS, {0: "0", 3.37: "3.4", 7: "7", 14: "14"})
    parts.append(line([(50, axes.y(3.367)), (460, axes.y(3.367))], dash="2 4"))
    steps = [step for step in sorted(page["kept"]) if step]
    halves = [page["split"](page["kept"][step]) for step in steps]
    held_out = [page["loss"](page["logits"](page["kept"][step], page["X"]), page["held_out"]) for step in steps]
    restricted = [page["loss"](half[0], page["held_out"]) for half in halves]
    excluded = [page["loss"](half[1], page["seen"]) for half in halves]
    for losses, colour, dash in ((held_out, ORANGE, ""), (restricted, GREEN, "7 4"), (excluded, PURPLE, "2 3")):
        parts.append(axes.curve(steps, losses, stroke=colour, dash=dash))
    parts += [
        text(300, 90, "held-out", fill=ORANGE, anchor="start"),
        text(150, 203, "restricted", fill=GREEN, anchor="start"),
        text(258, 230, "excluded", fill=PURPLE, anchor="start"),
        text(464, round(axes.y(3.367) - 6), "guessing", anchor="end", size=14),
        text(255, 288, "training step"),
    ]
    save(FOLDER, "progress", (490, 300), "Restricted and excluded loss over training", parts)


if __name__ == "__main__":
    run = computed(FOLDER)
    grokking(run)
    spectrum(run)
    cosines()
    progress(run)
