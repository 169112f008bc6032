"""Draw the four figures of week 1 as plain SVG; run from the repository's root.

Colours are mid-tones that keep about 4:1 contrast on white and on near-black paper, because an SVG
shown by an image tag cannot inherit the page's colour.
"""

from pathlib import Path

import numpy as np

OUT = Path("whitebox/packs/mechinterp/modules/01-gradients-from-scratch/figures")
INK, BLUE, ORANGE, GREEN = "#454b52", "#2566a5", "#9c500c", "#1f6e43"


def text(x: float, y: float, words: str, *, fill: str = INK, anchor: str = "middle", size: int = 16) -> str:
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" font-size="{size}" font-weight="600" '
        f'text-anchor="{anchor}">{words}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = INK, width: float = 2, extra: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width}" {extra}/>'
    )


def arrow(x1: float, y1: float, x2: float, y2: float, *, stroke: str = INK, width: float = 2) -> str:
    """Draw a line whose head is a triangle, so that no marker definition is needed."""
    along = np.array([x2 - x1, y2 - y1]) / np.hypot(x2 - x1, y2 - y1)
    across = np.array([-along[1], along[0]])
    tip = np.array([x2, y2])
    left, right = tip - 11 * along + 5 * across, tip - 11 * along - 5 * across
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, left, right))
    shaft = tip - 9 * along
    return line(x1, y1, *shaft, stroke=stroke, width=width) + f'<polygon points="{head}" fill="{stroke}"/>'


def path(xs: np.ndarray, ys: np.ndarray, *, stroke: str, dash: str = "") -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="2.5"{dashed}/>'


def save(name: str, title: str, width: int, height: int, parts: list[str]) -> None:
    body = "\n".join(parts)
    (OUT / name).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif">\n<title>{title}</title>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


def projection() -> None:
    unit, ox, oy = 80, 70, 390

    def at(x: float, y: float) -> tuple[float, float]:
        return ox + unit * x, oy - unit * y

    far, v, foot = at(3 * 1.1, 4 * 1.1), at(4, 2), at(2.4, 3.2)
    parts = [
        arrow(*at(-0.4, 0), *at(5.2, 0)),
        arrow(*at(0, -0.3), *at(0, 4.6)),
        text(*at(5.05, -0.3), "neuron 1"),
        text(*at(0.12, 4.5), "neuron 2", anchor="start"),
        line(*at(0, 0), *far, stroke=ORANGE, extra='stroke-dasharray="6 6"'),
        text(far[0] + 10, far[1] + 6, "direction d = (3, 4)", fill=ORANGE, anchor="start"),
        line(*at(0, 0), *foot, stroke=ORANGE, width=5),
        arrow(*at(0, 0), *v, stroke=BLUE, width=3),
        text(v[0] + 10, v[1] + 6, "activation v = (4, 2)", fill=BLUE, anchor="start"),
        line(*v, *foot, stroke=INK, extra='stroke-dasharray="3 5"'),
        text(foot[0] - 88, foot[1] + 22, "strength 4", fill=ORANGE),
        text((v[0] + foot[0]) / 2 + 14, (v[1] + foot[1]) / 2 - 4, "what d does not see", anchor="start"),
    ]
    save("projection.svg", "Reading a feature is a projection", 640, 430, parts)


def node(x: float, y: float, name: str, value: str, slope: str) -> list[str]:
    box = (
        f'<rect x="{x - 52}" y="{y - 24}" width="104" height="48" rx="8" fill="none" stroke="{INK}" stroke-width="2"/>'
    )
    return [box, text(x, y + 6, f"{name} = {value}", fill=BLUE), text(x, y + 44, f"grad {slope}", fill=ORANGE)]


def graph() -> None:
    at = {
        "x": (80, 110),
        "w": (80, 250),
        "b": (240, 50),
        "p": (240, 180),
        "q": (410, 140),
        "r": (570, 140),
        "s": (410, 290),
        "L": (730, 210),
    }
    facts = {
        "x": ("2", "12"),
        "w": ("3", "8 + 6 = 14"),
        "b": ("-4", "4"),
        "p": ("6", "4"),
        "q": ("2", "4"),
        "r": ("4", "1"),
        "s": ("9", "1"),
        "L": ("13", "1"),
    }
    edges = [
        ("x", "p", "3"),
        ("w", "p", "2"),
        ("p", "q", "1"),
        ("b", "q", "1"),
        ("q", "r", "4"),
        ("w", "s", "6"),
        ("r", "L", "1"),
        ("s", "L", "1"),
    ]
    nudges = {("w", "p"): (-2, -10), ("w", "s"): (0, -10), ("b", "q"): (14, -6), ("x", "p"): (8, -8)}
    parts: list[str] = []
    for start, end, slope in edges:
        a, b = np.array(at[start], float), np.array(at[end], float)
        x1, y1 = a[0] + 52, a[1]
        x2, y2 = b[0] - 54, b[1]
        if (start, end) == ("b", "q"):
            x2, y2 = b[0] - 20, b[1] - 26
        parts.append(arrow(x1, y1, x2, y2))
        dx, dy = nudges.get((start, end), (0, -10))
        parts.append(text((x1 + x2) / 2 + dx, (y1 + y2) / 2 + dy, f"\u00d7{slope}", fill=GREEN))
    for name, (value, slope) in facts.items():
        parts += node(*at[name], name, value, slope)
    parts.append(text(560, 335, "blue: forward values", fill=BLUE, anchor="start"))
    parts.append(text(560, 359, "green: local slopes", fill=GREEN, anchor="start"))
    parts.append(text(560, 383, "orange: gradients of L", fill=ORANGE, anchor="start"))
    save("graph.svg", "Forward values and backward gradients of one small graph", 810, 400, parts)


