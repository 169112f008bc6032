"""Every pair of colours that meets on a page, in both schemes, by the formula of WCAG 2.2."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "accent-soft", TEXT),
    ("muted", "paper", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "accent-soft", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "accent-soft", TEXT),
    ("accent-strong", "paper", TEXT),
    ("accent-strong", "surface", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("on-overdue", "overdue", TEXT),
    *[(tone, "paper", TEXT) for tone in ("mastered", "not-yet", "locked", "overdue")],
    *[(tone, "surface", TEXT) for tone in ("mastered", "not-yet", "locked", "overdue")],
    *[(tone, f"{tone}-soft", TEXT) for tone in ("mastered", "not-yet", "locked", "overdue")],
    *[("ink", f"{tone}-soft", TEXT) for tone in ("mastered", "not-yet", "locked", "overdue")],
    *[("accent", f"{tone}-soft", TEXT) for tone in ("mastered", "not-yet", "locked", "overdue")],
    *[(f"code-{part}", "surface", TEXT) for part in ("comment", "keyword", "string", "number", "name", "error")],
    ("control", "paper", CONTROL),
    ("control", "surface", CONTROL),
    ("accent", "paper", CONTROL),
]


def colours(scheme: int) -> dict[str, str]:
    pattern = r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);"
    return {name: pair[scheme] for name, *pair in re.findall(pattern, TOKENS.read_text(encoding="utf-8"))}


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_is_enough(scheme: int, front: str, back: str, least: float) -> None:
    palette = colours(scheme)

    assert contrast(palette[front], palette[back]) >= least
