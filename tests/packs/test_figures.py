"""The drawings of the weeks read on a light page, and on a dark one, where the style sheet turns them round."""

import re
from pathlib import Path

import pytest

from tests.web import test_contrast as papers
from whitebox.programme.demonstration import SHIPPED_PACK

COLOUR = re.compile(r"#[0-9a-f]{6}\b")
FIGURES = sorted((SHIPPED_PACK / "modules").glob("*/figures/*.svg"))
WORDS = 4.5  # the contrast that WCAG 2.2 AA asks of text


def colours() -> list[str]:
    return sorted({colour for figure in FIGURES for colour in COLOUR.findall(figure.read_text(encoding="utf-8"))})


def turned_round(colour: str) -> str:
    """Return what `filter: invert(1) hue-rotate(180deg)` makes of a colour, by the matrix of its definition."""
    r, g, b = (1 - int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    turned = (
        -0.574 * r + 1.43 * g + 0.144 * b,
        0.426 * r + 0.43 * g + 0.144 * b,
        0.426 * r + 1.43 * g - 0.856 * b,
    )
    return "#" + "".join(f"{round(255 * min(1, max(0, part))):02x}" for part in turned)


@pytest.mark.parametrize("colour", colours())
def test_colours_of_figures_can_be_read_on_both_papers(colour: str) -> None:
    light, dark = (papers.colours(scheme)["paper"] for scheme in (0, 1))

    assert papers.contrast(colour, light) >= WORDS
    assert papers.contrast(turned_round(colour), dark) >= WORDS


@pytest.mark.parametrize("figure", FIGURES, ids=lambda path: f"{path.parts[-3][:2]}-{path.stem}")
def test_figures_have_no_paper_and_name_every_colour(figure: Path) -> None:
    text = figure.read_text(encoding="utf-8")

    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', text)) <= {"none", *colours()}
    assert not re.search(r'fill="#(?:fff|ffffff)"', text)
    assert text.count("<text") == len(re.findall(r"<text\b[^>]*\bfill=", text))  # the default would be black
