"""What a cohort tells everybody about how far it is: switched on by an organizer, numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.programme import milestones
from whitebox.programme.models import ProgressPage


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone as everybody reads it. It never says that an alarm rings, and nothing about a person."""

    title: str
    aim: str
    value: float | int | None
    is_reached: bool


def is_public(cohort: Cohort) -> bool:
    return ProgressPage.objects.filter(cohort=cohort, is_public=True).exists()


def lines(cohort: Cohort, today: date) -> Sequence[Line]:
    """Return the milestones with the numbers that everybody may be told."""
    found = []
    for one in milestones.of_cohort(cohort, today):
        value = one.fact.public if one.fact is not None else None
        reached = milestones.is_reached(one.measure, one.least, one.most, value)
        found.append(Line(one.title, one.aim, value, reached))
    return found


@transaction.atomic
def switch(cohort: Cohort, *, is_public: bool, by: User) -> None:
    """Show the page to everybody, or to nobody. Twice changes nothing. Raises RuleViolation but for organizers."""
    if not Membership.objects.active().filter(user=by, cohort=cohort, role=Role.ORGANIZER).exists():
        raise RuleViolation(_("Only organizers of this cohort decide this."))
    page, _made = ProgressPage.objects.select_for_update().get_or_create(cohort=cohort)
    if page.is_public == is_public:
        return
    page.is_public, page.by, page.at = is_public, by, timezone.now()
    page.save(update_fields=["is_public", "by", "at"])
