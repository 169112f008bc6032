import pytest

from applicants.importing import sheets
from whitebox.errors import RuleViolation

TEXT = 'Name;Why, really?;Näme\n"Ana";"one\ntwo; three, four";é\n;;\n"Ben";x;ñ\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_is_read_in_whatever_encoding_and_with_semicolons(encoding: str, ends: str) -> None:
    sheet = sheets.read(TEXT.replace("\n", ends).encode(encoding))

    assert (sheet.delimiter, sheet.header) == (";", ["Name", "Why, really?", "Näme"])
    assert [(row.number, row.cell(2)) for row in sheet.rows] == [(2, "é"), (4, "ñ")]
    assert sheet.empty == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_whole_file(delimiter: str) -> None:
    lines = [["a", "b", "c"], ["1, 2; 3", "x", "y"], ["q", "r, s, t", ""]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)

    assert sheets.read(text.encode()).delimiter == delimiter


@pytest.mark.parametrize("hint", ["sep=;\n", "sep=;\r\n", "sep=;\r", '"sep=;"\r\n', "\ufeffsep=;\r\n"])
def test_a_hint_for_excel_is_understood(hint: str) -> None:
    assert sheets.read(f"{hint}a;b\n1;2\n".encode()).header == ["a", "b"]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(ends: str) -> None:
    sheet = sheets.read(ends.join(["a,b", "1,2", "3,4"]).encode())

    assert [row.cells for row in sheet.rows] == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Name,Ort\nJosé,München\nAna,Zürich\n".encode().replace("ü".encode(), b"\xc3", 1), "line 2 .* UTF-8"),
        (b"\xef\xbb\xbf" + "a,b\nJosé,x\n".encode() + b"\xff,y\n", "line 3 .* UTF-8"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "damaged"),
        ("a,b\n1,🧠\n".encode("utf-16-le")[:-4], "damaged"),
    ],
)
def test_a_damaged_file_is_refused_and_not_turned_into_other_signs(content: bytes, why: str) -> None:
    with pytest.raises(RuleViolation, match=why):
        sheets.read(content)


def test_signs_of_windows_are_kept_and_a_written_replacement_sign_is_none() -> None:
    windows = sheets.read("Name,Said\nJosé Núñez,“naïve” 5 €\n".encode("cp1252"))
    written = sheets.read("Name,Said\nJosé,\ufffd\n".encode())

    assert (windows.encoding, windows.rows[0].cells) == ("cp1252", ["José Núñez", "“naïve” 5 €"])
    assert (written.encoding, written.rows[0].cell(1)) == ("utf-8", "\ufffd")


def test_three_hundred_columns_are_read_and_one_more_is_told() -> None:
    def wide(count: int) -> bytes:
        return (",".join(f"c{n}" for n in range(count)) + "\n" + ",".join("x" * count) + "\n").encode()

    assert len(sheets.read(wide(300)).rows[0].cells) == 300
    with pytest.raises(RuleViolation, match="301 columns"):
        sheets.read(wide(301))


def test_a_cell_of_ten_megabytes_is_told_and_not_kept() -> None:
    sheet = sheets.read(b"a,b\n" + b"x" * 10_000_000 + b",1\n")

    assert (sheet.rows[0].too_long, sheet.rows[0].cells) == ([0], ["", "1"])


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "empty"), (b"\n \n", "empty"), (b'a,b\n1,"2\n3,4\n', "never closed"), (b"PK\x03\x04rest", "not a CSV")],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(RuleViolation, match=why):
        sheets.read(content)


@pytest.mark.parametrize(
    ("column", "place"),
    [
        ("Name", 0), ("  name ", 0), ("Other", 1), ("other [2]", 2), ("Other [3]", None), (4, 3), (0, None), (9, None),
        ("Why do you…", 3), ("Why do you want this", 3), ("It's “odd”", 4), ("Missing", None), ("", None),
    ],
)  # fmt: skip
def test_a_column_is_found_by_header_number_or_beginning(column: str | int, place: int | None) -> None:
    sheet = sheets.read('Name,Other,Other,Why do you want this?,"It\u2019s ""odd"""\n1,2,3,4,5\n'.encode())

    assert sheet.place(column) == place


def test_every_column_has_a_name_that_leads_back_to_it() -> None:
    sheet = sheets.read(b"a,A,b,\n1,2,3,4\n")

    assert sheet.names() == ["a", "A [2]", "b", ""]
    assert [sheet.place(name) for name in sheet.names()[:3]] == [0, 1, 2]
