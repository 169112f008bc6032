import pytest

from sprints import cells
from whitebox.text import spreadsheet


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("", ("", "")), ("B", ("B", "B")), ("b - c", ("B", "C")), ("B\u2013C", ("B", "C")), ("A-D", ("A", "D"))],
)
def test_difficulty_takes_letters_and_ranges(cell: str, expected: tuple[str, str]) -> None:
    values = cells.parsed("difficulty", cell)

    assert (values["difficulty_lowest"], values["difficulty_highest"]) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("TRUE", True), ("x", True), ("no", False), ("", None), ("Unknown", None)]
)
def test_starred_knows_true_false_and_not_said(cell: str, expected: bool | None) -> None:
    assert cells.parsed("starred", cell) == {"is_starred": expected}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "plain", "'quoted'", ""])
def test_escaped_is_taken_back_by_unescaped(cell: str) -> None:
    assert spreadsheet.unescaped(spreadsheet.escaped(cell)) == cell
    assert not spreadsheet.is_formula(spreadsheet.escaped(cell))
