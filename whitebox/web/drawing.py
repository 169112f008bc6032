"""Parts of pages, drawn once and kept by all that they show.

Drawing a template costs ten times what a query does, and most of a page looks as it looked a minute ago, for this
reader or for others. What is kept is found by everything that can change it: what the part shows, the language, the
zone, and the year, which decides how a day is written. So it cannot be stale, and whoever is shown it would have been
drawn the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_spaces_between_tags
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language

TOKEN = "the-token-of-the-form-stands-here"  # noqa: S105  # the place of one
KEPT = 1024  # parts, mostly of 1 to 6 KB; the largest, a week map, has 30, so 30 MB when all are such
WESTERNMOST, EASTERNMOST = timedelta(hours=-12), timedelta(hours=14)
SIMPLE = (str, int, float, Decimal, date, timedelta, tzinfo, NoneType, Promise)


class Around(NamedTuple):
    """What a part looks like depends on beside what it shows."""

    language: str | None
    zone: tzinfo
    year: object


@dataclass(frozen=True, slots=True)
class Fixed:
    """A row of the database that is never changed, with the name of the version that it belongs to."""

    row: Any
    key: object


class Unkept(Exception):  # noqa: N818  # no error: the part is drawn each time
    """Something shown can change without looking different to a comparison, as a row of the database can."""


def around() -> Around:
    return Around(get_language(), timezone.get_current_timezone(), _year(timezone.now()))


def _year(now: datetime) -> object:
    """Return the year that it is everywhere; while it turns around the world, the quarter of an hour."""
    west, east = (now + WESTERNMOST).year, (now + EASTERNMOST).year
    return west if west == east else int(now.timestamp()) // 900


def draw(template_name: str, token: object = "", /, **shown: Any) -> SafeString:
    """Render an include-only template without the space between its tags.

    `token` is the CSRF token of the request, for templates with a form. Rows of the database cannot be kept, because
    they equal each other by their keys: show plain values, or `Fixed` rows, or the part is drawn each time.
    """
    try:
        html = _kept(template_name, tuple(shown.items()), around())
    except (Unkept, TypeError):  # TypeError: a list, or whatever else has no hash
        html = _drawn(template_name, shown)
    return SafeString(html.replace(TOKEN, str(token)) if TOKEN in html else html)


@lru_cache(maxsize=KEPT)
def _kept(template_name: str, shown: tuple[tuple[str, Any], ...], _around: Around) -> str:
    _refuse_what_changes(shown)
    return _drawn(template_name, dict(shown))


def _drawn(template_name: str, shown: Mapping[str, Any]) -> str:
    return strip_spaces_between_tags(render_to_string(template_name, {**shown, "csrf_token": TOKEN}).strip())


def _refuse_what_changes(value: object) -> None:
    """Raise Unkept for what equals another without showing the same: a row, or a text that is safe beside its like."""
    if isinstance(value, Fixed):
        return
    if isinstance(value, tuple):
        for one in value:
            _refuse_what_changes(one)
    elif is_dataclass(value):
        for field in fields(value):
            _refuse_what_changes(getattr(value, field.name))
    elif isinstance(value, SafeData) or not isinstance(value, SIMPLE):
        raise Unkept


def forget() -> None:
    """Drop what is kept. Tests do so: their versions never were committed."""
    _kept.cache_clear()
