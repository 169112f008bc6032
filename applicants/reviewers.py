"""Who may review a round. Any membership of the cohort can hold the right."""

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import conflicts
from applicants.choices import AssignmentState
from applicants.judgements import Assignment, Reviewer
from applicants.models import Round
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership, User

MOST = 9_999


@transaction.atomic
def appoint(round_: Round, membership: Membership, *, by: User | None) -> Reviewer:
    """Let a member review a round; the admin, where the desk is, opens to them. Twice changes nothing.

    Conflicts of interest are looked for at once. Raises RuleViolation for somebody of another cohort, or whose
    membership has ended.
    """
    if membership.cohort_id != round_.cohort_id or membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("Choose an active member of this cohort."))
    reviewer, _created = Reviewer.objects.get_or_create(round=round_, membership=membership)
    Reviewer.objects.filter(pk=reviewer.pk).update(is_active=True)
    User.objects.filter(pk=membership.user_id, is_staff=False).update(is_staff=True)
    reviewer.refresh_from_db()
    conflicts.detect_of_reviewer(reviewer)
    return reviewer


@transaction.atomic
def bound(reviewer: Reviewer, most: int | None, *, by: User | None) -> None:
    """Keep how many readings somebody takes at most; None is a fair share. What they have stays."""
    if most is not None and most > MOST:
        raise RuleViolation(_("Nobody reads more than %(most)d applications of a round.") % {"most": MOST})
    Reviewer.objects.filter(pk=reviewer.pk).update(most=most)


@transaction.atomic
def dismiss(reviewer: Reviewer, *, by: User | None) -> None:
    """End the right to review. What was submitted stays; open readings go back. Twice changes nothing."""
    Reviewer.objects.filter(pk=reviewer.pk).update(is_active=False)
    Assignment.objects.filter(reviewer=reviewer, state=AssignmentState.OPEN).update(
        state=AssignmentState.DECLINED, reason=_("The reviewer left the round.")
    )
