"""Access is a look-up: what a person may not see cannot be found. Strangers get 404."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

Visitor = User | AnonymousUser


def roles_of(user: Visitor, cohort: Cohort) -> frozenset[Role]:
    """Return the roles `user` holds in `cohort` now."""
    if user.pk is None:
        return frozenset()
    return frozenset(
        Role(role)
        for role in Membership.objects.active().filter(user_id=user.pk, cohort=cohort).values_list("role", flat=True)
    )


def cohort_or_404(user: Visitor, slug: str, *roles: Role) -> Cohort:
    """Return the cohort in which `user` is active in one of `roles` (any role when none is named)."""
    if user.pk is None:
        raise Http404
    held = Membership.objects.active().filter(user_id=user.pk)
    if roles:
        held = held.filter(role__in=roles)
    return get_object_or_404(Cohort.objects.filter(memberships__in=held).distinct(), slug=slug)


def staff_cohort_or_404(user: Visitor, slug: str) -> Cohort:
    """Return a cohort that `user` organizes."""
    return cohort_or_404(user, slug, Role.ORGANIZER)


def at_work_or_404(user: Visitor, *roles: Role) -> Cohort:
    """Return the cohort at work of those in which `user` has one of `roles`.

    It is the one that started last, and where none has started the one that starts next. Two queries at most.
    """
    if user.pk is None:
        raise Http404
    held = Membership.objects.active().filter(user_id=user.pk, role__in=roles).select_related("cohort")
    started = held.filter(cohort__in=Cohort.objects.running(timezone.now()).values("pk"))
    next_first = F("cohort__starts_on").asc(nulls_last=True)
    found = started.order_by("-cohort__starts_on", "-pk").first() or held.order_by(next_first, "pk").first()
    if found is None:
        raise Http404
    return found.cohort


def participation(user: Visitor) -> Membership | None:
    """Return the membership a person studies under now: the latest active one as a participant."""
    if user.pk is None:
        return None
    return (
        Membership.objects.active()
        .filter(user_id=user.pk, role=Role.PARTICIPANT)
        .select_related("cohort", "user", "mentor__user")
        .order_by("-cohort__starts_on", "-pk")
        .first()
    )


def participation_or_404(user: Visitor, cohort_slug: str | None = None) -> Membership:
    """Return the membership `user` studies under, in the cohort called `cohort_slug` where one is named."""
    membership = participation(user)
    if membership is None or (cohort_slug is not None and membership.cohort.slug != cohort_slug):
        raise Http404
    return membership


def visible_memberships(user: Visitor) -> Q:
    """Return the filter of memberships whose work `user` may see.

    One's own; those one mentors; all of the cohorts one organizes or advises.
    """
    if user.pk is None:
        return Q(pk__in=[])
    leading = Membership.objects.active().filter(user_id=user.pk, role__in=[Role.ORGANIZER, Role.ADVISER])
    mentoring = Membership.objects.active().filter(user_id=user.pk, role=Role.MENTOR)
    return Q(user_id=user.pk) | Q(mentor__in=mentoring) | Q(cohort__in=leading.values("cohort"))


def membership_or_404(user: Visitor, pk: int) -> Membership:
    """Return a participant's membership that `user` may see."""
    found = Membership.objects.filter(visible_memberships(user), role=Role.PARTICIPANT)
    return get_object_or_404(found.select_related("cohort", "user", "mentor__user"), pk=pk)


def taught_by(user: Visitor) -> Q:
    """Return the filter of participants whom `user` teaches now, as their mentor or as an organizer."""
    if user.pk is None:
        return Q(pk__in=[])
    teaching = Membership.objects.active().filter(user_id=user.pk)
    organizing = teaching.filter(role=Role.ORGANIZER)
    own = Q(mentor__in=teaching.filter(role=Role.MENTOR)) | Q(cohort__in=organizing.values("cohort"))
    return own & Q(role=Role.PARTICIPANT) & ~Q(user_id=user.pk)


def taught_or_404(user: Visitor, cohort_slug: str, pk: int) -> Membership:
    """Return somebody who studies in a cohort now and whom `user` teaches."""
    found = Membership.objects.active().filter(taught_by(user), cohort__slug=cohort_slug)
    return get_object_or_404(found.select_related("cohort__adoption__version", "user"), pk=pk)


def person_or_404(user: Visitor, cohort_slug: str, pk: int) -> Membership:
    """Return a participant of a cohort whom `user` teaches, or taught until they left."""
    found = Membership.objects.filter(taught_by(user), cohort__slug=cohort_slug)
    return get_object_or_404(found.select_related("cohort__adoption__version", "user", "mentor__user"), pk=pk)


def is_organizer(user: Visitor) -> bool:
    """Tell whether `user` organizes any cohort now."""
    return user.pk is not None and Membership.objects.active().filter(user_id=user.pk, role=Role.ORGANIZER).exists()
