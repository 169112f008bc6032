"""What organizers may see of admissions. Memberships decide, not the permission tables; superusers are not exempt."""

from django.db.models import QuerySet
from django.http import Http404

from applicants.models import Round
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


def organized_cohorts(user: User) -> QuerySet[Cohort]:
    """Return the cohorts `user` organizes now."""
    held = Membership.objects.active().filter(user_id=user.pk, role=Role.ORGANIZER)
    return Cohort.objects.filter(pk__in=held.values("cohort"))


def rounds_of(user: User) -> QuerySet[Round]:
    """Return the rounds `user` runs, the newest first."""
    return Round.objects.filter(cohort__in=organized_cohorts(user)).select_related("cohort", "form__version")


def round_or_404(user: User, slug: str) -> Round:
    """Return a round that `user` runs."""
    found = rounds_of(user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
