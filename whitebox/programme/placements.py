"""Where people went after the programme: recorded with its evidence, taken back when it was wrong."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.programme.choices import PlacementKind, Work
from whitebox.programme.models import Placement


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of a placement. An address or words must show it."""

    kind: PlacementKind
    work: Work
    organisation: str
    starts_on: date
    role: str = ""
    ends_on: date | None = None
    evidence_url: str = ""
    evidence: str = ""


@transaction.atomic
def record(membership: Membership, outcome: Outcome, *, by: User) -> Placement:
    """Put a placement on record; twice returns the first one.

    Raises RuleViolation for anybody but a participant, without evidence, and where it ends before it starts.
    """
    if membership.role != Role.PARTICIPANT:
        raise RuleViolation(_("Placements are those of participants."))
    organisation = " ".join(outcome.organisation.split())
    if not organisation:
        raise RuleViolation(_("Say where they went."))
    if not (outcome.evidence_url.strip() or outcome.evidence.strip()):
        raise RuleViolation(_("Say what shows it: a page, or in words."))
    if outcome.ends_on is not None and outcome.ends_on < outcome.starts_on:
        raise RuleViolation(_("A placement ends after it starts."))
    found = Placement.objects.standing().filter(
        membership=membership, organisation=organisation, starts_on=outcome.starts_on
    )
    made = found.first()
    if made is not None:
        return made
    try:
        with transaction.atomic():
            return _create(membership, outcome, organisation, by)
    except IntegrityError:  # Somebody recorded the same a moment ago.
        return found.get()


def _create(membership: Membership, outcome: Outcome, organisation: str, by: User) -> Placement:
    return Placement.objects.create(
        membership=membership,
        kind=outcome.kind,
        work=outcome.work,
        organisation=organisation,
        role=outcome.role.strip(),
        starts_on=outcome.starts_on,
        ends_on=outcome.ends_on,
        evidence_url=outcome.evidence_url.strip(),
        evidence=outcome.evidence.strip(),
        by=by,
    )


@transaction.atomic
def take_back(placement: Placement, *, by: User) -> None:
    """Strike a placement that was wrong; it stays in the record and counts nowhere. Twice changes nothing."""
    Placement.objects.standing().filter(pk=placement.pk).update(taken_back_at=timezone.now())


def of_cohort(cohort: Cohort) -> QuerySet[Placement]:
    """Return the placements of a cohort's participants with their people, newest first: one query."""
    found = Placement.objects.standing().filter(membership__cohort=cohort)
    return found.select_related("membership__user").order_by("-starts_on", "-pk")
