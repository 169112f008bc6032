"""The one order of locks: the person, then the attempt, then its job.

Everything that grades takes them in this order, so that a mark, a worker and a correction that come together wait for
each other instead of blocking each other, and the ledger of a person grows one entry after the other.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from mastery.models import Attempt
from whitebox.people.models import Membership
from whitebox.prepared import Some, prepared


def hold(attempt_id: int) -> Attempt:
    """Lock an attempt until the transaction ends and return it as it is now, with its check and its person.

    Raises Attempt.DoesNotExist.
    """
    held = hold_all([attempt_id])
    if not held:
        raise Attempt.DoesNotExist
    return held[attempt_id]


def hold_all(attempt_ids: Sequence[int]) -> dict[int, Attempt]:
    """As `hold`, several of different people, by their keys; what does not exist is left out."""
    _people(attempt_ids)
    # A query of its own: what comes with the lock of a row is as it was before the wait for it.
    return _held(attempt_ids)


def hold_again(attempts: Sequence[Attempt]) -> dict[int, Attempt]:
    """As `hold_all`, attempts that were held before: each brings its check and its person along from then."""
    keys = [attempt.pk for attempt in attempts]
    _people(keys)
    found = {attempt.pk: attempt for attempt in _alone(keys)}
    for before in attempts:
        held = found[before.pk]
        held.check_version, held.for_check, held.membership = before.check_version, before.for_check, before.membership
    return found


def hold_free(attempt_ids: Sequence[int]) -> dict[int, Attempt]:
    """As `hold_all`, without those whose person somebody else holds now: it waits for nobody."""
    free = [pk for pk in _free_people(attempt_ids) if pk in attempt_ids]
    return _held(free) if free else {}


def _held(attempt_ids: Sequence[int]) -> dict[int, Attempt]:
    found = _attempts(attempt_ids)
    for attempt in found:
        attempt.for_check = attempt.check_version.for_check  # the same row, which came along
    return {attempt.pk: attempt for attempt in found}


@prepared
def _people(attempts: Some) -> QuerySet[Membership, Any]:
    # One after the other by their keys: two who hold several people each never wait for each other.
    people = Membership.objects.select_for_update(of=("self",)).order_by("pk")
    return people.filter(attempts__in=attempts).values_list("pk")


@prepared
def _free_people(attempts: Some) -> QuerySet[Membership, Any]:
    people = Membership.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    return people.filter(attempts__in=attempts).values_list("attempts", flat=True)


@prepared
def _alone(attempts: Some) -> QuerySet[Attempt]:
    return Attempt.objects.select_for_update().filter(pk__in=attempts).order_by("pk")


@prepared
def _attempts(attempts: Some) -> QuerySet[Attempt]:
    found = Attempt.objects.select_for_update(of=("self",)).with_check()
    # The mentor is named in letters.
    found = found.select_related("check_version__version", "membership__mentor__user")
    return found.filter(pk__in=attempts).order_by("pk")
