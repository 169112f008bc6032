"""The one order of locks: the person, then the attempt, then its job.

Everything that grades takes them in this order, so that a mark, a worker and a correction that come together wait for
each other instead of blocking each other, and the ledger of a person grows one entry after the other.
"""

from mastery.models import Attempt
from whitebox.people.models import Membership


def hold(attempt_id: int) -> Attempt:
    """Lock an attempt until the transaction ends and return it as it is now, with its check and its person."""
    Membership.objects.select_for_update().values_list("pk").get(attempts=attempt_id)
    found = Attempt.objects.select_for_update(of=("self",)).with_check().select_related("check_version__version")
    attempt = found.get(pk=attempt_id)
    attempt.for_check = attempt.check_version.for_check  # the same row, which came along
    return attempt
