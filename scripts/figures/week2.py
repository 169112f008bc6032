"""Draw the figures of week 2: `python scripts/figures/week2.py` writes four SVG files into the module's folder."""

from math import exp, sqrt
from pathlib import Path

FIGURES = Path(__file__).parents[2] / "whitebox/packs/mechinterp/modules/02-transformer-from-scratch/figures"

# Colours for a light page, on no paper of their own; the style sheet turns their lightness round in the dark.
INK = "#454b52"
BLUE = "#2566a5"
ORANGE = "#9c500c"


def text(x: float, y: float, words: str, *, fill: str = INK, anchor: str = "middle", size: int = 16) -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{fill}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def box(x: float, y: float, w: float, h: float, *, stroke: str = INK, fill: str = "none", opacity: float = 1) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="4" stroke="{stroke}" stroke-width="1.5"'
        f' fill="{fill}" fill-opacity="{opacity:.2f}"/>'
    )


def arrow(points: list[tuple[float, float]], *, stroke: str = INK, width: float = 1.5) -> str:
    """A polyline with its head at the last point; the last leg must be horizontal or vertical."""
    (x0, y0), (x1, y1) = points[-2:]
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    left = f"{x1 - 8 * dx + 5 * dy:g},{y1 - 8 * dy + 5 * dx:g}"
    right = f"{x1 - 8 * dx - 5 * dy:g},{y1 - 8 * dy - 5 * dx:g}"
    return (
        f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"/>'
        f'<polygon points="{x1:g},{y1:g} {left} {right}" fill="{stroke}"/>'
    )


def save(name: str, width: int, height: int, title: str, parts: list[str]) -> None:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" role="img">'
    )
    lines = [head, f"<title>{title}</title>", *parts, "</svg>", ""]
    (FIGURES / f"{name}.svg").write_text("\n".join(lines), encoding="utf-8")


def branch(y: float, name: str, norm: str, colour: str) -> list[str]:
    return [
        arrow([(110, y), (180, y)], stroke=colour),
        box(180, y - 18, 90, 36, stroke=colour),
        text(225, y + 6, norm),
        arrow([(270, y), (310, y)], stroke=colour),
        box(310, y - 18, 140, 36, stroke=colour),
        text(380, y + 6, name),
        arrow([(380, y + 18), (380, y + 58), (124, y + 58)], stroke=colour),
        f'<circle cx="110" cy="{y + 58:g}" r="13" fill="none" stroke="{colour}" stroke-width="1.5"/>',
        text(110, y + 64, "+", fill=colour, size=20),
        text(250, y + 50, "adds its output"),
    ]


def residual_stream() -> None:
    stream = [arrow([(110, y0), (110, y1)], width=3) for y0, y1 in ((84, 175), (201, 295), (321, 440))]
    parts = [
        text(110, 26, "token ids"),
        arrow([(110, 34), (110, 48)]),
        box(20, 48, 180, 36),
        text(110, 72, "embed + position"),
        *stream,
        *branch(130, "attention", "norm 1", BLUE),
        *branch(250, "MLP", "norm 2", ORANGE),
        box(8, 104, 456, 228, stroke=INK, opacity=0),
        text(456, 356, "one block (repeat L times)", anchor="end"),
        text(122, 390, "residual stream", anchor="start"),
        text(122, 412, "d_model numbers per position", anchor="start"),
        box(20, 440, 180, 36),
        text(110, 464, "final norm"),
        arrow([(200, 458), (250, 458)]),
        box(250, 440, 110, 36),
        text(305, 464, "unembed"),
        arrow([(360, 458), (400, 458)]),
        text(405, 464, "logits", anchor="start"),
    ]
    save("residual-stream", 480, 490, "The residual stream through one pre-norm block", parts)


def grid(left: float, title: str, rows: list[list[str]], shade: list[list[float]]) -> list[str]:
    cell = 56
    parts = [text(left + 1.5 * cell, 24, title)]
    for i, row in enumerate(rows):
        for j, words in enumerate(row):
            x, y = left + j * cell, 62 + i * cell
            parts.append(box(x, y, cell, cell, fill=BLUE, opacity=0.25 * shade[i][j]))
            parts.append(text(x + cell / 2, y + cell / 2 + 6, words))
    parts += [text(left + (j + 0.5) * cell, 52, f"key {j}", size=14) for j in range(3)]
    return parts


