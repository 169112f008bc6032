"""What the cells of a problem list mean, and how they are written back."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from sprints.choices import Difficulty
from sprints.numbering import is_number
from whitebox.text.spreadsheet import unescaped

Values = dict[str, Any]  # columns of Problem

DASHES = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-"})
STARS: Mapping[str, bool | None] = {
    "": None,
    "unknown": None,
    "true": True,
    "yes": True,
    "x": True,
    "1": True,
    "*": True,
    "★": True,
    "false": False,
    "no": False,
    "0": False,
}
LONGEST: Mapping[str, int] = {
    "number": 40,
    "category": 120,
    "subcategory": 200,
    "title": 500,
    "source_url": 500,
    "existing_work": 8000,
    "working_on": 2000,
    "objectives": 1000,
}
OBJECTIVE = re.compile(r"[-\w]+/[-\w]+")


class CellError(ValueError):
    """A cell that cannot be understood. `suggestion` says what would be."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parsed(column: str, cell: str) -> Values:
    """Return what a cell says, as columns of Problem. Raises CellError."""
    _check_signs(column, cell)
    return PARSERS[column](unescaped(cell))


def _check_signs(column: str, cell: str) -> None:
    if any((ord(sign) < 32 and sign not in "\t\r\n") or 127 <= ord(sign) < 160 for sign in cell):
        raise CellError(_("%(column)s has control characters in it") % {"column": column}, _("type it again"))
    if len(cell) > LONGEST.get(column, 40):
        raise CellError(
            _("%(column)s has %(length)d characters, at most %(longest)d fit")
            % {"column": column, "length": len(cell), "longest": LONGEST.get(column, 40)}
        )


def number(cell: str) -> Values:
    if not is_number(cell):
        raise CellError(
            _("“%(cell)s” is not a problem number") % {"cell": cell},
            _("a number looks like 1.10; format the column as text so that the spreadsheet leaves it alone"),
        )
    return {"number": cell}


def line(column: str) -> Callable[[str], Values]:
    """Return the parser of a text of one line: line ends inside a cell become blanks."""

    def parse(cell: str) -> Values:
        return {column: " ".join(cell.split())}

    return parse


def filled_line(column: str) -> Callable[[str], Values]:
    def parse(cell: str) -> Values:
        if not cell:
            raise CellError(_("%(column)s is empty") % {"column": column})
        return line(column)(cell)

    return parse


def lines(column: str) -> Callable[[str], Values]:
    """Return the parser of a text of several lines, kept as they stand but for the space around them."""

    def parse(cell: str) -> Values:
        return {column: "\n".join(line.strip() for line in cell.splitlines() if line.strip())}

    return parse


def objectives(cell: str) -> Values:
    """Return the objectives a problem needs, as module/objective each."""
    found = cell.replace(";", " ").replace(",", " ").split()
    wrong = [one for one in found if not OBJECTIVE.fullmatch(one)]
    if wrong:
        raise CellError(
            _("“%(cell)s” is not an objective") % {"cell": wrong[0][:60]}, _("write module/objective, as packs do")
        )
    return {"objectives": tuple(sorted(set(found)))}


def difficulty(cell: str) -> Values:
    """Return a letter or a range. Sources star a problem by a mark behind its difficulty: "B*"."""
    plain = cell.rstrip("*★ ")
    return _range(plain) | ({"is_starred": True} if plain != cell.rstrip() else {})


def _range(cell: str) -> Values:
    letters = [part.strip().upper() for part in cell.translate(DASHES).split("-")] if cell else [""]
    lowest, highest = letters[0], letters[-1]
    if len(letters) > 2 or (cell and not {lowest, highest} <= set(Difficulty.values)):
        raise CellError(
            _("“%(cell)s” is not a difficulty") % {"cell": cell},
            _("write a letter A to D, a range such as B-C, or nothing"),
        )
    if lowest > highest:
        raise CellError(
            _("the range “%(cell)s” runs backwards") % {"cell": cell},
            _("write %(range)s") % {"range": f"{highest}-{lowest}"},
        )
    return {"difficulty_lowest": lowest, "difficulty_highest": highest}


def starred(cell: str) -> Values:
    if cell.lower() not in STARS:
        raise CellError(
            _("“%(cell)s” does not say whether it is starred") % {"cell": cell}, _("write true, false or nothing")
        )
    return {"is_starred": STARS[cell.lower()]}


def source_url(cell: str) -> Values:
    if cell:
        _check_address(cell)
    return {"source_url": cell}


def _check_address(cell: str) -> None:
    try:
        parts = urlsplit(cell)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(sign.isspace() for sign in cell):
        raise CellError(
            _("“%(cell)s” is not a web address") % {"cell": cell[:60]},
            _("it begins with https:// and holds no formula"),
        )


PARSERS: Mapping[str, Callable[[str], Values]] = {
    "number": number,
    "category": filled_line("category"),
    "subcategory": line("subcategory"),
    "difficulty": difficulty,
    "starred": starred,
    "title": filled_line("title"),
    "source_url": source_url,
    "existing_work": lines("existing_work"),
    "working_on": lines("working_on"),
    "objectives": objectives,
}
