"""Clock, disk and packages of the machine that asks."""

import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from packaging.requirements import Requirement

from whitebox.operation.diagnosis import Diagnosis, broken, fine, warning
from whitebox.outbox.models import Heartbeat

DRIFT = timedelta(seconds=5)  # leases last minutes, sign-in codes of an app half a minute
FULL, TIGHT = 200, 1024  # MB left
PINS = ("run.txt",)


def disk() -> Iterator[Diagnosis]:
    """Look at the room that is left where data and uploads lie, once for each disk."""
    devices: dict[int, Path] = {}
    for place in (Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)):
        there = next(folder for folder in (place, *place.parents) if folder.exists())
        devices.setdefault(there.stat().st_dev, there)
    for place in devices.values():
        left = shutil.disk_usage(place).free // 2**20
        if left < FULL:
            yield broken(
                "disk", f"{left} MB left at {place}", "Make room now: neither uploads nor letters can be kept."
            )
        elif left < TIGHT:
            yield warning("disk", f"{left} MB left at {place}", "Make room soon.")
        else:
            yield fine("disk", f"{left / 1024:.1f} GB left at {place}")


def clock() -> Iterator[Diagnosis]:
    """Compare with the database's clock, and with the newest moment that a worker wrote down."""
    newest = Heartbeat.objects.aggregate(at=Max("at"))["at"]
    if newest is not None and newest - timezone.now() > DRIFT:
        yield broken(
            "clock", f"is behind a sign of life of {newest:%H:%M:%S} UTC", "Set it, by chrony or systemd-timesyncd."
        )
        return
    apart = abs(_database_moment() - timezone.now())
    if apart > DRIFT:
        yield broken(
            "clock", f"{apart.total_seconds():.0f} s apart from the database's", "Let chrony set both machines' clocks."
        )
    else:
        yield fine("clock", f"{apart.total_seconds():.1f} s from the database's, zone {time.tzname[0]}")


def _database_moment() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()  # SQLite has this machine's clock.
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def packages() -> Iterator[Diagnosis]:
    """Compare what is installed with the pins."""
    wrong = [line for name in PINS for line in differing(Path(settings.BASE_DIR) / "requirements" / name)]
    if wrong:
        few = ", ".join(wrong[:5]) + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        yield warning("packages", few, "Install again: uv pip install --require-hashes -r requirements/run.txt")
    else:
        yield fine("packages", "as pinned")


def differing(pins: Path) -> list[str]:
    """Return each pinned package whose installed version is another, or none, as words."""
    found = []
    for pin in pinned(pins.read_text()):
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        (wanted,) = pin.specifier
        try:
            installed = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            installed = "missing"
        if installed != wanted.version:
            found.append(f"{pin.name} {installed} instead of {wanted.version}")
    return found


def pinned(text: str) -> Iterator[Requirement]:
    """Yield the pins of a requirements file; lines with hashes follow each of them."""
    for line in text.splitlines():
        if line and not line.startswith((" ", "#", "-")):
            yield Requirement(line.removesuffix("\\").strip())
