"""The calendar feed: one address a person, readable by any calendar program.

An app contributes `calendar.py` with `items`, a function from a User to dated items. Names and scores stay out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from icalendar import Calendar, Event, vCalAddress

from whitebox import contributions
from whitebox.people.models import User
from whitebox.web import vtimezone
from whitebox.web.models import CalendarFeed, new_token

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
REFRESH = timedelta(hours=1)  # how often calendar programs are asked to look again


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a time. `uid` is stable for the item and the person; `changed_at` only ever grows."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    place: str = ""
    is_cancelled: bool = False
    address: str = ""
    step: int = 0  # added to the sequence where one item takes the place of another

    @property
    def sequence(self) -> int:
        """A number that grows with each change, whatever it was: the seconds since calendars began here.

        One more where it is cancelled, which may happen in the very second in which it was made.
        """
        return max(0, int((self.changed_at - FIRST).total_seconds())) + self.is_cancelled + self.step


@dataclass(frozen=True, slots=True)
class Message:
    """A text for a calendar program, and what it asks of it: REQUEST or CANCEL."""

    method: str
    text: str


Items = Callable[[User], Iterable[Item]]


def items_of(user: User) -> list[Item]:
    """Return every dated item of a person, earliest first."""
    found = [item for items in contributions.attributes("calendar", "items") for item in items(user)]
    return sorted(found, key=lambda item: (item.starts_at, item.uid))


def ical(user: User) -> bytes:
    """Return a person's calendar as RFC 5545 text."""
    return document(items_of(user), owner=str(user.pk))


def document(items: Iterable[Item], *, owner: str) -> bytes:
    """Return dated items as RFC 5545 text with the time zones they use; `owner` keeps the ids of two people apart."""
    calendar = _calendar()
    calendar.add("x-wr-calname", "WhiteBox")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    listed = list(items)
    _add_zones(calendar, listed)
    for item in listed:
        calendar.add_component(_event(item, owner))
    return bytes(calendar.to_ical())


def message(item: Item, *, owner: str, to: str) -> Message:
    """Return what a letter carries about one item (RFC 5546): ask for it, or call it off.

    The id is that of the feed or file with the same `owner`, so that a calendar which has the item changes it. `to` is
    the address of who gets the letter; nobody answers, for booking was the answer.
    """
    calendar = _calendar()
    method = "CANCEL" if item.is_cancelled else "REQUEST"
    calendar.add("method", method)
    _add_zones(calendar, [item])
    event = _event(item, owner)
    event.add("organizer", vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"))
    attending = {"role": "REQ-PARTICIPANT", "partstat": "ACCEPTED", "rsvp": "FALSE"}
    event.add("attendee", vCalAddress(f"mailto:{to}"), parameters=attending)
    calendar.add_component(event)
    return Message(method, calendar.to_ical().decode())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//WhiteBox//Calendar//EN")
    calendar.add("version", "2.0")
    return calendar


def _add_zones(calendar: Calendar, listed: Sequence[Item]) -> None:
    years = {moment.year for item in listed for moment in (item.starts_at, item.ends_at)}
    for name in sorted({item.zone for item in listed} - {"UTC"}):
        calendar.add_component(vtimezone.described(name, min(years), max(years)))


def _event(item: Item, owner: str) -> Event:
    zone = ZoneInfo(item.zone)
    event = Event()
    event.add("uid", f"{item.uid}-{owner}@whitebox")
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
