"""Moments as form tools and spreadsheets write them: 2026/03/01 2:05:11 PM GMT+8, 3/1/2026 14:05, 46082.58693."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from whitebox import days

MONTHS = dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True))  # noqa: SIM905  # it reads
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
YEAR_LAST = re.compile(r"(?P<one>\d{1,2})(?P<sign>[-/.])(?P<two>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})(?!\d)")
MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
)
DAY_FIRST = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})"
)
CLOCK = re.compile(
    r"[\s,t]*(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>a\.?\s?m\.?|p\.?\s?m\.?)?"
)
ZONE = re.compile(
    r"\s*(?:(?P<utc>z|utc|gmt)?\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?|(?P<zulu>z|utc|gmt))"
)
SERIAL = re.compile(r"\d{5}(?:[.,]\d{1,12})?")
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # by the clock of whoever wrote the file
REST = re.compile(r"\s*(?:\([^)]*\))?\s*")


class NoMomentError(ValueError):
    """A text that says no moment."""


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Tell whether a column writes 13/1 or 1/13; None where nothing in it decides."""
    for text in texts:
        found = YEAR_LAST.match(text.strip())
        if found is None:
            continue
        if found["sign"] == "." or int(found["one"]) > 12:
            return True
        if int(found["two"]) > 12:
            return False
    return None


def parsed(text: str, zone: ZoneInfo, *, day_first: bool) -> datetime:
    """Return the moment that a text says, in UTC; by the clock of `zone` where it names no zone of its own.

    Raises NoMomentError for a text that is none.
    """
    try:
        return _parsed(text, zone, day_first=day_first)
    except (ValueError, OverflowError) as wrong:
        raise NoMomentError(text) from wrong


def _parsed(text: str, zone: ZoneInfo, *, day_first: bool) -> datetime:
    if SERIAL.fullmatch(text.strip()):
        return _of_serial(float(text.strip().replace(",", ".")), zone)
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").casefold().split())  # noqa: RUF001  # a minus
    year, month, day, rest = _date(plain, day_first=day_first)
    if not days.FIRST <= year <= days.LAST:
        raise ValueError(text)
    hour, minute, second, rest = _clock(rest)
    place, rest = _zone(rest, zone)
    if REST.fullmatch(rest) is None:
        raise ValueError(text)
    return datetime(year, month, day, hour, minute, second, tzinfo=place).astimezone(UTC)


def _of_serial(number: float, zone: ZoneInfo) -> datetime:
    """Return the moment of a day number of Excel, which counts from 1899 and has the clock behind the point."""
    local = DAY_ZERO + timedelta(seconds=round(number * 86_400))
    if not days.FIRST <= local.year <= days.LAST:
        raise ValueError(number)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _date(text: str, *, day_first: bool) -> tuple[int, int, int, str]:
    if (found := YEAR_FIRST.match(text)) is not None:
        return int(found["year"]), int(found["month"]), int(found["day"]), text[found.end() :]
    if (found := YEAR_LAST.match(text)) is not None:
        one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
        day, month = (one, two) if day_first or found["sign"] == "." or one > 12 else (two, one)
        return (year if year > 99 else 2000 + year), month, day, text[found.end() :]
    for pattern in (MONTH_FIRST, DAY_FIRST):
        if (found := pattern.match(text)) is not None and found["name"][:3] in MONTHS:
            return int(found["year"]), MONTHS[found["name"][:3]], int(found["day"]), text[found.end() :]
    raise ValueError(text)


def _clock(text: str) -> tuple[int, int, int, str]:
    found = CLOCK.match(text)
    if found is None:
        return 0, 0, 0, text
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour, int(found["minute"]), int(found["second"] or 0), text[found.end() :]


def _zone(text: str, default: ZoneInfo) -> tuple[tzinfo, str]:
    found = ZONE.match(text)
    if found is None:
        return default, text
    if found["zulu"]:
        return UTC, text[found.end() :]
    shift = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-shift if found["sign"] == "-" else shift), text[found.end() :]
