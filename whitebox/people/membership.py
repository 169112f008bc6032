"""Joining, leaving and moving between cohorts. Nothing a person did ever vanishes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox import contributions
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, MembershipChange, User


@transaction.atomic
def enrol(
    user: User, cohort: Cohort, role: Role = Role.PARTICIPANT, *, by: User | None, reason: str = ""
) -> Membership:
    """Give `user` a role in `cohort`; asking twice returns the same membership.

    `by` is None when the person accepted an offer. Raises RuleViolation when a participant finds no
    free seat, or when the person left this role before: `reinstate` is the way back.
    """
    # The cohort's row is the lock: two acceptances of the last seat queue here.
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    present = Membership.objects.filter(user=user, cohort=locked, role=role).first()
    if present is not None:
        return _still_active(present)
    if role == Role.PARTICIPANT:
        _require_free_seat(locked)
    membership = Membership.objects.create(user=user, cohort=locked, role=role)
    MembershipChange.objects.create(membership=membership, entered=MembershipState.ACTIVE, reason=reason, by=by)
    _open_or_close_admin(user)
    return membership


def _open_or_close_admin(user: User) -> None:
    """Let organizers and reviewers, and nobody else, into the admin; what they find there their memberships decide."""
    works_there = Membership.objects.active().filter(user=user, role__in=[Role.ORGANIZER, Role.REVIEWER]).exists()
    user.is_staff = user.is_superuser or works_there
    user.save(update_fields=["is_staff"])


def _still_active(membership: Membership) -> Membership:
    if membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("This person left the cohort earlier. Ask an organizer to reinstate them."))
    return membership


def free_seats(cohort: Cohort) -> int:
    """Return how many participants can still join; never negative."""
    return max(0, cohort.seats - Membership.objects.filter(cohort=cohort).seated().count())


def _require_free_seat(cohort: Cohort) -> None:
    if not free_seats(cohort):
        raise RuleViolation(_("All seats of this cohort are taken."))


@transaction.atomic
def withdraw(membership: Membership, *, by: User, reason: str) -> None:
    """End a membership at the person's wish; work and history stay. Twice changes nothing."""
    _leave(membership, MembershipState.WITHDRAWN, by=by, reason=reason)


@transaction.atomic
def disqualify(membership: Membership, *, by: User, reason: str) -> None:
    """End a membership by an organizer's decision."""
    _leave(membership, MembershipState.DISQUALIFIED, by=by, reason=reason)


@transaction.atomic
def complete(membership: Membership, *, by: User, reason: str = "") -> None:
    """Record that the person finished the programme; the seat stays theirs."""
    _leave(membership, MembershipState.COMPLETED, by=by, reason=reason or _("Finished the programme."))


@transaction.atomic
def reinstate(membership: Membership, *, by: User, reason: str) -> None:
    """Bring somebody back who withdrew or was disqualified. Raises RuleViolation without a free seat."""
    cohort = Cohort.objects.select_for_update().get(pk=membership.cohort_id)
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.state == MembershipState.ACTIVE:
        return
    if current.state == MembershipState.DEFERRED:
        raise RuleViolation(_("This person has a place in another cohort. Withdraw them there first."))
    if current.role == Role.PARTICIPANT and current.state != MembershipState.COMPLETED:
        _require_free_seat(cohort)
    _change(current, MembershipState.ACTIVE, by=by, reason=reason)


@transaction.atomic
def defer(membership: Membership, cohort: Cohort, *, by: User, reason: str) -> Membership:
    """Move a participant's place to another cohort and return the new membership.

    The old one keeps all work and points to the new, whose record goes on from there. Raises RuleViolation where the
    move is to the same cohort, from an ended membership, or into a full cohort.
    """
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if (
        current.state == MembershipState.DEFERRED
        and current.deferred_to is not None
        and current.deferred_to.cohort_id == cohort.pk
    ):
        return current.deferred_to
    if current.cohort_id == cohort.pk:
        raise RuleViolation(_("Choose another cohort than the present one."))
    if current.state != MembershipState.ACTIVE:
        raise RuleViolation(_("Only an active membership can be deferred."))
    moved = enrol(current.user, cohort, Role(current.role), by=by, reason=reason)
    current.deferred_to = moved
    moved.began_as_id = current.first_key
    moved.save(update_fields=["began_as"])
    _change(current, MembershipState.DEFERRED, by=by, reason=reason)
    return moved


@transaction.atomic
def assign_mentor(membership: Membership, mentor: Membership | None, *, by: User) -> None:
    """Make `mentor` responsible for a participant, or nobody.

    Raises RuleViolation for anyone but an active mentor of the same cohort.
    """
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if mentor is not None:
        _require_mentor_of(current, mentor)
    if current.mentor_id == (mentor.pk if mentor else None):
        return
    current.mentor = mentor
    current.save(update_fields=["mentor"])
    reason = _("Mentor assigned: membership %(pk)s.") % {"pk": mentor.pk} if mentor else _("Mentor removed.")
    MembershipChange.objects.create(membership=current, left=current.state, entered=current.state, reason=reason, by=by)


def _require_mentor_of(participant: Membership, mentor: Membership) -> None:
    if mentor.role != Role.MENTOR or mentor.state != MembershipState.ACTIVE:
        raise RuleViolation(_("Choose an active mentor."))
    if mentor.cohort_id != participant.cohort_id:
        raise RuleViolation(_("The mentor belongs to another cohort."))
    if mentor.user_id == participant.user_id:
        raise RuleViolation(_("Nobody mentors themselves."))


@transaction.atomic
def start(cohort: Cohort, *, by: User) -> None:
    """Start a cohort: from now on its mastery threshold is frozen. Twice changes nothing."""
    if cohort.starts_on is None:
        raise RuleViolation(_("Set a start date first."))
    if Cohort.objects.filter(pk=cohort.pk, started_at=None).update(started_at=timezone.now()):
        cohort.refresh_from_db()


@transaction.atomic
def set_threshold(cohort: Cohort, percent: int, *, by: User) -> None:
    """Choose the mastery threshold in percent. Raises RuleViolation once the cohort has started."""
    if not Cohort.objects.filter(pk=cohort.pk, started_at=None).update(threshold_percent=percent):
        raise RuleViolation(_("The cohort has started: its mastery threshold is frozen."))
    cohort.threshold_percent = percent


def _leave(membership: Membership, to: MembershipState, *, by: User, reason: str) -> None:
    current = Membership.objects.select_for_update().get(pk=membership.pk)
    if current.state == to:
        return
    if current.state != MembershipState.ACTIVE:
        raise RuleViolation(_("Only an active membership can end. Reload the page."))
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    _change(current, to, by=by, reason=reason)


def _change(membership: Membership, to: MembershipState, *, by: User | None, reason: str) -> None:
    MembershipChange.objects.create(membership=membership, left=membership.state, entered=to, reason=reason, by=by)
    membership.state = to
    if to != MembershipState.DEFERRED:
        membership.deferred_to = None
    membership.save(update_fields=["state", "deferred_to"])
    _open_or_close_admin(membership.user)
    if to != MembershipState.ACTIVE:
        for left in contributions.attributes("leaving", "left"):
            left(membership, by=by)
