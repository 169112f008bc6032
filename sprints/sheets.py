"""From the bytes of a spreadsheet's export to rows with their places. Nothing here knows the database."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from django.utils.translation import gettext as _

LARGEST_FILE = 20_000_000  # bytes; the public list has 60,000
MOST_ROWS = 20_000
LONGEST_CELL = 100_000  # characters
HEADER_WITHIN = 10  # rows; a title or a note may stand above the header
DELIMITERS = (",", ";", "\t")

COLUMNS = (
    *("number", "category", "subcategory", "difficulty", "starred", "title", "source_url"),
    *("existing_work", "working_on", "objectives"),
)
REQUIRED = ("number", "category", "title")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "number": ("no", "nr", "#", "id", "problem number", "problem no", "problem #"),
    "category": ("area", "section", "chapter"),
    "subcategory": ("sub category", "topic", "sub topic", "subsection"),
    "difficulty": ("level", "difficulty level"),
    "starred": ("star", "*", "★", "recommended", "favourite", "favorite"),
    "title": ("problem", "question", "description", "problem title", "problem description"),
    "source_url": ("url", "link", "source", "address", "source link"),
    "existing_work": ("existing works", "existing papers", "related work", "known work", "prior work"),
    "working_on": (
        "currently working on",
        "currently working on (include date!)",
        "currently working on (include date)",
        "currently working",
        "who is working on it",
    ),
    "objectives": ("needs", "prerequisites", "objectives needed"),
}


class Severity(StrEnum):
    ERROR = "error"  # nothing is imported
    WARNING = "warning"  # imported, but somebody should look


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """What is wrong, where: `row` as a spreadsheet counts, `line` as a text editor does; 0 means the whole file."""

    row: int
    line: int
    message: str
    suggestion: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = _("row %(row)d (line %(line)d): ") % {"row": self.row, "line": self.line} if self.row else ""
        mark = _("warning: ") if self.severity == Severity.WARNING else ""
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"{mark}{place}{self.message}{hint}"


@dataclass(frozen=True, slots=True)
class Row:
    row: int
    line: int
    cells: Mapping[str, str]  # by our column names; a column that the file lacks is missing here too


@dataclass(slots=True)
class Sheet:
    """The rows of a file and everything that was wrong or worth saying on the way."""

    rows: list[Row] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    encoding: str = ""
    header_row: int = 0

    def error(self, row: int, line: int, message: str, suggestion: str = "") -> None:
        self.troubles.append(Trouble(row, line, message, suggestion))

    def warn(self, row: int, line: int, message: str, suggestion: str = "") -> None:
        self.troubles.append(Trouble(row, line, message, suggestion, Severity.WARNING))

    @property
    def has_errors(self) -> bool:
        return any(trouble.severity == Severity.ERROR for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class Record:
    row: int
    line: int
    cells: list[str]


def read(content: bytes, *, encoding: str = "") -> Sheet:
    """Read a CSV, semicolon or tab separated file. Never raises on any content: see `troubles`."""
    sheet = Sheet()
    if len(content) > LARGEST_FILE:
        sheet.error(0, 0, _("the file is larger than %(most)d MB") % {"most": LARGEST_FILE // 1_000_000})
        return sheet
    text = decoded(content, sheet, encoding)
    if text is not None:
        _fill(sheet, text)
    return sheet


def decoded(content: bytes, sheet: Sheet, encoding: str) -> str | None:
    """Return the text, or None after saying why it cannot be read. Guesses only what a mark in the file proves."""
    sheet.encoding = encoding or _marked(content)
    try:
        return content.decode(sheet.encoding)
    except LookupError:
        sheet.error(0, 0, _("“%(name)s” is not an encoding") % {"name": encoding}, _("try cp1252"))
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        sheet.error(
            line,
            line,
            _("the file is not %(encoding)s here (byte 0x%(byte)02x)")
            % {"encoding": sheet.encoding.upper(), "byte": content[wrong.start]},
            _("save it as “CSV UTF-8”; for a file of Windows give --encoding cp1252"),
        )
    return None


def _marked(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:200]
    if head[1::2].count(0) > len(head) // 4:  # Latin letters in UTF-16 have a zero in every second byte.
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) > len(head) // 4 else "utf-8"


def _fill(sheet: Sheet, text: str) -> None:
    delimiter = max(DELIMITERS, key=lambda sign: _fit(text, sign))
    columns: list[str] = []
    above: list[Record] = []
    for record in _records(sheet, text, delimiter):
        if columns:
            _take(sheet, record, columns)
        elif len(_known(record.cells)) >= len(REQUIRED) or set(REQUIRED) <= _known(record.cells):
            columns = _columns(sheet, record)
        else:
            above.append(record)
        if len(above) > HEADER_WITHIN or len(sheet.rows) > MOST_ROWS:
            break
    if not columns and not sheet.has_errors:
        _no_header(sheet, above)
    if len(sheet.rows) > MOST_ROWS:
        sheet.error(0, 0, _("the file has more than %(most)d rows") % {"most": MOST_ROWS})


def _fit(text: str, delimiter: str) -> int:
    records = _records(Sheet(), text[:20_000], delimiter)
    return max(
        (len(_known(record.cells)) for record, _at in zip(records, range(HEADER_WITHIN), strict=False)), default=0
    )


def _records(sheet: Sheet, text: str, delimiter: str) -> Iterator[Record]:
    """Yield what is not blank; a row with a cell that nobody wrote by hand is named and passed over."""
    # The limit of the csv module belongs to the whole process, so it is set as high as every reader of it sets it.
    csv.field_size_limit(1 << 26)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row, line = row + 1, reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as wrong:
            sheet.error(
                row, line, _("this row cannot be read: %(reason)s") % {"reason": wrong}, _("the rest was not read")
            )
            return
        if any(len(cell) > LONGEST_CELL for cell in cells):
            reason = _("a cell has more than %(most)s characters") % {"most": f"{LONGEST_CELL:,}"}
            sheet.error(row, line, reason, _("shorten it, or take it out"))
        elif any(cells):
            yield Record(row, line, cells)


def named(heading: str) -> str:
    """Return our name of a column heading, or nothing."""
    plain = _plain(heading)
    for column in COLUMNS:
        if plain in {_plain(column), *(_plain(other) for other in SYNONYMS[column])}:
            return column
    return ""


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign in "#*★")


def _known(cells: list[str]) -> set[str]:
    return {name for name in map(named, cells) if name}


def _columns(sheet: Sheet, record: Record) -> list[str]:
    """Return our names of a header's cells, empty for the columns that are not read."""
    sheet.header_row = record.row
    names = [named(cell) for cell in record.cells]
    for name in COLUMNS:
        if names.count(name) > 1:
            sheet.error(record.row, record.line, _("two columns mean “%(name)s”") % {"name": name})
        elif name in REQUIRED and name not in names:
            sheet.error(
                record.row, record.line, _("the column “%(name)s” is missing") % {"name": name}, _similar(name, record)
            )
    for heading, name in zip(record.cells, names, strict=True):
        if heading and not name:
            near = get_close_matches(_plain(heading), COLUMNS, n=1)
            hint = _("did you mean %(name)s?") % {"name": near[0]} if near else ""
            sheet.warn(record.row, record.line, _("the column “%(name)s” is not read") % {"name": heading[:60]}, hint)
    return names


