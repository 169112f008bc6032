"""When somebody last worked on a check or finished a corrective."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from mastery.models import Attempt, CorrectiveAssignment


def latest(memberships: Collection[int]) -> Mapping[int, datetime]:
    """Return the last moment of each person: two queries."""
    # On SQLite the greatest of something and nothing is nothing, so each moment falls back on the first.
    touched = Greatest("opened_at", Coalesce("saved_at", "opened_at"), Coalesce("submitted_at", "opened_at"))
    attempts = Attempt.objects.filter(membership__in=memberships).values_list("membership")
    found = dict(attempts.annotate(latest=Max(touched)).order_by())
    done = CorrectiveAssignment.objects.filter(attempt__membership__in=memberships, done_at__isnull=False)
    for member, at in done.values_list("attempt__membership").annotate(latest=Max("done_at")).order_by():
        found[member] = max(at, found.get(member, at))
    return found
