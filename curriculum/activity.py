"""When somebody last ticked a resource, asked a question, changed their plan or said how sure they feel."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max, QuerySet

from curriculum.commitments import Confidence, PaceTarget, Question
from curriculum.models import Tick

Trace = Tick | Question | PaceTarget | Confidence
TRACES: tuple[tuple[type[Trace], str], ...] = (
    (Tick, "at"),
    (Question, "asked_at"),
    (PaceTarget, "at"),
    (Confidence, "at"),
)


def latest(memberships: Collection[int]) -> Mapping[int, datetime]:
    """Return the last trace of each person, in one query."""
    first, *others = (_of_kind(model, column, memberships) for model, column in TRACES)
    found: dict[int, datetime] = {}
    for member, at in first.union(*others, all=True):
        found[member] = max(at, found.get(member, at))
    return found


def _of_kind(model: type[Trace], column: str, memberships: Collection[int]) -> "QuerySet[Trace, tuple[int, datetime]]":
    rows = model.objects.filter(membership__in=memberships).order_by()
    return rows.values_list("membership").annotate(latest=Max(column))
