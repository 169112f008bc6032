"""Broker, workers, beat and outbox: does work that waits get done?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from whitebox.celery import app
from whitebox.operation.diagnosis import Diagnosis, broken, fine, warning
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Heartbeat, Letter
from whitebox.web import health

QUEUES = ("interactive", "batch")
PATIENCE = 2.0  # seconds that workers have to answer
START = {
    "interactive": "Start the worker of the interactive queue; until then nothing is sent or graded.",
    "batch": "Start the batch worker; until then regrades and the nightly work wait.",
}


def broker() -> Iterator[Diagnosis]:
    found = health.broker()
    if found.is_ok:
        yield fine("broker", "answers")
    else:
        yield broken("broker", f"does not answer: {found.detail}", "Start Redis. What waits is handed out by itself.")


def workers() -> Iterator[Diagnosis]:
    """Ask for the signs of life of each queue, and from them whether the beat hands out work."""
    now = timezone.now()
    beats = dict(Heartbeat.objects.values_list("queue", "at"))
    alive = [queue for queue in QUEUES if queue in beats and now - beats[queue] < health.SILENT]
    answering = () if len(alive) == len(QUEUES) else _answering()
    for queue in QUEUES:
        name = f"worker {queue}"
        if queue in alive:
            yield fine(name, f"last sign of life {_seconds(now, beats[queue])} ago")
        elif queue in answering:
            yield fine(name, "answers")
        else:
            last = f"silent for {_seconds(now, beats[queue])}" if queue in beats else "has never reported"
            yield broken(name, last, START[queue])
    if alive:
        yield fine("beat", "hands out work")
    elif answering:
        yield broken("beat", "workers answer and get nothing from it", "Start `celery -A whitebox beat`, exactly one.")
    else:
        yield warning("beat", "cannot be told without a worker", "Start the workers, then ask again.")


def signs_of_life() -> Iterator[tuple[str, datetime | None, bool]]:
    """Yield each queue, when its worker last gave a sign of life, and whether that is recent. One query."""
    now = timezone.now()
    beats = dict(Heartbeat.objects.values_list("queue", "at"))
    for queue in QUEUES:
        at = beats.get(queue)
        yield queue, at, at is not None and now - at < health.SILENT


def outbox() -> Iterator[Diagnosis]:
    found = health.outbox()
    if found.is_ok:
        yield fine("outbox", found.detail)
    else:
        yield broken("outbox", found.detail, "Start the interactive worker, or look into its log.")


def letters() -> Iterator[Diagnosis]:
    """Count letters that wait for a person: no task ever sends them again."""
    counted = {
        state: Letter.objects.filter(state=state).count() for state in (LetterState.FAILED, LetterState.UNCERTAIN)
    }
    if not any(counted.values()):
        yield fine("letters", "none waits for a decision")
        return
    yield warning(
        "letters",
        f"{counted[LetterState.FAILED]} not sent, {counted[LetterState.UNCERTAIN]} uncertain",
        "Admin, Letters: correct the address and send again; ask the reader first where it is uncertain.",
    )


def _answering() -> frozenset[str]:
    """Return the queues whose workers answer now. A worker that is inside a long task answers too."""
    try:
        said = app.control.inspect(timeout=PATIENCE).active_queues() or {}
    except Exception:  # noqa: BLE001  # the broker's own examination says that it is gone
        return frozenset()
    return frozenset(str(queue["name"]) for served in said.values() for queue in served)


def _seconds(now: datetime, at: datetime) -> str:
    return f"{int((now - at) / timedelta(seconds=1))} s"
