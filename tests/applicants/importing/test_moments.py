from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from applicants.importing import moments

MANILA = ZoneInfo("Asia/Manila")
AT = datetime(2026, 3, 1, 6, 5, 11, tzinfo=UTC)  # 14:05:11 in Manila


@pytest.mark.parametrize(
    "text",
    [
        "2026/03/01 2:05:11 PM GMT+8",
        "2026/03/01 2:05:11\u202fPM GMT+8",
        "2026/03/01 11:35:11 AM GMT+5:30",
        "2026/03/01 3:05:11 AM GMT-3",
        "3/1/2026 14:05:11",
        "3/1/26, 2:05:11 p.m.",
        "01.03.2026 14:05:11",
        "2026-03-01 14:05:11",
        "2026-03-01T06:05:11.000Z",
        "2026-03-01T14:05:11+0800",
        "2026-03-01 06:05:11 UTC",
        "March 1, 2026 2:05:11pm",
        "Sun Mar 01 2026 14:05:11 GMT+0800 (Philippine Standard Time)",
        "1 March 2026, 14:05:11",
        "2026-03-01 14.05.11",
        "46082.586933",
        "46082,586933",
    ],
)
def test_a_moment_is_read_as_tools_write_it(text: str) -> None:
    assert moments.parsed(text, MANILA, day_first=False) == AT


@pytest.mark.parametrize(("text", "hour"), [("1/3/2026 12:00 AM", 16), ("1/3/2026 12:00 PM", 4), ("1/3/2026", 16)])
def test_noon_and_midnight_are_told_apart(text: str, hour: int) -> None:
    assert moments.parsed(text, MANILA, day_first=True).hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13-01",
        "2026-02-30 10:00",
        "3/1/2026 25:00",
        "13:70",
        "3/1/2026 14:05 PST",
        "1/2",
        "0001-01-01",
        "1/1/9999",
        "1899-12-31 10:00",
        "10001",
        "99999",
        "123456",
        "-46082",
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(moments.NoMomentError):
        moments.parsed(text, MANILA, day_first=False)


@pytest.mark.parametrize(
    ("texts", "is_day_first"),
    [
        (["1/2/2026", "13/2/2026"], True),
        (["1/2/2026", "2/13/2026"], False),
        (["1/2/2026", ""], None),
        (["1.2.2026"], True),
    ],
)
def test_a_column_tells_which_part_is_the_day(texts: list[str], is_day_first: bool | None) -> None:
    assert moments.is_day_first(texts) == is_day_first
