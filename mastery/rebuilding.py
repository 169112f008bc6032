"""Everything that is stored beside the ledger, worked out from the ledger again and compared.

Stored are the mastery of objectives and whether an attempt is graded. Correctives are no part of it: they record what a
person was asked to do then, which a later grade does not undo.
"""

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from mastery import ledger, settling
from mastery.choices import AttemptState
from mastery.models import Attempt, GradeEvent, ObjectiveMastery
from whitebox.people.models import Membership

COUNTING = [AttemptState.GRADED, AttemptState.NEEDS_MARK, AttemptState.NEEDS_TALK]


def people() -> QuerySet[Membership]:
    """Return everybody who has an attempt or is said to have mastered something."""
    tried, has = Attempt.objects.values("membership"), ObjectiveMastery.objects.values("membership")
    return Membership.objects.filter(Q(pk__in=tried) | Q(pk__in=has)).order_by("pk")


def differences(membership: Membership) -> list[str]:
    """Return in words what is stored otherwise than the ledger says it."""
    expected, stored = ledger.replay(membership), ledger.stored(membership)
    keys = sorted(key for key in expected.keys() | stored.keys() if expected.get(key) != stored.get(key))
    words = [f"objective {key} is {_said(stored.get(key))}, by the ledger {_said(expected.get(key))}" for key in keys]
    return words + [f"{one} is {one.state}, by the ledger {state}" for one, state in _wrong_states(membership)]


def _said(found: tuple[int, object] | None) -> str:
    return f"mastered by attempt {found[0]} at {found[1]}" if found else "not mastered"


def _wrong_states(membership: Membership) -> list[tuple[Attempt, AttemptState]]:
    """Return attempts that say they are graded and lack a grade, or the other way round."""
    attempts = Attempt.objects.filter(membership=membership, state__in=COUNTING).with_check().prefetch_related("events")
    found = []
    for attempt in attempts:
        missing = settling.missing_grades(attempt, attempt.events.all())
        state = settling.waits_for(missing) if missing else AttemptState.GRADED
        if state is not None and state != attempt.state:
            found.append((attempt, state))
    return found


@transaction.atomic
def rebuild(membership: Membership) -> None:
    """Write anew what the ledger says."""
    for attempt, state in _wrong_states(membership):
        last = GradeEvent.objects.filter(attempt=attempt).aggregate(at=Max("at"))["at"]
        attempt.state, attempt.graded_at = state, last if state == AttemptState.GRADED else None
        attempt.save(update_fields=["state", "graded_at"])
    ledger.rebuild(membership)
