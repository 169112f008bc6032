"""The weekly check-in: whoever guides a researcher looks at each open excursion once in seven days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.choices import InfohazardLevel, Pace
from sprints.journal import CheckIn
from sprints.models import Excursion
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership, User

EVERY = timedelta(days=7)


@transaction.atomic
def record(excursion: Excursion, pace: Pace, text: str, *, next_step: str = "", by: User) -> CheckIn:
    """Write down a check-in. The same words on the same day leave one: a double click is harmless."""
    current = Excursion.objects.select_for_update(of=("self",)).get(pk=excursion.pk)
    if not access.guided(by).filter(pk=current.pk).exists():
        raise RuleViolation(_("The mentor of an excursion checks in, or an organizer of its cohort."))
    if not current.is_open:
        raise RuleViolation(_("This excursion has its verdict. There is nothing to check in on."))
    if not text.strip():
        raise RuleViolation(_("Write a line about where it stands."))
    since = timezone.now() - timedelta(days=1)
    present = current.check_ins.filter(by=by, text=text.strip(), at__gte=since).first()
    if present is not None:
        return present
    return CheckIn.objects.create(
        excursion=current, by=by, pace=pace, text=text.strip()[:4000], next_step=" ".join(next_step.split())[:300]
    )


def waiting(now: datetime) -> QuerySet[Excursion]:
    """Return the open excursions of people who are there, on which nobody has checked in for a week."""
    return (
        Excursion.objects.filter(verdict=None, claim__membership__state=MembershipState.ACTIVE)
        .annotate(looked_at=Coalesce(Max("check_ins__at"), "opened_at"))
        .filter(looked_at__lte=now - EVERY)
        .order_by("looked_at", "pk")
    )


def waiting_for(mentors: QuerySet[Membership], now: datetime) -> QuerySet[Excursion]:
    """Return those that wait for one of these mentors. A secret one waits for the organizers."""
    own = Q(claim__membership__mentor__in=mentors) & ~Q(level=InfohazardLevel.SECRET)
    return waiting(now).filter(own)
