from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.factories.people import CohortFactory, UserFactory
from whitebox.outbox import mailbox
from whitebox.people import membership
from whitebox.people.choices import Role


@pytest.fixture
def written(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with get_connection("django.core.mail.backends.filebased.EmailBackend") as connection:
        for subject in ("First", "Second"):
            letter = EmailMultiAlternatives(subject, f"{subject} text", to=["ana@example.test"], connection=connection)
            letter.attach_alternative("<p>Text</p>", "text/html")
            letter.send()
    assert not hasattr(mail, "outbox") or mail.outbox == []
    return tmp_path / "mail"


def test_newest_mail_stands_first_with_its_text_and_moment(written: Path) -> None:
    found = mailbox.newest(written, limit=10)

    assert [(one.subject, one.to, one.text.strip()) for one in found] == [
        ("Second", "ana@example.test", "Second text"),
        ("First", "ana@example.test", "First text"),
    ]
    assert all(one.at is not None and one.at.tzinfo is not None for one in found)


def test_a_folder_that_is_not_there_holds_no_mail(tmp_path: Path) -> None:
    assert mailbox.newest(tmp_path / "nothing", limit=10) == []


def test_an_organizer_reads_the_mails_on_a_page(db: None, client: Client, written: Path) -> None:
    organizer = UserFactory.create()
    membership.enrol(organizer, CohortFactory.create(), Role.ORGANIZER, by=None)
    client.force_login(organizer)

    listed = client.get(reverse("admin:outbox_letter_changelist")).content.decode()
    page = client.get(reverse("admin:outbox_mailbox")).content.decode()

    assert reverse("admin:outbox_mailbox") in listed
    assert "Second text" in page
