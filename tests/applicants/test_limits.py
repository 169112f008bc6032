"""How much of one application is kept, and how often it may change: with words, and nothing lost."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import applying, uploads, work_tests
from applicants.appointments import HandIn
from applicants.choices import ApplicationState
from applicants.models import Application, Draft, Revision, Upload
from applicants.return_links import token_of
from applicants.views import apply
from tests.factories.applicants import ANSWERS, ApplicationFactory, DecisionFactory
from tests.factories.appointments import WorkTestFactory
from tests.pdfs import PDF
from whitebox.errors import RuleViolation


@pytest.fixture(autouse=True)
def _uploads(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def application(db: None) -> Application:
    return ApplicationFactory.create()


def page(application: Application, name: str, *more: str) -> str:
    return reverse(f"applicants:{name}", args=[token_of(application), *more])


def change(application: Application, why: str) -> Application:
    Draft.objects.filter(application=application).update(answers=ANSWERS | {"why": why})
    return Application.objects.get(pk=application.pk)


def test_versions_are_kept_up_to_a_limit(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "MOST_REVISIONS", 2)
    applying.submit(change(application, "Two."), key=uuid.uuid4())

    with pytest.raises(RuleViolation, match="handed in 2 versions"):
        applying.submit(change(application, "Three."), key=uuid.uuid4())
    applying.submit(change(application, "Two."), key=uuid.uuid4())

    assert [one.number for one in Revision.objects.all()] == [1, 2]
    assert application.draft.answers["why"] != "Three."
    assert Draft.objects.get().answers["why"] == "Two."


def test_submitting_many_times_within_an_hour_waits(
    client: Client, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "SUBMISSIONS_AN_HOUR", 1)
    change(application, "One.")
    client.post(page(application, "check"), {"key": uuid.uuid4()})
    change(application, "Two.")
    answer = client.post(page(application, "check"), {"key": uuid.uuid4()}, follow=True)

    assert "many times within an hour" in answer.content.decode()
    assert Revision.objects.latest("number").answers["why"] == "One."
    assert Draft.objects.get().answers["why"] == "Two."


def test_a_page_that_changes_too_often_keeps_what_was_typed(
    client: Client, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "CHANGES_AN_HOUR", 1)
    address = page(application, "section", "reasons")
    client.post(address, {"why": "The first."})

    kept = client.post(address, {"why": "The second."}).content.decode()
    saved = client.post(address, {"why": "The second.", "autosave": "1"})
    who = client.post(page(application, "identity"), {"name": "Ana B.", "zone": "Asia/Manila"}).content.decode()

    assert "was not saved" in kept
    assert "The second." in kept
    assert saved.status_code == 429
    assert "was not saved" in who
    assert "Ana B." in who
    assert Draft.objects.get().answers["why"] == "The first."


def test_files_are_kept_up_to_a_limit(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    uploads.store(application, "work", SimpleUploadedFile("a.pdf", PDF))

    with pytest.raises(RuleViolation, match="We keep 1 files"):
        uploads.store(application, "work", SimpleUploadedFile("b.pdf", PDF))

    assert [one.filename for one in Upload.objects.all()] == ["a.pdf"]


@pytest.mark.parametrize(("what", "told"), [("FILES_AN_HOUR", "many files within an hour"), ("MOST_FILES", "We keep")])
def test_a_file_too_many_is_told_beside_its_question(
    client: Client, application: Application, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    monkeypatch.setattr(apply if what == "FILES_AN_HOUR" else uploads, what, 1)
    address = page(application, "section", "practical")
    client.post(address, {"hours": "12", "work": SimpleUploadedFile("a.pdf", PDF)})
    applying.submit(Application.objects.get(pk=application.pk), key=uuid.uuid4())

    answer = client.post(address, {"hours": "13", "work": SimpleUploadedFile("b.pdf", PDF)})

    assert told in answer.content.decode()
    assert [one.filename for one in Upload.objects.all()] == ["a.pdf"]
    assert Draft.objects.get().answers["hours"] == "13"
    assert Draft.objects.get().answers["work"] == str(Upload.objects.get().pk)


def test_a_full_disk_is_told_beside_the_question_and_what_was_typed_is_kept(
    client: Client, application: Application, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = page(application, "section", "practical")
    client.post(address, {"hours": "12", "work": SimpleUploadedFile("a.pdf", PDF)})
    real = os.open

    def open_on_a_full_disk(path: str, flags: int, mode: int = 0o777) -> int:
        os.close(real(path, flags, mode))
        return real("/dev/full", os.O_WRONLY)

    with monkeypatch.context() as full:
        full.setattr("django.core.files.storage.filesystem.os.open", open_on_a_full_disk)
        answer = client.post(address, {"hours": "13", "work": SimpleUploadedFile("b.pdf", PDF)})

    assert "There is no room for files just now." in answer.content.decode()
    assert [one.filename for one in Upload.objects.all()] == ["a.pdf"]
    assert Draft.objects.get().answers["hours"] == "13"
    assert Draft.objects.get().answers["work"] == str(Upload.objects.get().pk)
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1  # no half of the second one
    client.post(address, {"hours": "13", "work": SimpleUploadedFile("b.pdf", PDF)})
    assert [one.filename for one in Upload.objects.all()] == ["b.pdf"]


def test_hand_ins_are_kept_up_to_a_limit(letters: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_tests, "MOST", 1)
    test = WorkTestFactory.create()
    key = uuid.uuid4()
    work_tests.hand_in(test, key=key, text="One.")

    with pytest.raises(RuleViolation, match="handed in 1 times"):
        work_tests.hand_in(test, key=uuid.uuid4(), text="Two.")
    work_tests.hand_in(test, key=key, text="One.")

    assert HandIn.objects.count() == 1


def test_nothing_is_handed_in_after_a_decision_and_nothing_is_lost(client: Client, letters: None) -> None:
    test = WorkTestFactory.create()
    DecisionFactory.create(application=test.application, released_at=timezone.now())
    waiting = WorkTestFactory.create(starts_at=timezone.now() + timedelta(days=2), starts_when_opened=True)
    DecisionFactory.create(application=waiting.application, released_at=timezone.now())

    answer = client.post(page(test.application, "work_test"), {"key": uuid.uuid4(), "text": "Late thoughts."})

    assert "There is a decision on your application" in answer.content.decode()
    assert "Late thoughts." in answer.content.decode()
    assert not HandIn.objects.exists()
    with pytest.raises(RuleViolation, match="There is a decision"):
        work_tests.begin(waiting)
    assert test.application.state == ApplicationState.SUBMITTED


def test_a_pending_decision_is_not_told_by_a_refusal(letters: None) -> None:
    test = WorkTestFactory.create()
    DecisionFactory.create(application=test.application)

    work_tests.hand_in(test, key=uuid.uuid4(), text="In time.")

    assert HandIn.objects.count() == 1
