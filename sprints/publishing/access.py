"""Who may read and do what with a write-up. What a person may not see cannot be found."""

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from sprints.access import GUIDES, RESEARCHERS, active, trusted
from sprints.choices import InfohazardLevel
from sprints.publishing.agreements import Named
from sprints.publishing.models import Author, Figure, Revision, Writeup
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

STAYING = (MembershipState.ACTIVE, MembershipState.COMPLETED)


def visible(user: User) -> QuerySet[Writeup]:
    """Return the write-ups `user` may read.

    The own ones and those that name them, whatever the level. Of those that are not secret also those of cohorts
    they organize and of people they mentor. Superusers have no way in of their own. While it is open whether somebody
    may stay after a breach, nothing secret opens to them.
    """
    authored = Author.objects.filter(user=user).values("writeup")
    named = Named.objects.filter(user=user, writeup__isnull=False).values("writeup")
    found = Writeup.objects.filter(Q(pk__in=authored) | Q(pk__in=named) | _supervised(user), trusted(user))
    return found.select_related("latest", "cohort")


def _supervised(user: User) -> Q:
    mentoring = active(user).filter(role=Role.MENTOR)
    mentored = Author.objects.filter(
        user__memberships__cohort=F("writeup__cohort"), user__memberships__mentor__in=mentoring
    )
    led = active(user).filter(role=Role.ORGANIZER).values("cohort")
    return ~Q(level=InfohazardLevel.SECRET) & (Q(cohort__in=led) | Q(pk__in=mentored.values("writeup")))


def writeup_or_404(user: User, pk: int) -> Writeup:
    return get_object_or_404(visible(user), pk=pk)


def own_or_404(user: User, pk: int) -> Writeup:
    """Return a write-up that `user` is an author of."""
    return get_object_or_404(visible(user).filter(authors__user=user), pk=pk)


def revision_or_404(writeup: Writeup, number: int) -> Revision:
    return get_object_or_404(writeup.revisions.select_related("by"), number=number)


def figure_or_404(writeup: Writeup, name: str) -> Figure:
    return get_object_or_404(writeup.figures, name=name)


def is_author(user: User, writeup: Writeup) -> bool:
    return writeup.authors.filter(user=user).exists()


def locked(writeup: Writeup) -> Writeup:
    """Return a write-up as it is now, locked: its verbs take turns."""
    return Writeup.objects.select_for_update(of=("self",)).select_related("latest", "cohort").get(pk=writeup.pk)


def own(writeup: Writeup, by: User) -> Writeup:
    """Return a write-up locked. Raises RuleViolation for anyone but its authors."""
    current = locked(writeup)
    if not is_author(by, current):
        raise RuleViolation(_("Only its authors can do this."))
    return current


def may_read(user: User, writeup: Writeup) -> bool:
    return visible(user).filter(pk=writeup.pk).exists()


def writing_cohorts(user: User) -> dict[int, Cohort]:
    """Return the cohorts in which `user` may start a write-up. One query."""
    found = Membership.objects.filter(user=user, role__in=RESEARCHERS, state__in=STAYING).select_related("cohort")
    return {one.cohort_id: one.cohort for one in found if one.cohort.started_at is not None}


def reader_or_404(user: User) -> None:
    """Raise Http404 for anyone who is in no cohort and wrote nothing."""
    if not active(user).exists() and not Author.objects.filter(user=user).exists():
        raise Http404


def people_of(cohort: Cohort) -> QuerySet[Membership]:
    """Return those who can become authors or be named, each once for each role."""
    found = Membership.objects.filter(cohort=cohort, role__in=RESEARCHERS, state__in=STAYING)
    return found.select_related("user").order_by("user__name", "pk")


def organized_cohort_or_404(user: User, pk: int) -> Cohort:
    return get_object_or_404(
        Cohort.objects.filter(pk__in=active(user).filter(role=Role.ORGANIZER).values("cohort")), pk=pk
    )


def guides_in(user: User, cohort: Cohort) -> bool:
    return active(user).filter(cohort=cohort, role__in=GUIDES).exists()
