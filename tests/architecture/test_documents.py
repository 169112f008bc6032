"""What the documents point at is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PATH = re.compile(
    r"`((?:tests|docs|whitebox|applicants|curriculum|mastery|sprints|scripts|deploy|static|\.ci)/[\w./-]+)`"
)
DOCUMENTS = sorted(
    str(file.relative_to(ROOT)) for file in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if file.is_file()
)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+)", re.MULTILINE)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_a_document_names_exist(name: str) -> None:
    named = PATH.findall((ROOT / name).read_text())

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_requirement_that_is_not_met_says_why() -> None:
    rows = [line for line in (ROOT / "docs/asvs.md").read_text().splitlines() if ROW.match(line)]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]

    assert len(rows) > 150
    assert {one[2] for one in cells} == {"yes", "part", "no", "\u2013"}
    assert [one[0] for one in cells if one[2] in {"part", "no"} and not one[3]] == []
