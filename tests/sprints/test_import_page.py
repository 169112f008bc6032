"""The page that imports a list: what it shows is what it does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sprints import import_page, importing, sheets
from sprints.bank import PUBLIC_LIST
from sprints.models import Problem
from tests.factories.people import MembershipFactory
from tests.sprints.views.test_bank import signed_in_as
from whitebox.people.choices import Role

HEADER = "number,category,title,difficulty\n"
FIRST = f"{HEADER}1.1,Toy,What?,B\n1.2,Toy,Why?,\n"
LATER = f"{HEADER}1.1,Toy,What exactly?,B-C\n1.2,Toy,Why?,\n1.3,Toy,<b>How?</b>,\n"


@pytest.fixture
def organizer(db: None) -> Client:
    return signed_in_as(MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True).user)


def upload(client: Client, text: str | bytes, **more: str) -> HttpResponse:
    content = text.encode() if isinstance(text, str) else text
    sent = {"file": SimpleUploadedFile("list.csv", content), "source": PUBLIC_LIST, **more}
    return client.post(reverse("admin:sprints_import"), sent)  # type: ignore[return-value]  # a test's answer is one


def act(client: Client, answer: HttpResponse, **wrong: str) -> HttpResponse:
    shown = answer.context  # type: ignore[attr-defined]  # of a test's answer
    sent = {"packed": shown["packed"], "seal": shown["seal"], **wrong}
    return client.post(reverse("admin:sprints_import"), sent, follow=True)  # type: ignore[return-value]  # as above


def have(text: str) -> None:
    importing.run(sheets.read(text.encode()), PUBLIC_LIST, is_trial=False)


def titles() -> list[str]:
    return list(Problem.objects.order_by("number").values_list("title", flat=True))


def test_the_dry_run_shows_each_difference_and_writes_nothing(organizer: Client) -> None:
    have(FIRST)

    shown = upload(organizer, LATER)

    page = shown.content.decode()
    assert "1 added" in page
    assert "1 changed" in page
    for line in (
        "<del>What?</del>",
        "<ins>What exactly?</ins>",
        "<del>B</del>",
        "<ins>C</ins>",
        "&lt;b&gt;How?&lt;/b&gt;",
    ):
        assert line in page
    assert titles() == ["What?", "Why?"]


def test_the_act_does_what_was_shown(organizer: Client) -> None:
    have(FIRST)
    shown = upload(organizer, LATER)

    done = act(organizer, shown)
    again = act(organizer, shown)

    assert "The list is imported." in done.content.decode()
    assert "The bank has changed since" in again.content.decode()  # by the first act: there is nothing left to do
    assert titles() == ["What exactly?", "Why?", "<b>How?</b>"]


def test_what_changed_meanwhile_is_shown_anew_and_not_done(organizer: Client) -> None:
    have(FIRST)
    shown = upload(organizer, LATER)
    Problem.objects.filter(number="1.1").update(title="Mine")

    answer = act(organizer, shown)

    assert "The bank has changed since" in answer.content.decode()
    assert "<del>Mine</del>" in answer.content.decode()
    assert titles() == ["Mine", "Why?"]


@pytest.mark.parametrize("wrong", [{"seal": "none"}, {"packed": "bm9uZQ=="}, {"packed": "é"}, {"packed": ""}])
def test_a_form_that_is_not_ours_does_nothing(organizer: Client, wrong: dict[str, str]) -> None:
    answer = act(organizer, upload(organizer, FIRST), **wrong)

    assert "none of ours" in answer.content.decode()
    assert titles() == []


def test_a_file_with_errors_names_them_and_cannot_be_imported(organizer: Client) -> None:
    shown = upload(organizer, f"{HEADER}1.1,Toy,What?,E\n")

    page = shown.content.decode()
    assert "The file has errors" in page
    assert "Import it" not in page
    assert act(organizer, shown).status_code == 200
    assert titles() == []


def test_the_encoding_can_be_said(organizer: Client) -> None:
    act(organizer, upload(organizer, f"{HEADER}1.1,Toy,Caf\u00e9?,\n".encode("cp1252"), encoding="cp1252"))

    assert titles() == ["Caf\u00e9?"]


def test_a_large_file_is_for_the_command_line(organizer: Client) -> None:
    shown = upload(organizer, b"x" * (import_page.LARGEST + 1))

    assert shown.status_code == 400
    assert "problems_import" in shown.content.decode()
