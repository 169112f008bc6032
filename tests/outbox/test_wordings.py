"""A letter without a wording: the others leave, and organizers see it until it can be written."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.outbox import letters, wordings
from whitebox.outbox.models import Letter, LetterTemplate, MissingWording
from whitebox.people.choices import Role
from whitebox.people.models import User
from whitebox.web import health

pytestmark = pytest.mark.django_db


def due(reader: User, *kinds: str) -> int:
    return letters.queue_all([letters.Request(kind, f"{kind}:1", reader, {"days": 3}) for kind in kinds])


def kinds() -> list[str]:
    return [one.kind for one in wordings.missing(timezone.now())]


def test_a_missing_wording_silences_no_other_letter(caplog: pytest.LogCaptureFixture) -> None:
    LetterTemplateFactory.create(kind="first")
    LetterTemplateFactory.create(kind="last")

    with caplog.at_level(logging.ERROR):
        written = due(UserFactory.create(), "first", "nowhere", "last")

    assert written == 2
    assert sorted(Letter.objects.values_list("kind", flat=True)) == ["first", "last"]
    assert kinds() == ["nowhere"]
    assert "cannot be written: nowhere" in caplog.text


@pytest.mark.parametrize("body", ["{% if %}", "{% include 'x' %}", "{% for one in days %}{{ one }}{% endfor %}"])
def test_a_wording_that_cannot_be_read_silences_no_other_letter(body: str) -> None:
    LetterTemplateFactory.create(kind="bad", body=body)
    LetterTemplateFactory.create(kind="fine")

    assert due(UserFactory.create(), "bad", "fine") == 1
    assert kinds() == ["bad"]


def test_it_is_written_and_forgotten_once_there_is_a_wording() -> None:
    reader = UserFactory.create()
    due(reader, "late")
    due(reader, "late")
    assert kinds() == ["late"]

    LetterTemplateFactory.create(kind="late")

    assert due(reader, "late") == 1
    assert not MissingWording.objects.exists()


def test_it_is_told_as_long_as_there_is_no_wording_and_a_day_beyond() -> None:
    now = timezone.now()
    due(UserFactory.create(), "late")
    later = now + timedelta(days=40)
    assert [one.kind for one in wordings.missing(later)] == ["late"]

    LetterTemplateFactory.create(kind="late")

    assert [one.kind for one in wordings.missing(now + timedelta(hours=1))] == ["late"]
    assert [one.kind for one in wordings.missing(later)] == []


def test_organizers_see_it_at_home_and_above_the_wordings_and_the_site_says_so(client: Client) -> None:
    organizer = MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True).user
    mentor = MembershipFactory.create(role=Role.MENTOR).user
    home, listed = reverse("web:home"), reverse("admin:outbox_lettertemplate_changelist")
    client.force_login(organizer)
    assert "cannot be written" not in client.get(home).content.decode()
    assert health.letters().is_ok

    due(mentor, "nowhere")

    for address in (home, listed):
        assert "cannot be written" in (text := client.get(address).content.decode())
        assert "nowhere" in text
    assert (health.letters().is_ok, health.letters().detail) == (False, "nowhere")
    client.force_login(mentor)
    assert "cannot be written" not in client.get(home).content.decode()


def test_an_organizer_adds_the_wording_that_is_missing(client: Client, settings: object) -> None:
    client.force_login(MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True).user)
    add = reverse("admin:outbox_lettertemplate_add")

    page = client.get(add, {"kind": "nowhere"})
    done = client.post(add, {"kind": "nowhere", "subject": "At last", "body": "Hello {{ person_name }}."})

    assert 'value="nowhere"' in page.content.decode()
    assert done.status_code == 302
    added = LetterTemplate.objects.get(kind="nowhere")
    assert (added.subject, added.is_edited) == ("At last", True)
    change = client.get(reverse("admin:outbox_lettertemplate_change", args=[added.pk])).content.decode()
    assert 'name="kind"' not in change
