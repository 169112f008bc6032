"""The pages about people that the ground floor has itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.person_parts import Fact, Panel, TeamLink

TEACHES = frozenset({Role.MENTOR, Role.ORGANIZER})


def facts(cohort: Cohort, people: Sequence[Membership], reader: User, now: datetime) -> Mapping[int, Sequence[Fact]]:
    """The list shows contact and concern in columns of its own."""
    return {}


def panels(membership: Membership, reader: User, now: datetime) -> Sequence[Panel]:
    """The page shows its notes itself, because they have a form."""
    return []


def links(cohort: Cohort, roles: frozenset[Role]) -> Sequence[TeamLink]:
    found = []
    if roles & TEACHES:
        found += [
            TeamLink(_("People"), reverse("people:team", args=[cohort.slug]), order=10),
            TeamLink(_("Early warning"), reverse("people:board", args=[cohort.slug]), order=20),
        ]
    if Role.ORGANIZER in roles:
        found += [
            TeamLink(_("Mentors"), reverse("people:mentors", args=[cohort.slug]), order=90),
            TeamLink(_("Breaches"), reverse("people:breaches", args=[cohort.slug]), order=95),
        ]
    return found
