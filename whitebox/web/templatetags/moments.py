"""Moments and durations in words: the cohort's wall clock first, the reader's beside it."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def moment(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Render "Sat 12 Oct, 14:00 Manila (08:00 your time)" for an aware `value`.

    Without a `zone` only the reader's time is shown; nothing at all for a missing `value`.
    """
    if not value:
        return ""
    reader, now = timezone.get_current_timezone(), timezone.now()
    place = ZoneInfo(zone) if isinstance(zone, str) and zone else zone or None
    years = now.astimezone(reader).year, now.astimezone(place or reader).year
    return _moment(value, place, reader, years, get_language())


@lru_cache(maxsize=1024)  # a cohort has few moments, and formatting one takes longer than a query
def _moment(
    value: datetime, place: ZoneInfo | None, reader: tzinfo, _years: tuple[int, int], _language: str | None
) -> SafeString:
    """Draw a moment. The years of now and the language are what its formats depend on beside its arguments."""
    here = value.astimezone(reader)
    if place is None:
        return _time_element(value, _day_and_time(here))
    there = value.astimezone(place)
    shown = _time_element(value, f"{_day_and_time(there)} {place_name(place)}")
    if there.utcoffset() == here.utcoffset():
        return shown
    yours = date_format(here, "H:i") if here.date() == there.date() else _day_and_time(here)
    return format_html("{} ({})", shown, _("%(time)s your time") % {"time": yours})


@register.simple_tag
def day(value: datetime | None, zone: ZoneInfo | str | None = None) -> str:
    """Render "Sat 12 Oct", the day of an aware `value` in `zone` or else in the reader's zone."""
    if not value:
        return ""
    there = value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone or timezone.get_current_timezone())
    return _time_element(value, date_format(there, _day_format(there)))


@register.filter
def duration(value: timedelta | float | None) -> str:
    """Say how long in plain words, rounded: minutes (a number) or a timedelta to "1 h 50 min" or "3 days"."""
    if value is None or value == "":
        return ""
    minutes = round(value.total_seconds() / 60 if isinstance(value, timedelta) else value)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days = round(hours / 24)
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def wait(value: timedelta) -> str:
    """Say how long a short wait takes: in seconds below two minutes, else as `duration` does."""
    seconds = max(1, round(value.total_seconds()))
    if seconds >= 120:
        return duration(value)
    return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}


@register.filter
def about(value: timedelta | float | None) -> str:
    """Say "about 25 min"; see `duration`."""
    length = duration(value)
    return _("about %(length)s") % {"length": length} if length else ""


def place_name(zone: ZoneInfo) -> str:
    """Name a zone as people do: the city of its IANA key."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def _day_and_time(local: datetime) -> str:
    return f"{date_format(local, _day_format(local))}, {date_format(local, 'H:i')}"


def _day_format(local: datetime) -> str:
    if local.year == datetime.now(local.tzinfo).year:
        return pgettext("format of a day in this year", "D j M")
    return pgettext("format of a day in another year", "D j M Y")


def _time_element(value: datetime, words: str) -> SafeString:
    stamp = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, words)
