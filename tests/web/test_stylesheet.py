import gzip
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
