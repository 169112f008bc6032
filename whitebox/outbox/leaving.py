"""Letters that lose their reason when somebody leaves a cohort."""

from django.db.models import Q

from whitebox.outbox import letters, preferences
from whitebox.outbox.models import Letter
from whitebox.people.models import Membership, User


def left(membership: Membership, *, by: User) -> None:
    """Call back what waits about a membership that ended, and the reminders of its cohort to the person.

    Answers to what the person did still leave; so do reminders to somebody who has another role there.
    """
    gone = Q(about=f"people.membership:{membership.pk}")
    if not Membership.objects.active().filter(user=membership.user_id, cohort=membership.cohort_id).exists():
        gone |= Q(recipient=membership.user_id, cohort=membership.cohort_id, kind__in=preferences.optional())
    letters.call_back(Letter.objects.filter(gone), by=by)
