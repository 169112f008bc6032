"""Draw the figures of week 3: `python scripts/figures/week3.py` writes four SVG files into the module's folder."""

import numpy as np
from drawing import BLUE, GREEN, INK, ORANGE, arrow, box, cell, line, save, text

MODULE = "03-mathematical-framework"


def table(left: float, title: str, colour: str, columns: list[str], entries: dict[tuple[int, int], str]) -> list[str]:
    """A table with the rows set, on, in; `entries` holds what is not 0, by row and column."""
    side = 50
    parts = [text(left + len(columns) * side / 2, 22, title, fill=colour)]
    parts += [text(left + (j + 0.5) * side, 52, word, size=13) for j, word in enumerate(columns)]
    for i in range(3):
        for j in range(len(columns)):
            here, x, y = entries.get((i, j), "0"), left + j * side, 60 + i * side
            parts.append(box(x, y, side, side, fill=colour, opacity=0 if here == "0" else 0.3))
            parts.append(text(x + side / 2, y + side / 2 + 6, here, size=15))
    return parts


def circuits() -> None:
    parts = [text(34, 91 + 50 * i, word, anchor="end", size=15) for i, word in enumerate(["set", "on", "in"])]
    parts += table(42, "direct path", INK, ["fire", "motion"], {(1, 0): "2", (2, 1): "2"})
    parts += table(172, "full QK", BLUE, ["set", "on", "in"], {(1, 0): "log 3", (2, 0): "log 3"})
    parts += table(352, "full OV", ORANGE, ["fire", "motion"], {(0, 0): "6", (0, 1): "6"})
    parts += [
        text(92, 234, "now → next", size=14),
        text(247, 234, "now → source", size=14),
        text(402, 234, "source → next", size=14),
    ]
    save(MODULE, "circuits", (470, 246), "Direct path, full QK and full OV circuit of a small head", parts)


def paths() -> None:
    parts = [
        text(60, 130, "embed"),
        box(10, 106, 100, 36),
        text(580, 130, "logits"),
        box(530, 106, 100, 36),
        arrow([(110, 124), (530, 124)], width=3),
        text(440, 114, "direct", size=15),
        box(170, 20, 100, 46, stroke=BLUE),
        text(220, 45, "head h", fill=BLUE),
        text(220, 12, "layer 1", size=13),
        arrow([(130, 124), (130, 38), (170, 38)], stroke=BLUE),
        arrow([(270, 38), (300, 38), (300, 120)], stroke=BLUE),
        box(370, 20, 100, 46, stroke=ORANGE),
        text(420, 45, "head g", fill=ORANGE),
        text(420, 12, "layer 2", size=13),
        arrow([(330, 124), (330, 38), (370, 38)], stroke=ORANGE),
        arrow([(470, 38), (500, 38), (500, 120)], stroke=ORANGE),
        text(320, 176, "the virtual head: through h, then through g", fill=GREEN, size=15),
        line(
            [(110, 130), (136, 130), (136, 58), (294, 58), (294, 130), (336, 130), (336, 58), (494, 58)],
            stroke=GREEN,
            width=2,
            dash="5 4",
        ),
        arrow([(494, 58), (494, 132), (530, 132)], stroke=GREEN, width=2, dash="5 4"),
    ]
    save(MODULE, "paths", (640, 190), "Paths through a two-layer attention-only model", parts)


def induction_steps() -> None:
    places = {"A": 70, "B": 190, "C": 310, "A ": 430}
    parts = []
    for word, x in places.items():
        parts += [box(x - 36, 190, 72, 36), text(x, 214, word.strip())]
    parts += [
        text(250, 256, "text so far"),
        arrow([(70, 190), (70, 150), (154, 116)], stroke=BLUE, width=2),
        box(154, 98, 72, 34, stroke=BLUE),
        text(190, 120, "after A", fill=BLUE, size=15),
        text(60, 110, "layer 1", fill=BLUE, size=15),
        text(60, 130, "leaves a note", fill=BLUE, size=15),
        arrow([(430, 190), (430, 115), (226, 115)], stroke=ORANGE, width=2),
        text(340, 105, "looks for “after A”", fill=ORANGE, size=15),
        text(500, 150, "layer 2", fill=ORANGE, size=15),
        arrow([(190, 98), (190, 40), (394, 40)], stroke=GREEN, width=2),
        box(394, 22, 90, 36, stroke=GREEN),
        text(439, 46, "B goes up", fill=GREEN, size=15),
        text(290, 32, "copies the word B", fill=GREEN, size=15),
    ]
    save(MODULE, "induction-steps", (560, 270), "A previous-token head and an induction head", parts)


def pattern(scores: np.ndarray) -> np.ndarray:
    weights = np.tril(np.exp(scores))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def induction_pattern() -> None:
    """The pattern of the page's model: eight words twice, scores 12 one back and 8 where a note fits."""
    length = 8
    n = 2 * length + 1
    words = np.concatenate([[0], np.arange(1, 9), np.arange(1, 9)])
    notes = pattern(12 * np.eye(n, k=-1)) @ np.eye(9)[words]
    weights = pattern(8 * np.eye(9)[words] @ notes.T)
    parts, side, left, top = [], 20, 60, 44
    for i in range(n):
        shown = "go" if i == 0 else "abcdefgh"[words[i] - 1]
        parts.append(text(left - 10, top + i * side + 15, shown, anchor="end", size=14))
        parts.append(text(left + (i + 0.5) * side, top - 8, shown, size=14))
        parts += [
            cell(left + j * side, top + i * side, side, fill=BLUE, opacity=0.06 + 0.9 * weights[i, j])
            for j in range(i + 1)
        ]
    parts += [
        text(left + 8.5 * side, 16, "looked at (key)"),
        text(left + 12 * side, top + 3 * side, "first copy: spread out", size=15),
        arrow([(left + 12 * side, top + 3.4 * side), (left + 7.4 * side, top + 5.6 * side)]),
        text(left + 3.3 * side, top + 15.6 * side, "the stripe", fill=ORANGE, size=15),
        arrow([(left + 3.4 * side, top + 14.8 * side), (left + 5.8 * side, top + 13.1 * side)], stroke=ORANGE),
    ]
    save(MODULE, "induction-pattern", (420, 396), "Attention pattern of the induction head of this page", parts)


if __name__ == "__main__":
    for draw in (circuits, paths, induction_steps, induction_pattern):
        draw()
