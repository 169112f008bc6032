"""The one order of locks: the person, then the attempt, then its job.

Everything that grades takes them in this order, so that a mark, a worker and a correction that come together wait for
each other instead of blocking each other, and the ledger of a person grows one entry after the other.
"""

from typing import Any

from django.db.models import QuerySet

from mastery.models import Attempt
from whitebox.people.models import Membership
from whitebox.prepared import prepared


def hold(attempt_id: int) -> Attempt:
    """Lock an attempt until the transaction ends and return it as it is now, with its check and its person.

    Raises Attempt.DoesNotExist.
    """
    _person(attempt_id)
    # A query of its own: what comes with the lock of a row is as it was before the wait for it.
    found = _attempt(attempt_id)
    if not found:
        raise Attempt.DoesNotExist
    (attempt,) = found
    attempt.for_check = attempt.check_version.for_check  # the same row, which came along
    return attempt


@prepared
def _person(attempt: int) -> QuerySet[Membership, Any]:
    return Membership.objects.select_for_update().filter(attempts=attempt).values_list("pk")


@prepared
def _attempt(attempt: int) -> QuerySet[Attempt]:
    found = Attempt.objects.select_for_update(of=("self",)).with_check().select_related("check_version__version")
    return found.filter(pk=attempt).order_by()
