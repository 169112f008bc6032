"""Access is a look-up: what a person may not see cannot be found."""

from django.db.models import Q
from django.shortcuts import get_object_or_404

from mastery import marking
from mastery.choices import AttemptState
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment
from whitebox.people import access
from whitebox.people.models import Membership, User


def check_or_404(membership: Membership, slug: str) -> CheckVersion:
    """Return a check of the pack that the person's cohort follows, with its questions."""
    found = CheckVersion.objects.followed_by(membership.cohort).defer(None)
    return get_object_or_404(found, for_check__slug=slug)


def own_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an attempt of `user`'s own, under a membership that is active."""
    own = Attempt.objects.filter(membership__user=user, membership__in=Membership.objects.active())
    return get_object_or_404(own.with_check(), pk=pk)


def readable_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an own attempt, or a submitted one of somebody whose work `user` may see."""
    seen = Membership.objects.filter(access.visible_memberships(user))
    readable = Q(membership__user=user) | (Q(membership__in=seen) & ~Q(state=AttemptState.OPEN))
    return get_object_or_404(Attempt.objects.filter(readable).with_check(), pk=pk)


def markable_attempt_or_404(user: User, pk: int) -> Attempt:
    """Return an attempt that `user` may mark, whether or not something of it still waits."""
    submitted = Attempt.objects.exclude(state__in=[AttemptState.OPEN, AttemptState.VOID])
    return get_object_or_404(submitted.filter(marking.taught_by(user)).with_check(), pk=pk)


def own_corrective_or_404(user: User, pk: int) -> CorrectiveAssignment:
    own = CorrectiveAssignment.objects.filter(attempt__membership__user=user)
    return get_object_or_404(
        own.select_related(
            "corrective__objective_version",
            "objective",
            "attempt__check_version",
            "attempt__for_check__module",
            "attempt__membership__cohort",
            "attempt__membership__mentor__user",
        ),
        pk=pk,
    )
