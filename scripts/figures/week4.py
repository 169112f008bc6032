"""Draw the figures of week 4: `python scripts/figures/week4.py` writes three SVG files into the module's folder.

The numbers are those that the page's code prints; `tests/packs/test_week4_numbers.py` compares them.
"""

from drawing import BLUE, GREEN, ORANGE, arrow, box, cell, line, save, text

MODULE = "04-tools-of-the-trade"
WORDS = ["(go)", "Ana", "and", "Ben", "met", "Ben", "gave", "to"]
HEADS = ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"]
DIRECT = [0.0, -0.09, -0.01, 0.10, 1.32, -0.33]  # shares of the logit difference 4.354
TOTAL = [1.0, 0.0, 1.0, 0.01, 1.31, -0.29]
SECOND_NAME = [0.0, 0, 0, 0, 0, 1, 0, 0]
LAST_WORD = [0.0, 0, 0, 0, 0, 0, 0, 1]
STREAMS = [SECOND_NAME, SECOND_NAME, [0, 0, 0, 0, 0, -0.03, 0, 1.0], LAST_WORD]


def laboratory() -> None:
    parts = []
    for i, word in enumerate(WORDS):
        parts += [box(6 + 72 * i, 250, 64, 34), text(38 + 72 * i, 273, word)]
    parts += [
        text(110, 304, "IO", size=14),
        text(254, 304, "S1", size=14),
        text(398, 304, "S2", size=14),
        text(542, 304, "END", size=14),
        arrow([(254, 250), (254, 215), (398, 215), (398, 178)], stroke=BLUE, width=2),
        text(352, 238, "0.0 finds the earlier copy", fill=BLUE, size=15),
        box(338, 144, 120, 34, stroke=BLUE),
        text(398, 166, "repeated: Ben", fill=BLUE, size=15),
        arrow([(458, 161), (542, 161), (542, 128)], stroke=ORANGE, width=2),
        text(508, 184, "1.0 carries it", fill=ORANGE, size=15),
        box(490, 94, 104, 34, stroke=ORANGE),
        text(542, 116, "avoid Ben", fill=ORANGE, size=15),
        arrow([(110, 250), (110, 40), (440, 40)], stroke=GREEN, width=2),
        line([(542, 94), (542, 62)], stroke=GREEN, width=2, dash="4 4"),
        text(280, 30, "2.0 copies Ana (2.1: lowers it)", fill=GREEN, size=15),
        box(440, 22, 154, 40, stroke=GREEN),
        text(517, 47, "output: Ana up", fill=GREEN, size=15),
    ]
    save(MODULE, "laboratory", (600, 314), "The circuit of the laboratory model", parts)


def direct_and_total() -> None:
    unit, zero = 110, 190
    parts = [line([(20, zero), (560, zero)])]
    for i, name in enumerate(HEADS):
        x = 50 + 88 * i
        parts.append(text(x + 26, 268, name))
        for k, (value, colour) in enumerate(((DIRECT[i], ORANGE), (TOTAL[i], BLUE))):
            left, height = x - 6 + 36 * k, abs(value) * unit
            parts.append(box(left, zero - max(value, 0) * unit, 28, height, stroke=colour, fill=colour, opacity=0.4))
            parts.append(
                text(left + 14, zero - height - 6 if value >= 0 else zero + height + 17, f"{value:g}", size=13)
            )
    parts += [
        text(
            30,
            24,
            "orange: direct attribution, as a share of the logit difference",
            fill=ORANGE,
            anchor="start",
            size=15,
        ),
        text(30, 44, "blue: effect of patching the head's output", fill=BLUE, anchor="start", size=15),
    ]
    save(MODULE, "direct-and-total", (580, 280), "Direct attribution and patching of six heads", parts)


def where_and_when() -> None:
    side, left, top = 56, 84, 34
    parts = [text(left + (j + 0.5) * side, 24, word, size=15) for j, word in enumerate(WORDS)]
    for i, row in enumerate(STREAMS):
        parts.append(text(left - 8, top + i * side + 33, f"stream{i}", anchor="end", size=15))
        for j, value in enumerate(row):
            x, y = left + j * side, top + i * side
            parts.append(box(x, y, side, side))
            parts.append(cell(x, y, side, fill=BLUE, opacity=0.6 * max(value, 0)))
            parts.append(text(x + side / 2, y + 33, f"{value:g}", size=15))
    parts.append(text(left + 4 * side, top + 4 * side + 24, "position at which the clean stream is put in", size=15))
    save(MODULE, "where-and-when", (540, 296), "Effect of patching the stream by layer and position", parts)


if __name__ == "__main__":
    for draw in (laboratory, direct_and_total, where_and_when):
        draw()
