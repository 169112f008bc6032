"""Letters that could not be written, for want of a wording or because it cannot be read: kept until they can be.

One missing wording must not silence the letters beside it, and must not be silent itself: organizers see it on their
home page and above the list of wordings, `/readyz` names it.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from whitebox.outbox.models import LetterTemplate, MissingWording

TOLD = timedelta(days=1)  # after the last letter that could not be written, where a wording is there by now

logger = logging.getLogger(__name__)


def note(refused: Mapping[str, str], written: Iterable[str], *, now: datetime) -> None:
    """Keep by its kind why a letter could not be written; forget the kinds that could be. Two queries at most."""
    if refused:
        logger.error("letters cannot be written: %s", ", ".join(sorted(refused)))
        rows = [MissingWording(kind=kind, reason=why[:300], since=now, asked_at=now) for kind, why in refused.items()]
        MissingWording.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind"], update_fields=["reason", "asked_at"]
        )
    if fine := set(written) - refused.keys():
        MissingWording.objects.filter(kind__in=fine).delete()


def missing(now: datetime) -> QuerySet[MissingWording]:
    """Return the kinds of letters that wait for a wording: those without one, and those that failed within a day."""
    there = Exists(LetterTemplate.objects.filter(kind=OuterRef("kind")))
    found = MissingWording.objects.annotate(is_there=there)
    return found.filter(Q(is_there=False) | Q(asked_at__gt=now - TOLD)).order_by("kind")
