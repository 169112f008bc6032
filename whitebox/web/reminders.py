"""The weekly letters."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from whitebox.outbox.letters import Request
from whitebox.web import weekly

OPTIONAL = {
    "weekly-mail": _("The week at a glance, every Monday"),
    "organizer-digest": _("What needs an organizer, every Monday"),
}


def due(now: datetime) -> Iterator[Request]:
    return weekly.due(now)
