"""Files as form tools and spreadsheets really write them, and as somebody writes them who means harm."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.importing import guessing, mapping, sheets, taking
from applicants.importing.taking import Result
from applicants.models import Application, ApplicationImport, Identity, Round
from applicants.questionnaire import questionnaire_of
from tests.applicants.conftest import organizer_of
from tests.applicants.importing.examples import AIRTABLE, GOOGLE, TYPEFORM, make_round
from tests.applicants.importing.test_pages import shown
from whitebox.errors import RuleViolation

HEADER = [
    "Timestamp",
    "Email Address",
    "Full name",
    "Why do you want to do this?",
    "Which sentence fits your Python best?",
    "Which topics interest you?",
    "Can you come in person?",
    "Hours a week",
    "I agree to the rules.",
]
ROWS = [
    ["2026/03/01 2:05:11 PM GMT+8", "ana@example.test", "Ana “Nan” Reyes", "Because 🧠,\nand\n\nmore.", "2",
     "Circuits, Probing", "No", "12", "Yes"],
    ["3/14/2026 14:05:11", "ben@example.test", "Ben Cruz 🎈", '=HYPERLINK("http://x","y")', "I can write a loop.",
     "Sparse autoencoders, dictionaries, Circuits", "Yes, to most", "8,5", "I agree to the rules."],
    ["2026-03-02T06:05:11Z", "cy@example.test", "Cy\x00 Dela Cruz", "@SUM(A1)|cmd", "3", "", "No", "7.0", "TRUE"],
    ["March 3, 2026 2:05pm", "dee@example.test", "Dee", "-1+1", "1", "Knitting", "No", "9", "yes"],
]  # fmt: skip


def written(delimiter: str = ",", rows: list[list[str]] | None = None, header: list[str] | None = None) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([header or HEADER, *(rows or ROWS)])
    return out.getvalue()


@pytest.fixture
def round_(db: None) -> Round:
    return make_round()


def take(round_: Round, content: bytes, **options: Any) -> Result:
    sheet = sheets.read(content)
    data = guessing.as_map(guessing.targets(sheet, questionnaire_of(round_.form)), sheet)
    found = mapping.of(data)
    return taking.take(round_, sheet, found, by=None, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_one_sheet_is_read_alike_in_every_encoding(round_: Round, encoding: str, delimiter: str) -> None:
    dry = take(round_, written(delimiter).encode(encoding), is_dry=True)
    real = take(round_, written(delimiter).encode(encoding), expected=dry.fingerprint)

    assert [(one.row, one.column) for one in real.refused] == [(5, "Which topics interest you?")]
    assert (len(dry.created), len(real.created)) == (3, 3)
    assert sorted(Identity.objects.values_list("name", flat=True)) == ["Ana “Nan” Reyes", "Ben Cruz 🎈", "Cy Dela Cruz"]
    answers = {row.identity.email: row.revisions.get().answers for row in Application.objects.all()}
    assert answers["ben@example.test"]["why"] == '=HYPERLINK("http://x","y")'
    assert answers["ana@example.test"]["why"] == "Because 🧠,\nand\n\nmore."
    assert answers["ben@example.test"]["topics"] == ["Sparse autoencoders, dictionaries", "Circuits"]


@pytest.mark.parametrize("content", [TYPEFORM, GOOGLE.encode(), AIRTABLE.encode(), AIRTABLE.encode("utf-16")])
def test_a_dry_run_equals_the_real_run(round_: Round, content: bytes) -> None:
    dry = take(round_, content, is_dry=True)
    count = Application.objects.count()
    real = take(round_, content, expected=dry.fingerprint)

    assert count == 0
    assert dry.as_json() == real.as_json()
    assert Application.objects.count() == len(real.created)


def test_a_real_run_that_would_do_something_else_does_nothing(round_: Round) -> None:
    dry = take(round_, AIRTABLE.encode(), is_dry=True)
    take(round_, AIRTABLE.encode())

    with pytest.raises(RuleViolation, match="has changed since"):
        take(round_, AIRTABLE.encode(), expected=dry.fingerprint)

    assert (Application.objects.count(), ApplicationImport.objects.count()) == (1, 1)


def test_headers_that_stand_twice_are_told_apart(round_: Round) -> None:
    header = [*HEADER, "Hours a week", "Other", "Other", ""]
    rows = [[*row, "99", "x", "", "y"] for row in ROWS[:3]]

    result = take(round_, written(header=header, rows=rows).encode())

    assert len(result.created) == 3
    assert "Hours a week [2]" in result.ignored
    assert {row.revisions.get().answers["hours"] for row in Application.objects.all()} == {"12", "8.5", "7"}


def test_a_cell_of_ten_megabytes_costs_its_row_and_no_other(round_: Round) -> None:
    rows = [[*ROWS[0][:3], "x" * 10_000_000, *ROWS[0][4:]], ROWS[1]]

    result = take(round_, written(rows=rows).encode())

    assert len(result.created) == 1
    reasons = [(one.row, one.column, one.reason) for one in result.refused]
    assert (2, "Why do you want to do this?", "This is longer than 100000 characters.") in reasons
    assert {one.row for one in result.refused} == {2}


def test_a_choice_of_ninety_kilobytes_is_not_offered_as_a_word(round_: Round) -> None:
    rows = [[*ROWS[0][:5], "z" * 90_000, *ROWS[0][6:]]]

    result = take(round_, written(rows=rows).encode(), is_dry=True)

    assert result.refused_rows == 1
    assert not any(result.unknown.values())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (",".join(f"c{n}" for n in range(100_000)) + "\n1\n", "100000 columns"),
        ("a,b\n" + "1,2\n" * 50_001, "more than 50000 rows"),
        ("a" * 3000 + ",b\n1,2\n", "header of column 1"),
        ('a,b\n"1,2\n', "never closed"),
        ("\x00\x00\x00", "empty"),
        ("", "empty"),
        ("\ufeff\ufeff", "empty"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(content: str, why: str) -> None:
    with pytest.raises(RuleViolation, match=why):
        sheets.read(content.encode())


def test_a_row_with_a_million_cells_is_refused_alone(round_: Round) -> None:
    rows = [[*ROWS[0], *["x"] * 1_000_000], ROWS[1]]

    result = take(round_, written(rows=rows).encode())

    assert (len(result.created), {one.row for one in result.refused}) == (1, {2})


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_sheet_or_refused_in_words(content: bytes) -> None:
    try:
        sheet = sheets.read(content)
    except RuleViolation:
        return
    assert len(sheet.header) <= sheets.MOST_COLUMNS
    assert not any("\x00" in cell for row in sheet.rows for cell in row.cells)


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=9, max_size=10), min_size=1, max_size=4))
def test_any_cells_are_taken_alike_twice(rows: list[list[str]]) -> None:
    with transaction.atomic():
        round_ = make_round()
        named = [[row[0], f"p{place}@example.test", f"P{row[2]}", *row[3:]] for place, row in enumerate(rows)]
        content = written(rows=[*named, ROWS[0]]).encode("utf-8", "replace")
        dry = take(round_, content, is_dry=True)
        real = take(round_, content, expected=dry.fingerprint)
        assert len(real.created) >= 1
        transaction.set_rollback(True)


class TestToken:
    @pytest.fixture
    def desk(self, round_: Round, client: Client, settings: Any, tmp_path: Any) -> Client:
        settings.MEDIA_ROOT = tmp_path
        client.force_login(organizer_of(round_.cohort))
        return client

    def tried(self, desk: Client, round_: Round, content: bytes) -> tuple[str, str]:
        """Upload a file, try it, and return its address and the token of the dry run."""
        file = SimpleUploadedFile("answers.csv", content)
        address = desk.post(reverse("admin:applicants_import", args=[round_.slug]), {"file": file})["Location"]
        answer = desk.post(address, shown(desk.get(address)))
        return address, answer.context["token"]

    def test_a_dry_run_of_one_file_confirms_no_other(self, desk: Client, round_: Round) -> None:
        _address, token = self.tried(desk, round_, AIRTABLE.encode())
        other, _token = self.tried(desk, round_, AIRTABLE.replace("Ana Reyes", "Eve").encode())

        answer = desk.post(other, {"token": token}, follow=True)

        assert "another file" in answer.content.decode()
        assert not Application.objects.exists()

    def test_a_dry_run_of_one_round_confirms_no_other(self, desk: Client, round_: Round) -> None:
        second = make_round(cohort=round_.cohort)
        _address, token = self.tried(desk, round_, AIRTABLE.encode())
        other, _token = self.tried(desk, second, AIRTABLE.encode())

        answer = desk.post(other, {"token": token}, follow=True)

        assert "another form" in answer.content.decode()
        assert not Application.objects.exists()

    def test_a_dry_run_is_confirmed_once_and_for_what_it_showed(self, desk: Client, round_: Round) -> None:
        address, token = self.tried(desk, round_, AIRTABLE.encode())

        done = [desk.post(address, {"token": token}).status_code for _twice in range(2)]

        assert done == [302, 404]
        assert Application.objects.count() == 1
