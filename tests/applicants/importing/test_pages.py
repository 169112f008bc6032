"""The command and the pages of imports."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants.importing import waiting
from applicants.models import Application, ImportFile, Round
from tests.applicants.conftest import organizer_of
from tests.applicants.importing.examples import GOOGLE, TYPEFORM, TYPEFORM_MAP, make_round


@pytest.fixture
def round_(db: None, settings: Settings, tmp_path: Path) -> Round:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_round(slug="spring")


@pytest.fixture
def desk(round_: Round, client: Client) -> Client:
    client.force_login(organizer_of(round_.cohort))
    return client


def run(tmp_path: Path, *options: str, content: bytes = TYPEFORM, text: str = TYPEFORM_MAP) -> str:
    (tmp_path / "file.csv").write_bytes(content)
    (tmp_path / "map.toml").write_text(text)
    out = StringIO()
    try:
        call_command(
            "applications_import",
            str(tmp_path / "file.csv"),
            "--round",
            "spring",
            *options,
            stdout=out,
            skip_checks=True,
        )
    except CommandError as refused:
        return f"{out.getvalue()}\n{refused}"
    return out.getvalue()


def test_the_command_counts_in_json(round_: Round, tmp_path: Path) -> None:
    options = ("--map", str(tmp_path / "map.toml"), "--json")
    dry = json.loads(run(tmp_path, *options, "--dry-run"))
    count = Application.objects.count()
    real = json.loads(run(tmp_path, *options))

    assert count == 0
    assert dry == real | {"dry_run": True}
    assert {key: real[key] for key in ("created", "updated", "unchanged", "duplicates", "refused")} == {
        "created": 2, "updated": 0, "unchanged": 0, "duplicates": 0, "refused": [],
    }  # fmt: skip


def test_the_command_says_it_in_words_and_refuses_as_a_whole(round_: Round, tmp_path: Path) -> None:
    in_words = run(tmp_path, "--map", str(tmp_path / "map.toml"), "--dry-run")
    wrong = run(tmp_path, "--map", str(tmp_path / "map.toml"), "--json", text=TYPEFORM_MAP.replace('"Email"', '"Mail"'))
    cut = run(tmp_path, "--json", content=b'a,b\n"1')
    guessed = run(tmp_path, "--guess", content=GOOGLE.encode())

    assert "2 created, 0 updated" in in_words
    assert json.loads(wrong.rpartition("}")[0] + "}")["refused"][0]["row"] == 1
    assert "Nothing was imported" in wrong
    assert json.loads(cut.rpartition("}")[0] + "}")["ok"] is False
    assert 'name = ["First name", "Last name"]' in guessed
    assert not Application.objects.exists()


def upload(desk: Client, round_: Round, content: bytes) -> str:
    file = SimpleUploadedFile("answers.csv", content, content_type="text/csv")
    answer = desk.post(reverse("admin:applicants_import", args=[round_.slug]), {"file": file})
    return answer.headers["Location"]


def shown(page: Any) -> dict[str, str]:
    """Return what the page's form would send."""
    sent = {f"column-{one.place}": one.target for one in page.context["columns"]}
    return sent | {"same_person": "last", "long_answers": "refuse", "dates": ""}


def test_the_pages_lead_from_a_file_over_a_dry_run_to_applications(round_: Round, desk: Client) -> None:
    address = upload(desk, round_, GOOGLE.encode())
    first = desk.get(address)
    sent = shown(first)
    tried = desk.post(address, sent)
    word = next(iter(tried.context["result"].unknown["python"]))
    told = desk.post(address, sent | {f"word:python:{word}": "I can write a loop.", "drop": "topics"})
    count = Application.objects.count()
    done = desk.post(address, {"token": told.context["token"]}, follow=True)

    assert first.context["columns"][1].target == "email"
    assert (count, Application.objects.count()) == (0, len(told.context["result"].created))
    assert "1 application was taken over" in done.content.decode()
    assert not ImportFile.objects.exists()
    assert desk.get(address).status_code == 404


def test_a_map_without_an_address_is_refused_in_words(round_: Round, desk: Client) -> None:
    address = upload(desk, round_, TYPEFORM)

    answer = desk.post(address, {"column-1": "name"})

    assert "Choose the column that holds the e-mail address." in answer.content.decode()
    assert desk.post(address, {"token": "forged"}).status_code == 302
    assert not Application.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04"])
def test_a_file_that_cannot_be_read_is_not_kept(round_: Round, desk: Client, content: bytes) -> None:
    file = SimpleUploadedFile("answers.csv", content)

    answer = desk.post(reverse("admin:applicants_import", args=[round_.slug]), {"file": file})

    assert answer.status_code == 200
    assert not ImportFile.objects.exists()


def test_files_leave_after_a_day(round_: Round, desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    upload(desk, round_, TYPEFORM)
    kept = ImportFile.objects.get()
    path = Path(kept.file.path)
    now = timezone.now()

    with django_capture_on_commit_callbacks(execute=True):
        early = waiting.sweep(now)
        swept = [waiting.sweep(now + waiting.KEPT) for _twice in range(2)]

    assert (early, swept, path.exists()) == (0, [1, 0], False)


@pytest.mark.parametrize("rows", [1, 3])
def test_import_page_query_count(round_: Round, desk: Client, django_assert_num_queries: Any, rows: int) -> None:
    for _row in range(rows):
        upload(desk, round_, TYPEFORM)
    address = reverse("admin:applicants_import", args=[round_.slug])
    desk.get(address)

    with django_assert_num_queries(6):  # session, person, memberships, round, imports, files
        response = desk.get(address)

    assert len(response.context["waiting"]) == rows
