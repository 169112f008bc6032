"""When a check is due for one person, and what happens to a draft that is open then."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from curriculum.choices import ItemKind
from curriculum.study import Study
from mastery import attempts, questions
from mastery.choices import AttemptState, CheckKind
from mastery.holding import hold
from mastery.models import Attempt, Check
from whitebox.people.models import Membership

ITEM = {CheckKind.PRE_SESSION: ItemKind.PREWORK, CheckKind.MASTERY: ItemKind.CHECK}


def due_at(membership: Membership, check: Check) -> datetime | None:
    """Return when a check is due for one person, extensions included; None while its session is not planned."""
    return due_times(membership, [check]).get(check.pk)


def due_times(membership: Membership, checks: Iterable[Check]) -> dict[int, datetime]:
    """Return the due times of many checks by their primary key: one query, two where the adoption is not loaded."""
    found = Study.of_page(membership).deadlines
    keys = {check.pk: (check.module_id, ITEM[CheckKind(check.kind)]) for check in checks}
    return {pk: found[key].due_at for pk, key in keys.items() if key in found}


def take_drafts(now: datetime) -> int:
    """Accept the last saved draft of every attempt that is complete and whose time ran out while it was open.

    A draft with items left empty stays open: taking it would cost the person a form for nothing. Where a clock of the
    check itself has run out, everything is taken as it is.
    """
    waiting = Attempt.objects.filter(state=AttemptState.OPEN, saved_at__isnull=False, closes_at=None).with_check()
    taken = sum(_take(attempt, now) for attempt in waiting.select_related("membership__cohort__adoption__version"))
    over = Attempt.objects.filter(state=AttemptState.OPEN, closes_at__lte=now - attempts.SLOW_LINE)
    return taken + sum(close(attempt, now) for attempt in over)


def _take(attempt: Attempt, now: datetime) -> int:
    due = due_at(attempt.membership, attempt.for_check)
    if due is None or due > now or attempt.opened_at > due:
        return 0
    return _taken(attempt.pk)


@transaction.atomic
def _taken(pk: int) -> int:
    current = hold(pk)
    asked = questions.of_attempt(current)
    if current.state != AttemptState.OPEN or attempts.unanswered(asked, attempts.answers_of(current)):
        return 0  # Submitted meanwhile, or not complete.
    attempts.hand_in(current, in_time=False)
    return 1


@transaction.atomic
def close(attempt: Attempt, now: datetime) -> bool:
    """Hand in an attempt whose clock has run out, as it was saved. False where it has time, or was submitted."""
    if not attempts.is_over(attempt, now):
        return False
    current = hold(attempt.pk)
    if not attempts.is_over(current, now):
        return False  # Submitted meanwhile, or more time was given.
    attempts.hand_in(current, in_time=False)
    return True
