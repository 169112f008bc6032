import gzip
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundling() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "bundle_css.py"))


def test_stylesheet_holds_the_present_parts(bundling: dict[str, Any]) -> None:
    assert bundling["bundle"]() == (ROOT / "static/css/site.css").read_text(encoding="utf-8")


def test_stylesheet_leaves_no_part_out(bundling: dict[str, Any]) -> None:
    written = {f"components/{part.name}" for part in (ROOT / "static/css/components").glob("*.css")}

    assert {"tokens.css", "base.css", *written} == set(bundling["PARTS"])


def test_stylesheet_is_a_small_part_of_the_first_view() -> None:
    assert len(gzip.compress((ROOT / "static/css/site.css").read_bytes())) < 10_000


def test_stylesheet_asks_for_nothing_else() -> None:
    text = (ROOT / "static/css/site.css").read_text(encoding="utf-8")

    assert "@import" not in text
    assert "url(" not in text


# Sheets of some pages stand beside the one of all pages. These classes are meant to be told more there.
TOLD_MORE = {"table-scroll", "actions", "alert", "field", "desk-bar"}


def test_a_sheet_of_some_pages_takes_no_name_from_the_one_of_all() -> None:
    of_all, of_some = (_classes(ROOT / "static/css" / name) for name in ("site.css", "applicants.css"))

    assert of_all & of_some - TOLD_MORE == set()


def _classes(sheet: Path) -> set[str]:
    """Return the classes with which the selectors of a sheet begin: those that its rules are about."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", re.sub(r"\([^()]*\)", "", text))
    return {found[1] for one in selectors for part in one.split(",") if (found := re.match(r"\s*\.([\w-]+)", part))}
