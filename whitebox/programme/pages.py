"""The pages about a cohort as a whole, and who may open them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from whitebox.people.choices import Role
from whitebox.people.models import Cohort

READERS = (Role.ORGANIZER, Role.ADVISER)
ORGANIZERS = (Role.ORGANIZER,)


@dataclass(frozen=True, slots=True)
class Page:
    label: str | Promise
    name: str  # of its address in the namespace `programme`
    roles: Sequence[Role] = READERS


PAGES = (
    Page(_("Milestones"), "milestones"),
    Page(_("Report"), "funder"),
    Page(_("Whole cohort"), "cohort_report"),
    Page(_("Facts"), "facts"),
    Page(_("Funnel"), "funnel"),
    Page(_("Outcomes"), "outcomes", ORGANIZERS),
    Page(_("Selection"), "selection", ORGANIZERS),
    Page(_("Money"), "money"),
    Page(_("The team learns"), "team_learning", ORGANIZERS),
)


def links(cohort: Cohort, roles: frozenset[Role]) -> list[tuple[str | Promise, str]]:
    """Return label and address of every page that somebody with these roles may open. No query."""
    return [
        (page.label, reverse(f"programme:{page.name}", args=[cohort.slug])) for page in PAGES if roles & {*page.roles}
    ]
