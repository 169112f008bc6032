"""Who is asked how they are, and who hears of a breach."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from whitebox.outbox.letters import Request
from whitebox.programme import breach_letters, follow_ups

OPTIONAL = {"follow-up": _("How you are, 3, 6 and 12 months after the programme")}


def due(now: datetime) -> Iterator[Request]:
    yield from follow_ups.due(now)
    yield from breach_letters.due(now)
