"""The minute tick: sweep what ran out, collect who is due what, send what waits.

An app contributes `sweeps.py` with `SWEEPS`, functions that take the present moment and return how many rows
they changed, and `reminders.py` with `due`, a function from the present moment to letters that are due by now
(each with a dedup key). Both may run twice at once and late.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.utils import timezone

from whitebox import contributions
from whitebox.outbox import letters, tasks
from whitebox.outbox.models import Heartbeat, Letter

logger = logging.getLogger(__name__)

Sweep = Callable[[datetime], int]
Due = Callable[[datetime], Iterable[letters.Request]]


def run(now: datetime) -> None:
    """Do one tick. A contribution that breaks is logged and keeps no other from its turn."""
    beat("interactive")
    letters.give_up_leases(now)
    for sweep in sweeps():
        _guarded(sweep, now)
    for due in contributions.attributes("reminders", "due"):
        _guarded(_collect, due, now)


def sweeps() -> Iterator[Sweep]:
    for found in contributions.attributes("sweeps", "SWEEPS"):
        yield from found


def _collect(due: Due, now: datetime) -> None:
    found = iter(due(now))
    while some := list(islice(found, 500)):
        letters.queue_all(some)


def _guarded(work: Callable[..., object], *arguments: object) -> None:
    try:
        work(*arguments)
    except Exception:
        logger.exception("a part of the tick broke: %s", getattr(work, "__qualname__", work))


def hand_out(now: datetime, *, limit: int = 500) -> int:
    """Give a task for each letter that is due; what the broker lost is found again here."""
    waiting = list(Letter.objects.deliverable(now).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    for pk in waiting:
        tasks.send_letter.delay_on_commit(pk)
    return len(waiting)


def beat(queue: str) -> None:
    """Write down that a worker serves `queue`."""
    Heartbeat.objects.update_or_create(queue=queue, defaults={"at": timezone.now()})
