import csv
import io
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitebox.text import archives
from whitebox.text.archives import Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT = datetime(2026, 3, 1, 6, 5, 11, tzinfo=UTC)


def cells(content: bytes, sheet: int = 1) -> list[list[tuple[str, str]]]:
    """Return type and text of each cell of a workbook."""
    root = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read(f"xl/worksheets/sheet{sheet}.xml"))
    return [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row] for row in root.iter(f"{MAIN}row")]


def lines(content: bytes, name: str) -> list[list[str]]:
    text = zipfile.ZipFile(io.BytesIO(content)).read(name).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("  =1", "'  =1"), ("-5", "-5"), ("+3.5", "+3.5"), ("a=b", "a=b"), ("", ""), (None, ""),
        (True, "yes"), (-5, "-5"), (Decimal("3.250"), "3.250"), (AT, "2026-03-01 06:05:11 +0000"), ("a\x00b\x0b", "ab"),
    ],
)  # fmt: skip
def test_no_cell_is_run_by_a_spreadsheet(value: archives.Cell, text: str) -> None:
    assert archives.text_of(value) == text


def test_a_workbook_holds_texts_and_numbers() -> None:
    first = Table("one", ["code", "<&>"], [["=1", 3], ["two\nlines ", Decimal("2.5")], [None, AT]])
    second = Table("two" * 20, ["x"], [])

    content = b"".join(archives.workbook([first, second]))

    assert cells(content) == [
        [("inlineStr", "code"), ("inlineStr", "<&>")],
        [("inlineStr", "'=1"), ("n", "3")],
        [("inlineStr", "two\nlines "), ("n", "2.5")],
        [("n", ""), ("inlineStr", "2026-03-01 06:05:11 +0000")],
    ]
    assert cells(content, 2) == [[("inlineStr", "x")]]


def test_a_cell_that_no_workbook_holds_is_cut_and_whole_in_the_csv() -> None:
    table = Table("one", ["x"], [["y" * 40_000]])

    assert len(cells(b"".join(archives.workbook([table])))[1][0][1]) == archives.LONGEST_CELL
    assert lines(b"".join(archives.csv_archive([table])), "one.csv")[1] == ["y" * 40_000]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_any_text_makes_a_file_that_can_be_read(row: list[str]) -> None:
    table = Table("one", ["head"] * len(row), [row])
    expected = [archives.text_of(cell) for cell in row]

    found = [
        text.replace("\r\n", "\n").replace("\r", "\n") for _type, text in cells(b"".join(archives.workbook([table])))[1]
    ]

    assert found == [text.replace("\r\n", "\n").replace("\r", "\n") for text in expected]
    assert lines(b"".join(archives.csv_archive([table])), "one.csv")[1] == expected


@pytest.mark.parametrize("write", [archives.workbook, archives.csv_archive])
def test_rows_leave_while_others_are_still_to_be_read(write: object) -> None:
    asked, draw = [], random.Random(1)

    def rows() -> Iterator[list[str]]:
        for number in range(3_000):
            asked.append(number)
            yield [draw.randbytes(100).hex()]

    parts = write([Table("one", ["x"], rows())])  # type: ignore[operator]  # one of two functions
    while not asked:
        next(parts)

    assert 0 < len(asked) < 3_000
