"""The calendar feed, read by two libraries that know nothing of each other."""

import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from tests.factories.people import UserFactory
from whitebox import contributions
from whitebox.web import feed, vtimezone
from whitebox.web.feed import Item

ZONES = ("Asia/Manila", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
CHANGED = datetime(2026, 9, 1, 12, 0, 5, tzinfo=UTC)


def item(start: datetime, zone: str, **changes: Any) -> Item:
    facts: dict[str, Any] = {
        "uid": f"session-{start:%Y%m%d}-{zone}",
        "title": "Session 1: Grüße, “quotes”; and a comma",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "zone": zone,
        "changed_at": CHANGED,
        "place": "Room 304\nsecond floor",
    }
    return Item(**facts | changes)


@pytest.fixture
def content(db: None, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A feed with a session each week from September to December in five zones, changes of clocks included."""
    starts = [datetime(2026, 9, 12, 1, 30, tzinfo=UTC) + timedelta(weeks=week) for week in range(14)]
    items = [item(start, zone, is_cancelled=start == starts[3]) for start in starts for zone in ZONES]
    contribution = SimpleNamespace(__name__="a.calendar", items=lambda _user: items)
    monkeypatch.setattr(contributions, "modules", lambda _name: (contribution,))
    return feed.ical(UserFactory.create(name="Ana Reyes"))


def moments(content: bytes) -> dict[str, tuple[datetime, datetime, str, str]]:
    """Return start, end, the wall time of the start, and the state by UID, as icalendar reads them."""
    return {
        str(event["uid"]): (
            event.decoded("dtstart").astimezone(UTC),
            event.decoded("dtend").astimezone(UTC),
            event.decoded("dtstart").strftime("%a %H:%M"),
            str(event["status"]),
        )
        for event in Calendar.from_ical(content).walk("VEVENT")
    }


def test_a_second_library_reads_the_same_moments(content: bytes) -> None:
    read = vobject.readOne(content.decode())

    found = {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
            event.dtstart.value.strftime("%a %H:%M"),
            event.status.value,
        )
        for event in read.vevent_list
    }

    assert found == moments(content)
    assert len(found) == 70
    assert {state for *_when, state in found.values()} == {"CONFIRMED", "CANCELLED"}


def test_both_libraries_find_the_moments_that_were_meant(content: bytes) -> None:
    wanted = {datetime(2026, 9, 12, 1, 30, tzinfo=UTC) + timedelta(weeks=week) for week in range(14)}

    read = vobject.readOne(content.decode())

    assert {start for start, *_rest in moments(content).values()} == wanted
    assert {event.dtstart.value.astimezone(UTC) for event in read.vevent_list} == wanted


@pytest.mark.parametrize("zone", [*ZONES, "Africa/Casablanca", "America/St_Johns", "Pacific/Apia"])
def test_a_described_zone_is_the_zone_hour_by_hour(zone: str) -> None:
    """Read by dateutil, which knows nothing but the description."""
    calendar = Calendar()
    calendar.add_component(vtimezone.described(zone, 2026, 2027))
    read = tzical(io.StringIO(calendar.to_ical().decode())).get(zone)
    hours = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, 24 * 730, 7))

    wrong = [
        hour
        for hour in hours
        if (local := hour.astimezone(ZoneInfo(zone))).utcoffset() != local.replace(tzinfo=read).utcoffset()
    ]

    assert wrong == []


def test_every_zone_that_is_used_is_described(content: bytes) -> None:
    calendar = Calendar.from_ical(content)

    described = {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}
    used = {event["dtstart"].params["TZID"] for event in calendar.walk("VEVENT")}

    assert described == used == set(ZONES)


def test_what_a_calendar_needs_is_there_and_lines_are_short(content: bytes) -> None:
    event = Calendar.from_ical(content).walk("VEVENT")[0]

    assert {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION"} <= set(event)
    assert event.decoded("last-modified") == CHANGED
    assert str(event["location"]) == "Room 304\nsecond floor"
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"Ana" not in content


def test_the_same_content_has_the_same_tag_and_the_sequence_grows(content: bytes) -> None:
    before, after = (item(CHANGED, "Asia/Manila", changed_at=CHANGED + timedelta(seconds=more)) for more in (0, 1))

    assert after.sequence == before.sequence + 1
    assert feed.etag(content) == feed.etag(bytes(content))
    assert feed.etag(content) != feed.etag(content + b" ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [("{tag}", 304), ("W/{tag}", 304), ('"other", {tag}', 304), ("*", 304), ('"other"', 200), ("", 200)],
)
def test_a_program_that_has_it_already_gets_nothing(db: None, client: Client, sent: str, status: int) -> None:
    address = reverse("web:calendar", args=[feed.feed_of(UserFactory.create()).token])
    tag = client.get(address).headers["ETag"]

    answer = client.get(address, headers={"If-None-Match": sent.format(tag=tag)} if sent else {})

    assert (answer.status_code, answer.headers["ETag"]) == (status, tag)
    assert bool(answer.content) == (status == 200)


def test_head_and_only_reading_is_answered(db: None, client: Client) -> None:
    address = reverse("web:calendar", args=[feed.feed_of(UserFactory.create()).token])

    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
