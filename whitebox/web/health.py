"""Is the service able to do its work? Asked by /readyz and by the doctor.

An app contributes `readiness.py` with `CHECKS`, functions without arguments that return a Finding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from whitebox import contributions
from whitebox.celery import app
from whitebox.outbox import wordings
from whitebox.outbox.models import Heartbeat, Letter

LATE = timedelta(minutes=10)
NAMED = 10  # kinds of letters
SILENT = timedelta(minutes=3)  # the tick beats every minute


@dataclass(frozen=True, slots=True)
class Finding:
    """One part's state. Where `is_vital` is false the site works on without it."""

    name: str
    is_ok: bool
    detail: str = ""
    is_vital: bool = True


Check = Callable[[], Finding]


def findings() -> list[Finding]:
    """Ask every part. The database comes first: without it no other can answer."""
    base = database()
    if not base.is_ok:
        return [base]
    checks: list[Check] = [
        broker,
        worker,
        outbox,
        letters,
        *(check for found in contributions.attributes("readiness", "CHECKS") for check in found),
    ]
    return [base, *(check() for check in checks)]


def database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as wrong:
        return Finding("database", is_ok=False, detail=type(wrong).__name__)
    return Finding("database", is_ok=True, detail=connection.vendor)


def broker() -> Finding:
    """Ask the broker. The site takes work without it, and the sweepers deliver later."""
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, timeout=2)
    except Exception as wrong:  # noqa: BLE001  # each broker raises its own kinds  # each broker raises its own kinds
        return Finding("broker", is_ok=False, detail=type(wrong).__name__, is_vital=False)
    return Finding("broker", is_ok=True, is_vital=False)


def worker() -> Finding:
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    if last is None:
        return Finding("worker", is_ok=False, detail="no worker has reported yet", is_vital=False)
    silent = timezone.now() - last
    return Finding(
        "worker", is_ok=silent < SILENT, detail=f"last sign of life {int(silent.total_seconds())} s ago", is_vital=False
    )


def outbox() -> Finding:
    oldest = Letter.objects.overdue(timezone.now()).order_by("due_at").values_list("due_at", flat=True).first()
    lag = timezone.now() - oldest if oldest else timedelta(0)
    return Finding(
        "outbox", is_ok=lag < LATE, detail=f"oldest waiting letter {int(lag.total_seconds())} s", is_vital=False
    )


def letters() -> Finding:
    """Name the letters that were due and have no wording that can be read."""
    kinds = wordings.missing(timezone.now()).values_list("kind", flat=True)[:NAMED]
    return Finding("wordings", is_ok=not kinds, detail=", ".join(kinds), is_vital=False)
