"""Archives that leave while they are written: a zip of CSV files, or a workbook, which is a zip of XML files.

A workbook is written here by hand, row by row: openpyxl collects it on the disk first and takes five times as long
(docs/decisions/0025-workbook-by-hand.md).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape

Cell = str | int | float | Decimal | bool | datetime | None
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$")
UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_767  # characters, of a workbook
CUT = " […]"
CHUNK = 64 * 1024  # bytes


@dataclass(frozen=True)
class Table:
    """One sheet or file. The rows are read once, as they leave."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def text_of(value: Cell) -> str:
    """Return a cell as text that no spreadsheet runs: what starts like a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S %z")
    if not isinstance(value, str):
        return str(value)
    text = UNKEPT.sub("", value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


class _Pipe(io.RawIOBase):
    """What is written into it comes out in chunks. It cannot be read back, so a zip leaves as it grows."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.waiting += memoryview(data)  # type: ignore[arg-type]  # bytes, by the protocol of files
        return len(memoryview(data))  # type: ignore[arg-type]  # bytes, by the protocol of files

    def taken(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def csv_archive(tables: Iterable[Table]) -> Iterator[bytes]:
    """Yield a zip with one CSV file for each table: UTF-8 with a mark, so that spreadsheets read it."""
    return _archive((f"{table.name}.csv", _csv(table)) for table in tables)


def csv_file(table: Table) -> Iterator[bytes]:
    """Yield one table as a CSV file."""
    return _joined(_csv(table))


def _csv(table: Table) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for row in _with_head(table):
        writer.writerow([text_of(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _with_head(table: Table) -> Iterator[Sequence[Cell]]:
    yield table.head
    yield from table.rows


def workbook(tables: Sequence[Table]) -> Iterator[bytes]:
    """Yield an XLSX workbook with one sheet for each table. Texts are texts, whatever they begin with."""
    sheets = ((f"xl/worksheets/sheet{number}.xml", _sheet(table)) for number, table in enumerate(tables, start=1))
    return _archive([*_frame([table.name for table in tables]), *sheets])


def _archive(files: Iterable[tuple[str, Iterable[str]]]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, parts in files:
            with archive.open(name, "w", force_zip64=True) as file:
                for part in _joined(parts):
                    file.write(part)
                    if pipe.waiting:
                        yield pipe.taken()
    yield pipe.taken()


def _joined(parts: Iterable[str]) -> Iterator[bytes]:
    """Join small texts: a zip file is written faster in larger pieces."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


SPACE = "http://schemas.openxmlformats.org"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def _frame(names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the files that make sheets a workbook."""
    numbers = range(1, len(names) + 1)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    relation = f"{SPACE}/officeDocument/2006/relationships"
    yield (
        "[Content_Types].xml",
        [
            f'{HEAD}<Types xmlns="{SPACE}/package/2006/content-types">',
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
            f'<Override PartName="/xl/workbook.xml" ContentType="{book}"/>',
            *(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{sheet}"/>' for n in numbers),
            "</Types>",
        ],
    )
    yield (
        "_rels/.rels",
        [
            f'{HEAD}<Relationships xmlns="{SPACE}/package/2006/relationships">',
            f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        ],
    )
    yield (
        "xl/workbook.xml",
        [
            f'{HEAD}<workbook xmlns="{SPACE}/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets>',
            *(f'<sheet name="{escape(names[n - 1][:31])}" sheetId="{n}" r:id="r{n}"/>' for n in numbers),
            "</sheets></workbook>",
        ],
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        [
            f'{HEAD}<Relationships xmlns="{SPACE}/package/2006/relationships">',
            *(
                f'<Relationship Id="r{n}" Type="{relation}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            ),
            "</Relationships>",
        ],
    )


def _sheet(table: Table) -> Iterator[str]:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield f'{HEAD}<worksheet xmlns="{SPACE}/spreadsheetml/2006/main">'
    yield f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><sheetData>'
    for row in _with_head(table):
        yield f"<row>{''.join(map(_cell, row))}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = text_of(value)
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)] + CUT
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
