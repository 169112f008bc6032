from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import UserFactory
from whitebox.web.sessions import SessionStore


def test_a_session_is_found_by_its_key_until_it_is_over(db: None) -> None:
    kept = SessionStore()
    kept["word"] = "here"
    kept.save()

    assert SessionStore(kept.session_key)["word"] == "here"

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    over = SessionStore(kept.session_key)

    assert "word" not in over
    assert over.session_key is None


@pytest.mark.parametrize("key", [None, "", "a-key-that-leads-nowhere", "' OR 1=1 --"])
def test_a_key_that_leads_nowhere_is_forgotten(db: None, key: str | None) -> None:
    other = SessionStore()
    other["word"] = "of somebody else"
    other.save()
    strange = SessionStore(key)

    assert strange.get("word") is None
    assert strange.session_key is None


def test_signing_out_ends_the_session_at_once(db: None, client: Client) -> None:
    client.force_login(UserFactory.create())
    stolen = client.cookies["sessionid"].value
    assert client.get(reverse("web:calendar_settings")).status_code == 200

    client.post(reverse("account_logout"))
    client.cookies["sessionid"] = stolen

    assert client.get(reverse("web:calendar_settings")).status_code == 302


def test_signing_in_turns_the_key_of_a_session(db: None, client: Client) -> None:
    reader = UserFactory.create()
    kept = client.session
    kept["word"] = "here"
    kept.save()
    before = kept.session_key

    client.force_login(reader)

    assert client.session.session_key != before
    assert SessionStore(before).get("word") is None


def test_a_new_password_ends_the_sessions_elsewhere(db: None, client: Client) -> None:
    reader = UserFactory.create()
    client.force_login(reader)
    assert client.get(reverse("web:calendar_settings")).status_code == 200

    reader.set_password("another-long-password")
    reader.save()

    assert client.get(reverse("web:calendar_settings")).status_code == 302
