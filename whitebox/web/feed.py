"""The calendar feed: one address a person, readable by any calendar program.

An app contributes `calendar.py` with `items`, a function from a User to dated items. Names and scores stay out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from icalendar import Calendar, Event

from whitebox import contributions
from whitebox.people.models import User
from whitebox.web.models import CalendarFeed, new_token


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a time. `uid` is stable for the item and the person; `sequence` grows with each change."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    place: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    address: str = ""


Items = Callable[[User], Iterable[Item]]


def items_of(user: User) -> list[Item]:
    """Return every dated item of a person, earliest first."""
    found = [item for items in contributions.attributes("calendar", "items") for item in items(user)]
    return sorted(found, key=lambda item: (item.starts_at, item.uid))


def ical(user: User) -> bytes:
    """Return a person's calendar as RFC 5545 text with the time zones it uses."""
    calendar = Calendar()
    calendar.add("prodid", "-//WhiteBox//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "WhiteBox")
    for item in items_of(user):
        calendar.add_component(_event(item, user))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(item: Item, user: User) -> Event:
    zone = ZoneInfo(item.zone)
    event = Event()
    event.add("uid", f"{item.uid}-{user.pk}@whitebox")
    event.add("summary", item.title)
    event.add("dtstart", item.starts_at.astimezone(zone))
    event.add("dtend", item.ends_at.astimezone(zone))
    event.add("dtstamp", item.changed_at)
    event.add("last-modified", item.changed_at)
    event.add("sequence", item.sequence)
    event.add("status", "CANCELLED" if item.is_cancelled else "CONFIRMED")
    for name, value in (("location", item.place), ("url", item.address)):
        if value:
            event.add(name, value)
    return event


def etag(content: bytes) -> str:
    """Return the strong validator of a feed's content."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def feed_of(user: User) -> CalendarFeed:
    """Return a person's feed, made at the first call."""
    feed, _created = CalendarFeed.objects.get_or_create(user=user)
    return feed


@transaction.atomic
def renew(user: User) -> CalendarFeed:
    """Give the feed a new address; the old one answers 404 from now on."""
    feed = feed_of(user)
    feed.token = new_token()
    feed.save(update_fields=["token"])
    return feed