def _similar(name: str, record: Record) -> str:
    words = {_plain(cell): cell for cell in record.cells if cell}
    near = get_close_matches(name, words, n=1, cutoff=0.5)
    found = ", ".join(cell[:40] for cell in record.cells if cell)[:300]
    if near:
        return _("did you mean %(found)s?") % {"found": words[near[0]][:60]}
    return _("found: %(found)s") % {"found": found}


def _no_header(sheet: Sheet, above: list[Record]) -> None:
    if not above:
        sheet.error(0, 0, _("the file is empty"))
        return
    best = max(above, key=lambda record: len(_known(record.cells)))
    sheet.error(
        best.row,
        best.line,
        _("no header was found; expected: %(expected)s; found here: %(found)s")
        % {"expected": ", ".join(COLUMNS), "found": ", ".join(cell[:40] for cell in best.cells)[:300]},
        _("the header stands in the first %(rows)d rows and names at least number, category and title")
        % {"rows": HEADER_WITHIN},
    )


def _take(sheet: Sheet, record: Record, columns: list[str]) -> None:
    if any(record.cells[len(columns) :]):
        sheet.error(
            record.row,
            record.line,
            _("%(cells)d cells stand under %(columns)d columns")
            % {"cells": len(record.cells), "columns": len(columns)},
            _("put quotes around a text with commas"),
        )
        return
    padded = record.cells + [""] * (len(columns) - len(record.cells))
    sheet.rows.append(
        Row(record.row, record.line, {name: cell for name, cell in zip(columns, padded, strict=False) if name})
    )
