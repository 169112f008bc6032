"""Who must not mark whose work. A marker says so, or an organizer does; an organizer can lift it."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery.choices import SecondMarkState
from mastery.judgements import MarkingConflict, SecondMark
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


def in_force() -> QuerySet[MarkingConflict]:
    return MarkingConflict.objects.filter(lifted_at=None)


def persons_of(marker: User) -> QuerySet[MarkingConflict, int]:
    """Return the keys of those whose work `marker` must not mark, for use in a query."""
    return in_force().filter(marker=marker).values_list("person", flat=True)


def barred_from(person_id: int) -> set[int]:
    """Return the keys of those who must not mark this person's work: one query."""
    return set(in_force().filter(person=person_id).values_list("marker", flat=True)) | {person_id}


def is_barred(marker: User, person_id: int) -> bool:
    return marker.pk == person_id or in_force().filter(marker=marker, person=person_id).exists()


def of_cohort(cohort: Cohort) -> QuerySet[MarkingConflict]:
    """Return the conflicts in force with those who study in a cohort."""
    studying = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT)
    return in_force().filter(person__in=studying.values("user")).select_related("marker", "person", "by")


@transaction.atomic
def declare(marker: User, membership: Membership, *, reason: str, by: User) -> MarkingConflict:
    """Keep `marker` from marking this person's work from now on. Declaring it twice keeps the first reason.

    What is marked stays marked. Second marks that wait for them go to somebody else with the next tick.
    Raises RuleViolation for anybody but the marker and the cohort's organizers, and without a reason.
    """
    if by.pk != marker.pk and not _organizes(by, membership):
        raise RuleViolation(_("Only the marker or an organizer of the cohort can declare a conflict."))
    if marker.pk == membership.user_id:
        raise RuleViolation(_("Nobody marks their own work anyway."))
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    found, _created = MarkingConflict.objects.get_or_create(
        marker=marker, person_id=membership.user_id, lifted_at=None, defaults={"reason": reason.strip()[:300], "by": by}
    )
    _let_go(marker, [membership.user_id])
    return found


def _let_go(marker: User, persons: Iterable[int]) -> None:
    waiting = SecondMark.objects.filter(state=SecondMarkState.WAITING, marker=marker)
    waiting.filter(attempt__membership__user__in=list(persons)).update(marker=None)


@transaction.atomic
def lift(conflict: MarkingConflict, membership: Membership, *, by: User) -> None:
    """Let somebody mark a person's work again. Twice changes nothing. Organizers only, and never for themselves."""
    if by.pk == conflict.marker_id or not _organizes(by, membership):
        raise RuleViolation(_("Only an organizer of the cohort can lift a conflict, and never their own."))
    in_force().filter(pk=conflict.pk).update(lifted_at=timezone.now(), lifted_by=by)


def _organizes(user: User, membership: Membership) -> bool:
    held = Membership.objects.active().filter(user=user, cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    return held.exists()
