"""What the figures of the weeks are drawn with: plain SVG parts as text.

Colours are for a light page and there is no background: an SVG in an <img> does not inherit the page's ink, so the
style sheet turns the lightness of the whole drawing round in the dark and keeps its hues.
"""

from math import hypot
from pathlib import Path

MODULES = Path(__file__).parents[2] / "whitebox/packs/mechinterp/modules"
INK, BLUE, ORANGE, GREEN = "#454b52", "#2566a5", "#9c500c", "#1f6e43"

Point = tuple[float, float]


def text(x: float, y: float, words: str, *, fill: str = INK, anchor: str = "middle", size: int = 16) -> str:
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:g}" y="{y:g}" fill="{fill}" text-anchor="{anchor}" font-size="{size}">{words}</text>'


def box(x: float, y: float, w: float, h: float, *, stroke: str = INK, fill: str = "none", opacity: float = 1) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="3" stroke="{stroke}" stroke-width="1.5"'
        f' fill="{fill}" fill-opacity="{opacity:.2f}"/>'
    )


def cell(x: float, y: float, side: float, *, fill: str, opacity: float) -> str:
    """Draw one square of a heat map, without a border."""
    return f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{fill}" fill-opacity="{opacity:.2f}"/>'


def line(points: list[Point], *, stroke: str = INK, width: float = 1.5, dash: str = "") -> str:
    path = " ".join(f"{x:.4g},{y:.4g}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{path}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{dashed}/>'


def arrow(points: list[Point], *, stroke: str = INK, width: float = 1.5, dash: str = "") -> str:
    """Draw a polyline with its head at the last point."""
    (x0, y0), (x1, y1) = points[-2:]
    length = hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    corners = [(x1, y1), (x1 - 9 * dx + 5 * dy, y1 - 9 * dy - 5 * dx), (x1 - 9 * dx - 5 * dy, y1 - 9 * dy + 5 * dx)]
    head = " ".join(f"{x:.4g},{y:.4g}" for x, y in corners)
    shaft = [*points[:-1], (x1 - 6 * dx, y1 - 6 * dy)]
    return line(shaft, stroke=stroke, width=width, dash=dash) + f'<polygon points="{head}" fill="{stroke}"/>'


def save(module: str, name: str, size: tuple[int, int], title: str, parts: list[str]) -> None:
    """Write one figure into the folder of a module, for example of 03-mathematical-framework."""
    folder = MODULES / module / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    view = f'viewBox="0 0 {size[0]} {size[1]}" font-family="sans-serif" role="img"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {view}>'
    (folder / f"{name}.svg").write_text("\n".join([head, f"<title>{title}</title>", *parts, "</svg>", ""]), "utf-8")
