"""Draw the figures of week 5 from the code of its page: `OPENBLAS_NUM_THREADS=1 python scripts/figures/week5.py`."""

from typing import Any

from drawing import BLUE, GREEN, INK, ORANGE, arrow, line, save, text
from plots import PURPLE, Axes, computed, dot

MODULE = "05-superposition"
COLOURS = (BLUE, ORANGE, GREEN, PURPLE, INK)


def threshold() -> None:
    axes = Axes(64, 20, 400, 230, (0, 1), (0, 0.34))
    parts = axes.frame(
        {0: "0", 0.2: "0.2", 0.4: "0.4", 4 / 7: "4/7", 0.8: "0.8", 1: "1"}, {0: "0", 0.1: "0.1", 0.2: "0.2", 0.3: "0.3"}
    )
    chances = [step / 50 for step in range(51)]
    parts += [
        axes.curve(chances, [p / 3 - p * p / 4 for p in chances], stroke=BLUE),
        axes.curve(chances, [p * p / 3 for p in chances], stroke=ORANGE),
        line([(axes.x(4 / 7), axes.y(0)), (axes.x(4 / 7), axes.y(0.109))], dash="4 4"),
        dot(axes.x(4 / 7), axes.y(0.109)),
        text(axes.x(0.84), axes.y(0.13), "ignore", fill=BLUE),
        text(axes.x(0.8), axes.y(0.27), "share", fill=ORANGE),
        text(axes.x(0.24), axes.y(0.2), "sharing wins"),
        text(264, 298, "chance p that a feature is active"),
        text(64, 14, "loss", anchor="end"),
    ]
    save(MODULE, "threshold", (490, 310), "Loss of ignoring and of sharing against p", parts)


def geometry(page: dict[str, Any]) -> None:
    parts: list[str] = []
    for place, (p, toy) in enumerate(page["toys"].items()):
        x, y = 100 + 195 * place, 130
        parts += [
            text(x, 24, f"p = {p:g}"),
            line([(x - 85, y), (x + 85, y)], dash="2 4"),
            line([(x, y - 85), (x, y + 85)], dash="2 4"),
        ]
        for feature, (across, up) in enumerate(toy["W"]):
            tip, colour = (x + 68 * across, y - 68 * up), COLOURS[feature]
            if across**2 + up**2 < 0.1:
                parts.append(dot(*tip, fill=colour, radius=6 - feature))
                continue
            parts.append(arrow([(x, y), tip], stroke=colour, width=3))
            label = 1 + 0.25 / (across**2 + up**2) ** 0.5
            parts.append(text(round(x + 68 * across * label), round(y - 68 * up * label + 6), str(feature + 1)))
            parts[-1] = parts[-1].replace(INK, colour)
    parts += [text(100, 244, "2 of 5 stored"), text(295, 244, "4 of 5: two pairs"), text(490, 244, "all 5: a pentagon")]
    save(MODULE, "geometry", (590, 256), "Directions learned by the toy model at three sparsities", parts)


def trade_off(page: dict[str, Any]) -> None:
    axes = Axes(64, 34, 400, 220, (0.2, 0.7), (0.85, 1.0))
    parts = axes.frame(
        {0.2: "0.2", 0.3: "0.3", 0.4: "0.4", 0.5: "0.5", 0.6: "0.6", 0.7: "0.7"},
        {0.85: "0.85", 0.9: "0.90", 0.95: "0.95", 1: "1.00"},
    )
    parts += [
        line([(axes.x(0.25), axes.y(0.85)), (axes.x(0.25), axes.y(1))], dash="4 4"),
        text(axes.x(0.25) + 8, 80, "true L0", anchor="start", size=15),
    ]
    for penalty in (0.003, 0.01, 0.03, 0.1, 0.2, 0.4):
        count, _sum, explained, _dead, match = page["report"](page["train_sae"](penalty))
        good = match > 0.98
        x, y = axes.x(count), axes.y(explained)
        parts.append(dot(x, y, fill=GREEN if good else ORANGE, radius=6))
        if penalty > 0.05:
            parts.append(text(round(x + 10, 1), round(y + 22, 1), f"{penalty:g}", anchor="start", size=14))
        else:  # three points side by side at the top
            parts.append(text(round(x + (14 if penalty == 0.003 else 0), 1), round(y - 10, 1), f"{penalty:g}", size=14))
    parts += [
        text(axes.x(0.33), axes.y(0.89) + 4, "green: all five features found", fill=GREEN, anchor="start", size=15),
        text(264, 302, "L0, mean number of active latents (numbers: lambda)"),
        text(70, 14, "explained variance", anchor="start"),
    ]
    save(MODULE, "trade-off", (490, 314), "Explained variance against L0 for six penalties", parts)


if __name__ == "__main__":
    names = computed(MODULE)
    threshold()
    geometry(names)
    trade_off(names)
