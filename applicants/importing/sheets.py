"""From the bytes of a CSV file to its header and rows, whatever tool and whatever country wrote it."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import islice

from django.utils.translation import gettext as _

from whitebox import digits
from whitebox.errors import RuleViolation

LARGEST = 64 * 1024 * 1024  # bytes
MOST_ROWS = 50_000
MOST_COLUMNS = 300  # each is a line of the page, and is compared with each question
LONGEST_CELL = 100_000  # characters; an answer has 40,000 at most
LONGEST_HEADER = 2_000  # characters; some tools write the whole question
UNSHOWN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
BROKEN = "\ufffd"  # what stands for bytes that are no sign
DELIMITERS = ",;\t|"
LOOKED_AT = 30  # records, to tell the delimiter
SIGNS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u200b": None, "\ufeff": None})  # noqa: RUF001  # look-alikes are what is mapped
NUMBERED = re.compile(r"^(.*\S)\s*\[(\d+)\]$", re.DOTALL)

Column = str | int  # a header, or a place counted from 1


def same(text: str) -> str:
    """Return a text as two spellings of one header or choice compare: case, blanks and curly marks do not count."""
    return soft(text).casefold()


def soft(text: str) -> str:
    """Return a text in its own letters, with plain blanks and quotation marks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(SIGNS).split())


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as a spreadsheet counts: the header is 1
    cells: Sequence[str]
    too_long: Sequence[int] = ()  # the places of cells that were longer than any answer: they are empty here

    def cell(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """A file with a header. Rows without any content are counted and left out."""

    header: Sequence[str]
    rows: Sequence[Row]
    empty: int
    encoding: str
    delimiter: str

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Return where each header stands, by its spelling as headers compare."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            found.setdefault(same(name), []).append(place)
        return found

    def place(self, column: Column) -> int | None:
        """Return where a column stands: by number, by header, by “header [2]”, or by a beginning that ends in “…”."""
        if isinstance(column, int):
            return column - 1 if 1 <= column <= len(self.header) else None
        if found := self.places.get(same(column)):
            return found[0]
        if (numbered := NUMBERED.match(column.strip())) is not None:
            found = self.places.get(same(numbered[1]), [])
            count = digits.key(numbered[2])
            return found[count - 1] if 1 <= count <= len(found) else None
        return self._beginning(column)

    def _beginning(self, column: str) -> int | None:
        start = same(column)
        loose = start.rstrip(" *:?.")
        if not start.endswith("..."):
            ending = [places for name, places in self.places.items() if name.rstrip(" *:?.") == loose]
        else:
            ending = [places for name, places in self.places.items() if name.startswith(loose)]
        return ending[0][0] if len(ending) == 1 and loose else None

    def nearest(self, column: Column) -> str:
        """Return the header most like one that is not there, or an empty text."""
        near = get_close_matches(same(str(column)), self.places, n=1)
        return self.header[self.places[near[0]][0]] if near else ""

    def names(self) -> list[str]:
        """Return a name for each column that leads back to it, however often its header stands there."""
        seen: Counter[str] = Counter()
        names: list[str] = []
        for name in self.header:
            seen[same(name)] += 1
            count = seen[same(name)]
            names.append(name if count == 1 and same(name) else f"{name} [{count}]" if same(name) else "")
        return names


def read(content: bytes) -> Sheet:
    """Read a CSV file. Raises RuleViolation for one that is empty, too large, cut off, or no text."""
    if len(content) > LARGEST:
        raise RuleViolation(_("This file is larger than 64 MB. Export fewer rows at a time."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")):
        raise RuleViolation(_("This is not a CSV file. Export the answers as CSV, not as a workbook."))
    text, encoding = decoded(content)
    text, delimiter = _without_hint(text.lstrip("\ufeff").replace("\x00", ""))
    delimiter = delimiter or _delimiter_of(text)
    records = list(islice(_records(text, delimiter), MOST_ROWS + 2))
    if len(records) > MOST_ROWS + 1:
        raise RuleViolation(_("This file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    if text.count('"') % 2 and _is_cut(text, delimiter):
        raise RuleViolation(
            _("A quotation mark is opened in row %(row)d and never closed. Is the file cut off? Export it again.")
            % {"row": len(records)}
        )
    first = next((place for place, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if first is None:
        raise RuleViolation(_("This file is empty."))
    header = _header(records[first])
    rows = [_row(number, record) for number, record in enumerate(records[first + 1 :], start=first + 2)]
    filled = [row for row in rows if row.too_long or any(cell.strip() for cell in row.cells)]
    return Sheet(header, filled, len(rows) - len(filled), encoding, delimiter)


def _header(record: Sequence[str]) -> list[str]:
    """Return the names of the columns. Raises RuleViolation for more, or longer ones, than any form has."""
    if len(record) > MOST_COLUMNS:
        raise RuleViolation(
            _("This file has %(count)d columns, and %(most)d is the most that can be read. Export fewer.")
            % {"count": len(record), "most": MOST_COLUMNS}
        )
    longest = max(record, key=len)
    if len(longest) > LONGEST_HEADER:
        raise RuleViolation(
            _("The header of column %(column)d is longer than %(most)d characters. Is the first row the header?")
            % {"column": record.index(longest) + 1, "most": LONGEST_HEADER}
        )
    return [" ".join(UNSHOWN.sub("", cell).split()) for cell in record]


def _row(number: int, record: Sequence[str]) -> Row:
    """Return a row without what no answer can be: cells beyond all columns, and cells longer than any answer."""
    cells = record[: MOST_COLUMNS + 1]
    too_long = [place for place, cell in enumerate(cells) if len(cell) > LONGEST_CELL]
    return Row(number, ["" if place in too_long else cell for place, cell in enumerate(cells)], too_long)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file and the encoding it was written in. Raises RuleViolation where bytes are damaged."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    head = content[:4096]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return _strictly(content, "utf-16-le"), "utf-16-le"
    if len(head) > 3 and head[::2].count(0) > len(head) // 4:
        return _strictly(content, "utf-16-be"), "utf-16-be"
    if _is_mostly_utf8(content):
        return _strictly(content, "utf-8"), "utf-8"
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _is_mostly_utf8(content: bytes) -> bool:
    """Tell whether bytes beyond ASCII are signs of UTF-8 rather than letters of Windows.

    Read as Windows-1252, one damaged byte would turn every name of the file into other signs, and nobody would say so.
    """
    text = content.decode("utf-8", errors="replace")
    broken = text.count(BROKEN) - content.count(BROKEN.encode())
    return broken <= sum(sign > "\x7f" for sign in text) - text.count(BROKEN)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        raise RuleViolation(
            _(
                "A character in line %(line)d of this file is damaged, so it cannot be read as %(encoding)s. Export it "
                "again, as UTF-8 where you can choose."
            )
            % {"line": line, "encoding": encoding.upper().removesuffix("-SIG")}
        ) from wrong


def _without_hint(text: str) -> tuple[str, str]:
    """Take off the line “sep=;” that Excel understands."""
    if (hint := re.match(r'"?sep=(.)"?(?:\r\n?|\n)', text)) is not None:
        return text[hint.end() :], hint[1]
    return text, ""


def _delimiter_of(text: str) -> str:
    """Return the delimiter under which most records are as wide as the header, the wider header winning."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = [len(record) for record in islice(_records(text, delimiter), LOOKED_AT) if record]
        wide = widths[0] if widths else 0
        return (sum(width == wide for width in widths) / len(widths), wide) if wide > 1 else (0.0, wide)

    return max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST)  # by default a cell has 128 kB at most, and the file could not be read at all
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _is_cut(text: str, delimiter: str) -> bool:
    """Tell whether a file ends within quotation marks."""
    try:
        for _record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as wrong:
        return "unexpected end" in str(wrong)
    return False
