"""Other ways to an objective that is not mastered yet. The next form waits for them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.models import Corrective
from mastery.models import Attempt, CorrectiveAssignment, ObjectiveMastery
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@transaction.atomic
def assign(attempt: Attempt, missed: Iterable[str]) -> list[CorrectiveAssignment]:
    """Open a corrective for each objective in `missed` that the person has not mastered by another attempt.

    A person who comes back to an objective gets the next corrective of its list, then the first again.
    """
    has = ObjectiveMastery.objects.filter(membership_id=attempt.membership_id).values("objective")
    ways: dict[int, list[Corrective]] = {}
    for corrective in (
        Corrective.objects.filter(
            objective_version__module_version__version_id=attempt.check_version.version_id,
            objective_version__module_version__module_id=attempt.for_check.module_id,
            objective_version__objective__slug__in=list(missed),
        )
        .exclude(objective_version__objective__in=has)
        .select_related("objective_version")
        .order_by("objective_version__position", "position")
    ):
        ways.setdefault(corrective.objective_version.objective_id, []).append(corrective)
    known = set(attempt.assignments.values_list("objective", flat=True))
    before = _times_assigned(attempt)
    return CorrectiveAssignment.objects.bulk_create(
        CorrectiveAssignment(
            attempt=attempt, objective_id=objective, corrective=some[before.get(objective, 0) % len(some)]
        )
        for objective, some in ways.items()
        if objective not in known
    )


def _times_assigned(attempt: Attempt) -> dict[int, int]:
    times: dict[int, int] = {}
    given = CorrectiveAssignment.objects.filter(attempt__membership_id=attempt.membership_id).exclude(attempt=attempt)
    for objective in given.values_list("objective", flat=True):
        times[objective] = times.get(objective, 0) + 1
    return times


@transaction.atomic
def choose(attempt: Attempt, corrective: Corrective, *, by: User) -> CorrectiveAssignment:
    """Assign one corrective by hand; it replaces the one that is open for the same objective.

    Raises RuleViolation where the present one is done, or the corrective belongs to another module.
    """
    objective = corrective.objective_version.objective
    if corrective.objective_version.module_version.module_id != attempt.for_check.module_id:
        raise RuleViolation(_("Choose a corrective of this check's own module."))
    present, created = CorrectiveAssignment.objects.select_for_update().get_or_create(
        attempt=attempt, objective=objective, defaults={"corrective": corrective}
    )
    if created or present.corrective_id == corrective.pk:
        return present
    if present.done_at is not None:
        raise RuleViolation(_("The corrective for this objective is done already."))
    present.corrective = corrective
    present.save(update_fields=["corrective"])
    return present


@transaction.atomic
def finish(assignment: CorrectiveAssignment, *, by: User) -> None:
    """Mark a corrective as done. Twice changes nothing; only the person it was given to may."""
    if assignment.attempt.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person who did the corrective can mark it as done."))
    CorrectiveAssignment.objects.filter(pk=assignment.pk, done_at=None).update(done_at=timezone.now())
    assignment.refresh_from_db()
