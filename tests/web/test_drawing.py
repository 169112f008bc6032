from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from time_machine import travel

from tests.factories.people import MembershipFactory, UserFactory
from whitebox.people.models import User
from whitebox.web import drawing
from whitebox.web.cards import Card, Section
from whitebox.web.drawing import draw
from whitebox.web.templatetags.frame import home_section

MANILA, BERLIN = ZoneInfo("Asia/Manila"), ZoneInfo("Europe/Berlin")
TALK = Card(Section.NEXT, title="Talk", due_at=datetime(2026, 10, 12, 6, tzinfo=UTC), zone="Asia/Manila", minutes=5)


@dataclass(frozen=True, slots=True)
class Wrapped:
    inside: Any


def drawn_anew() -> int:
    return drawing._kept.cache_info().misses


def test_what_looks_the_same_is_drawn_once() -> None:
    with timezone.override(MANILA):
        first = home_section("Next", [TALK])
        before = drawn_anew()

        assert home_section("Next", [replace(TALK)]) == first
    assert drawn_anew() == before


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another talk"},
        {"detail": "in the big room"},
        {"due_at": datetime(2026, 10, 13, 6, tzinfo=UTC)},
        {"zone": "Europe/Berlin"},
        {"minutes": 50},
        {"action": "Open", "address": "/somewhere/"},
    ],
)
def test_what_is_shown_is_never_stale(change: dict[str, Any]) -> None:
    with timezone.override(MANILA):
        assert home_section("Next", [TALK]) != home_section("Next", [replace(TALK, **change)])


def test_each_zone_is_shown_its_own_time() -> None:
    with timezone.override(MANILA):
        there = home_section("Next", [TALK])
    with timezone.override(BERLIN):
        here = home_section("Next", [TALK])

    assert "your time" not in there
    assert "08:00 your time" in here


def test_a_moment_is_written_anew_when_the_year_turns() -> None:
    with travel(datetime(2026, 12, 30, 12, tzinfo=UTC), tick=False), timezone.override(MANILA):
        assert "Mon 12 Oct, 14:00" in home_section("Next", [TALK])
    # 00:30 of the new year in Manila, 16:30 of the old one in UTC
    with travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), tick=False), timezone.override(MANILA):
        assert "Mon 12 Oct 2026, 14:00" in home_section("Next", [TALK])


def test_each_language_is_kept_apart() -> None:
    drawn = draw("web/_home_section.html", title="Next", cards=(TALK,), empty="")
    before = drawn_anew()

    with translation.override("de"):
        draw("web/_home_section.html", title="Next", cards=(TALK,), empty="")

    assert drawn
    assert drawn_anew() == before + 1


def test_a_text_of_a_person_is_escaped_beside_its_safe_like() -> None:
    bold = "<b>bold</b>"

    assert bold in draw("web/_home_section.html", title=SafeString(bold), cards=(), empty="")
    assert bold not in draw("web/_home_section.html", title=bold, cards=(), empty="")
    assert bold not in draw("web/_home_section.html", title=bold, cards=(), empty="")


@pytest.mark.parametrize("wrap", [lambda row: row, lambda row: (row,), lambda row: (Wrapped(row),)])
def test_a_row_of_the_database_is_drawn_each_time(wrap: Any) -> None:
    shown = User(pk=1, name="Before")
    draw("web/_home_section.html", title=wrap(shown), cards=(), empty="")
    before = drawing._kept.cache_info().currsize

    draw("web/_home_section.html", title=wrap(shown), cards=(), empty="")

    assert drawing._kept.cache_info().currsize == before


def test_a_list_is_drawn_each_time() -> None:
    cards = [TALK]
    first = draw("web/_home_section.html", title="Next", cards=cards, empty="")
    cards[0] = replace(TALK, title="Another talk")

    assert draw("web/_home_section.html", title="Next", cards=cards, empty="") != first


def test_the_token_of_a_form_is_each_readers_own(db: None) -> None:
    pages = []
    for _reader in range(2):
        client = Client(enforce_csrf_checks=True)
        client.force_login(MembershipFactory.create().user)
        page = client.get(reverse("web:home")).content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2][:64]
        pages.append((client, token))
        assert drawing.TOKEN not in page

    (first, own), (_second, others) = pages
    assert own != others
    assert first.post(reverse("account_logout"), {"csrfmiddlewaretoken": others}).status_code == 403
    assert first.post(reverse("account_logout"), {"csrfmiddlewaretoken": own}).status_code == 302


def test_nobody_is_shown_the_links_of_another(db: None, client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    assert reverse("admin:index") in client.get(reverse("web:calendar_settings")).content.decode()

    client.force_login(UserFactory.create())
    assert reverse("admin:index") not in client.get(reverse("web:calendar_settings")).content.decode()

    client.logout()
    stranger = client.get(reverse("applicants:landing")).content.decode()
    assert reverse("account_login") in stranger
    assert reverse("account_logout") not in stranger


@override_settings(DEFAULT_ZONE="Asia/Manila")
def test_the_quarter_of_an_hour_is_kept_while_the_year_turns() -> None:
    with travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), tick=False):
        first = drawing.around()
    with travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC) + timedelta(minutes=15), tick=False):
        second = drawing.around()

    assert first != second