def causal_mask() -> None:
    scores = [[1, 2, 0], [0, 1, 3], [1, 0, 2]]
    weights = [[exp(s) if j <= i else 0.0 for j, s in enumerate(row)] for i, row in enumerate(scores)]
    pattern = [[w / sum(row) for w in row] for row in weights]
    none = [[0.0] * 3 for _ in range(3)]
    masked = [[str(s) if j <= i else "\u2212∞" for j, s in enumerate(row)] for i, row in enumerate(scores)]
    parts = [text(72, 96 + 56 * i, f"query {i}", anchor="end", size=14) for i in range(3)]
    parts += grid(80, "scaled scores", [[str(s) for s in row] for row in scores], none)
    parts += [arrow([(252, 146), (282, 146)])]
    parts += grid(288, "masked", masked, none)
    parts += [arrow([(460, 146), (490, 146)])]
    parts += grid(496, "softmax by row", [[f"{p:.2f}" for p in row] for row in pattern], pattern)
    save("causal-mask", 672, 240, "Scores, causal mask, attention pattern", parts)


def bars(left: float, title: str, values: list[float], unit: float, colours: list[str], zero: float) -> list[str]:
    parts = [text(left + 64, 24, title), f'<path d="M{left:g} {zero:g}h128" stroke="{INK}" stroke-width="1.5"/>']
    for i, value in enumerate(values):
        x, height = left + 8 + 30 * i, abs(value) * unit
        parts.append(box(x, zero - max(value, 0) * unit, 22, height, stroke=colours[i], fill=colours[i], opacity=0.4))
        parts.append(text(x + 11, zero - height - 6 if value >= 0 else zero + height + 18, f"{value:g}", size=15))
    return parts


def layer_norm() -> None:
    x, gamma, beta = [1.0, 1.0, 5.0, 5.0], [1.0, 2.0, 1.0, 0.5], [0.0, 0.0, 1.0, 0.0]
    centred = [v - sum(x) / 4 for v in x]
    unit = [v / sqrt(sum(c * c for c in centred) / 4) for v in centred]
    scaled = [g * v + b for g, v, b in zip(gamma, unit, beta, strict=True)]
    tones = [INK, BLUE, ORANGE, INK]
    parts: list[str] = []
    for place, (title, values) in enumerate(
        [("one token x", x), ("minus mean 3", centred), ("divided by 2", unit), ("gamma, beta", scaled)]
    ):
        parts += bars(10 + 160 * place, title, values, 22, tones, 170)
        if place:
            parts.append(arrow([(160 * place - 18, 205), (160 * place + 6, 205)]))
    save("layer-norm", 640, 250, "Layer norm of one token, step by step", parts)


def temperature() -> None:
    logits = [2.0, 1.0, 0.0]
    parts: list[str] = []
    for place, t in enumerate([0.5, 1.0, 2.0]):
        weights = [exp(v / t) for v in logits]
        chances = [round(w / sum(weights), 2) for w in weights]
        left = 16 + 156 * place
        parts += [text(left + 64, 24, f"T = {t:g}"), f'<path d="M{left:g} 200h128" stroke="{INK}" stroke-width="1.5"/>']
        for i, p in enumerate(chances):
            x = left + 4 + 42 * i
            parts.append(box(x, 200 - 140 * p, 36, 140 * p, stroke=BLUE, fill=BLUE, opacity=0.4))
            parts.append(text(x + 18, 200 - 140 * p - 6, f"{p:.2f}", size=15))
            parts.append(text(x + 18, 220, "abc"[i], size=15))
    save("temperature", 480, 232, "One set of logits at three temperatures", parts)


if __name__ == "__main__":
    FIGURES.mkdir(parents=True, exist_ok=True)
    for draw in (residual_stream, causal_mask, layer_norm, temperature):
        draw()
