from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from whitebox.outbox.quiet import next_waking

MANILA = ZoneInfo("Asia/Manila")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 10, 12, 12, 0, tzinfo=MANILA), datetime(2026, 10, 12, 12, 0, tzinfo=MANILA)),
        (datetime(2026, 10, 12, 22, 0, tzinfo=MANILA), datetime(2026, 10, 13, 7, 0, tzinfo=MANILA)),
        (datetime(2026, 10, 12, 3, 0, tzinfo=MANILA), datetime(2026, 10, 12, 7, 0, tzinfo=MANILA)),
        (datetime(2026, 10, 12, 7, 0, tzinfo=MANILA), datetime(2026, 10, 12, 7, 0, tzinfo=MANILA)),
    ],
)
def test_quiet_hours_across_midnight_end_in_the_readers_morning(moment: datetime, expected: datetime) -> None:
    waking = next_waking(moment.astimezone(UTC), zone=MANILA, quiet_from=time(22), quiet_until=time(7))

    assert waking == expected


def test_quiet_hours_follow_the_wall_clock_when_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 24, 23, 30, tzinfo=berlin)  # clocks go back that night

    waking = next_waking(before.astimezone(UTC), zone=berlin, quiet_from=time(22), quiet_until=time(7))

    assert waking == datetime(2026, 10, 25, 7, 0, tzinfo=berlin)
    assert (waking - before).total_seconds() == 8.5 * 3600
