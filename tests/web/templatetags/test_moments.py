from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from whitebox.web.templatetags.moments import about, day, duration, moment

SATURDAY = datetime(2024, 10, 12, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with time_machine.travel(datetime(2024, 10, 1, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("reader", "zone", "words"),
    [
        ("Europe/Berlin", "Asia/Manila", "Sat 12 Oct, 14:00 Manila</time> (08:00 your time)"),
        ("Europe/Berlin", ZoneInfo("Asia/Manila"), "Sat 12 Oct, 14:00 Manila</time> (08:00 your time)"),
        ("America/Los_Angeles", "Asia/Manila", "Sat 12 Oct, 14:00 Manila</time> (Fri 11 Oct, 23:00 your time)"),
        ("Asia/Singapore", "Asia/Manila", "Sat 12 Oct, 14:00 Manila</time>"),
        ("Europe/Berlin", "America/New_York", "Sat 12 Oct, 02:00 New York</time> (08:00 your time)"),
        ("Europe/Berlin", None, "Sat 12 Oct, 08:00</time>"),
    ],
)
def test_moment_shows_both_clocks_where_they_differ(reader: str, zone: ZoneInfo | str | None, words: str) -> None:
    with timezone.override(reader):
        assert moment(SATURDAY, zone) == f'<time datetime="2024-10-12T06:00:00Z">{words}'


def test_moment_names_another_year() -> None:
    with timezone.override("UTC"):
        assert "Sun 12 Oct 2025, 06:00" in moment(SATURDAY.replace(year=2025))


def test_moment_says_nothing_of_nothing() -> None:
    assert moment(None, "Asia/Manila") == ""


def test_day_is_that_of_the_zone() -> None:
    with timezone.override("America/Los_Angeles"):
        assert day(SATURDAY) == '<time datetime="2024-10-12T06:00:00Z">Fri 11 Oct</time>'
        assert day(SATURDAY, "Asia/Manila") == '<time datetime="2024-10-12T06:00:00Z">Sat 12 Oct</time>'


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (25, "25 min"),
        (timedelta(minutes=110), "1 h 50 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3, hours=2), "3 days"),
        (0, "0 min"),
        (None, ""),
        ("", ""),
    ],
)
def test_duration_uses_the_largest_useful_units(length: Any, words: str) -> None:
    assert duration(length) == words


def test_about_marks_an_estimate() -> None:
    assert about(timedelta(minutes=25)) == "about 25 min"
    assert about(None) == ""
