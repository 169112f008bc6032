"""What waits to be done by a worker.

An app contributes `backlogs.py` with `BACKLOGS`, functions from the present moment to a Backlog.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whitebox import contributions
from whitebox.outbox.models import Letter


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much of one kind waits, since when, and what is late. `name` is for metrics, `label` for people."""

    name: str
    label: str | Promise
    count: int
    oldest: datetime | None
    late_after: timedelta

    def is_late(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > self.late_after


Asked = Callable[[datetime], Backlog]


def all_of_them(now: datetime) -> list[Backlog]:
    """Ask for each backlog: one query each."""
    return [letters(now), *(ask(now) for some in contributions.attributes("backlogs", "BACKLOGS") for ask in some)]


def letters(now: datetime) -> Backlog:
    found = Letter.objects.overdue(now).aggregate(count=Count("pk"), oldest=Min("due_at"))
    return Backlog("letters", _("Letters that are due"), found["count"], found["oldest"], timedelta(minutes=10))
