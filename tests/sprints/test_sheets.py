import pytest

from sprints import sheets
from sprints.sheets import Severity, Sheet

HEADER = "number,category,subcategory,difficulty,starred,title,source_url"
ROW = "1.1,Toy models,Neurons,B-C,true,How much of a neuron?,https://example.test/"


def read(text: str, encoding: str = "utf-8") -> Sheet:
    return sheets.read(text.encode(encoding))


def messages(sheet: Sheet) -> list[str]:
    return [str(trouble) for trouble in sheet.troubles]


@pytest.mark.parametrize(
    ("encoding", "seen"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_read_takes_marked_encodings_and_says_which(encoding: str, seen: str) -> None:
    sheet = read(f"{HEADER}\n{ROW.replace('much', 'múch')}\n", encoding)

    assert sheet.encoding == seen
    assert [row.cells["title"] for row in sheet.rows] == ["How múch of a neuron?"]
    assert sheet.troubles == []


def test_read_refuses_a_windows_file_with_its_row() -> None:
    content = f"{HEADER}\n{ROW}\n{ROW.replace('much', 'müch')}\n".encode("cp1252")

    refused, told = sheets.read(content), sheets.read(content, encoding="cp1252")

    assert "row 3 (line 3): the file is not UTF-8 here (byte 0xfc)" in messages(refused)[0]
    assert "--encoding cp1252" in messages(refused)[0]
    assert [row.cells["title"] for row in told.rows][1] == "How müch of a neuron?"


def test_read_refuses_an_encoding_that_does_not_exist() -> None:
    assert "not an encoding" in messages(sheets.read(b"number", encoding="latin-99"))[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_read_takes_the_delimiters_of_spreadsheets(delimiter: str) -> None:
    sheet = read(f"number{delimiter}category{delimiter}title\n1.1{delimiter}Toy{delimiter}What?\n")

    assert sheet.rows[0].cells == {"number": "1.1", "category": "Toy", "title": "What?"}


def test_read_finds_the_header_under_a_title_row() -> None:
    sheet = read(f"200 Open Problems,,,,,,\n\nUpdated often,,,,,,\n{HEADER}\n{ROW}\n")

    assert (sheet.header_row, sheet.rows[0].row, sheet.rows[0].line) == (4, 5, 5)
    assert sheet.troubles == []


def test_read_knows_synonyms_and_says_what_it_does_not_read() -> None:
    sheet = read(
        "No.,Area,Sub-category,Level,Star,Problem,Link,Currently Working On (include date!),Existing Work,Needs,Mood\n"
        "1.1,Toy,N,B,x,W?,,Ana,,,fine\n"
    )

    assert sorted(sheet.rows[0].cells) == sorted(sheets.COLUMNS)
    assert [(trouble.severity, "Mood" in trouble.message) for trouble in sheet.troubles] == [(Severity.WARNING, True)]


def test_read_names_what_it_found_and_expected_in_a_wrong_header() -> None:
    sheet = read("name,diameter,plate\nx,27,a\n")

    assert "expected: number, category" in messages(sheet)[0]
    assert "found here: name, diameter, plate" in messages(sheet)[0]


def test_read_suggests_the_column_that_was_meant() -> None:
    sheet = read("number,category,difficulty,titel\n1.1,Toy,B,What?\n")

    assert "“title” is missing (did you mean titel?)" in messages(sheet)[0]


def test_read_refuses_two_columns_of_one_meaning() -> None:
    assert "two columns mean “title”" in messages(read("number,category,title,problem\n1.1,T,a,b\n"))[0]


def test_read_counts_rows_and_lines_over_cells_of_many_lines() -> None:
    sheet = read(f'{HEADER}\n1.1,Toy,,,,"one\ntwo\nthree",\n1.2,Toy,,,,four,\n')

    assert [(row.row, row.line) for row in sheet.rows] == [(2, 2), (3, 5)]


def test_read_refuses_a_cell_of_ten_megabytes_with_its_row() -> None:
    sheet = read(f"{HEADER}\n{ROW}\n1.2,Toy,,,,{'x' * 10_000_000},\n{ROW}\n")

    assert messages(sheet) == ["row 3 (line 3): a cell has more than 100,000 characters (shorten it, or take it out)"]
    assert [row.row for row in sheet.rows] == [2, 4]


def test_read_refuses_a_file_that_is_too_large() -> None:
    assert messages(sheets.read(b"x" * (sheets.LARGEST_FILE + 1))) == ["the file is larger than 20 MB"]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\xff\xfe", b"\x00" * 50, b'"', b'"\n' * 50, b"\xef\xbb\xbf", bytes(range(256))]
)
def test_read_refuses_rubbish_without_raising(content: bytes) -> None:
    assert sheets.read(content).has_errors


def test_read_refuses_more_cells_than_columns() -> None:
    assert "9 cells stand under 7 columns" in messages(read(f"{HEADER}\n{ROW},more,and more\n"))[0]


def test_read_fills_up_short_rows() -> None:
    assert read(f"{HEADER}\n1.1,Toy,,,,What?\n").rows[0].cells["source_url"] == ""