def frame(width: int, height: int, left: int, bottom: int, right: int = 20, top: int = 20) -> list[str]:
    return [line(left, height - bottom, width - right, height - bottom), line(left, top, left, height - bottom)]


def step_error() -> None:
    """Plot the measured error of both difference quotients of exp at 1 against the step."""
    width, height, left, bottom = 680, 420, 90, 70
    exponents = np.arange(-13, 0.01, 0.25)
    steps, exact = 10.0**exponents, np.exp(1.0)
    forward = np.abs((np.exp(1 + steps) - exact) / steps - exact) / exact
    central = np.abs((np.exp(1 + steps) - np.exp(1 - steps)) / (2 * steps) - exact) / exact
    x = left + (exponents + 13) / 13 * (width - left - 30)

    def y(error: np.ndarray) -> np.ndarray:
        return np.asarray(20 - np.log10(np.clip(error, 1e-13, 1)) / 13 * (height - bottom - 20))

    parts = frame(width, height, left, bottom)
    for power in range(-12, 1, 3):
        xx, yy = left + (power + 13) / 13 * (width - left - 30), float(y(np.array(10.0**power)))
        parts += [text(xx, height - bottom + 24, f"1e{power}"), text(left - 10, yy + 5, f"1e{power}", anchor="end")]
    parts += [
        path(x, y(forward), stroke=ORANGE, dash="7 5"),
        path(x, y(central), stroke=BLUE),
        text(x[34] + 8, float(y(forward[34])) - 42, "forward", fill=ORANGE, anchor="end"),
        text(x[40] + 30, float(y(central[40])) + 22, "central", fill=BLUE, anchor="start"),
        text(left + 90, 32, "rounding wins", anchor="start"),
        text(width - 170, 32, "curvature wins", anchor="end"),
        text((left + width) / 2, height - 12, "step ε"),
        text(left + 12, height - bottom - 14, "relative error, lower is better", anchor="start"),
    ]
    save("step-error.svg", "Error of difference quotients against the step", width, height, parts)


def descend(rate: float, steps: int, *, keep_gradient: bool = False) -> np.ndarray:
    """Return the losses of gradient descent on L = w*w from w = 1, as a fraction of the first."""
    w, gradient, losses = 1.0, 0.0, []
    for _ in range(steps):
        losses.append(w * w)
        gradient = 2 * w + (gradient if keep_gradient else 0.0)
        w -= rate * gradient
    return np.array(losses)


def loss_curves() -> None:
    width, height, left, bottom, steps = 680, 400, 70, 60, 25
    x = left + np.arange(steps) / (steps - 1) * (width - left - 130)

    def y(loss: np.ndarray) -> np.ndarray:
        return np.asarray(height - bottom - np.clip(loss, 0, 2.0) / 2.0 * (height - bottom - 30))

    runs = [
        (descend(0.1, steps), GREEN, "", "rate 0.1"),
        (descend(0.01, steps), INK, "2 5", "rate 0.01"),
        (descend(0.1, steps, keep_gradient=True), ORANGE, "8 5", "not zeroed"),
    ]
    spots = {"not zeroed": (20, -40, -14), "rate 0.01": (steps - 1, 8, 4)}
    parts = frame(width, height, left, bottom, right=120)
    for losses, colour, dash, label in runs:
        parts.append(path(x, y(losses), stroke=colour, dash=dash))
        at, right, lift = spots.get(label, (steps - 1, 8, -6))
        place = float(x[at]) + right, float(y(losses)[at]) + lift
        parts.append(text(*place, label, fill=colour, anchor="start"))
    wild = descend(1.05, steps)
    shown = wild <= 2.0
    parts.append(path(x[shown], y(wild[shown]), stroke=BLUE, dash="12 4 2 4"))
    parts.append(text(x[shown][-1] + 8, float(y(wild[shown])[-1]) + 18, "rate 1.05", fill=BLUE, anchor="start"))
    for tick in (0, 1, 2):
        parts.append(text(left - 10, float(y(np.array(float(tick)))) + 5, str(tick), anchor="end"))
    for tick in (0, 6, 12, 18, 24):
        parts.append(text(float(x[tick]), height - bottom + 24, str(tick)))
    parts += [text((left + width - 120) / 2, height - 10, "step"), text(left + 10, 30, "loss w²", anchor="start")]
    save("loss-curves.svg", "Four loss curves of the same problem", width, height, parts)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    projection()
    graph()
    step_error()
    loss_curves()
