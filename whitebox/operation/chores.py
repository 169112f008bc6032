"""Chores write down that they ran: what nobody wrote down did not happen."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from whitebox.operation.choices import Chore
from whitebox.operation.models import ChoreRun

logger = logging.getLogger(__name__)

LATE = timedelta(hours=36)  # a night was missed
KEPT = timedelta(days=90)


def run(chore: Chore, work: Callable[[], str]) -> ChoreRun:
    """Do `work` and keep how it ended; it returns a sentence for the status page.

    A failure is logged and kept, and raised no further: the next night is the next try.
    """
    begun = ChoreRun.objects.create(chore=chore)
    try:
        said, is_ok = work(), True
        logger.info("a chore is done: %s", chore.value)
    except Exception as wrong:
        logger.exception("a chore broke: %s", chore.value)
        said, is_ok = f"{type(wrong).__name__}: {wrong}", False
    begun.ended_at = max(timezone.now(), begun.began_at)  # The clock may have been set back meanwhile.
    begun.is_ok, begun.detail = is_ok, said[:300]
    begun.save(update_fields=["ended_at", "is_ok", "detail"])
    ChoreRun.objects.filter(chore=chore, began_at__lt=timezone.now() - KEPT).delete()
    return begun


def last_good(chore: Chore) -> ChoreRun | None:
    return ChoreRun.objects.filter(chore=chore, is_ok=True).first()


def last(chore: Chore) -> ChoreRun | None:
    return ChoreRun.objects.filter(chore=chore).first()
