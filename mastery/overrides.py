"""Exceptions to a gate. Each is made by somebody who teaches, with a reason, and stays on record."""

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import Module
from mastery.choices import OverrideKind
from mastery.marking import may_mark
from mastery.models import Attempt, Override
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User


@transaction.atomic
def open_next_form(attempt: Attempt, *, by: User, reason: str) -> Override:
    """Let a person start the next form without the correctives of `attempt`. Twice keeps the first reason."""
    return _for_attempt(OverrideKind.NEXT_FORM, attempt, by=by, reason=reason)


@transaction.atomic
def reuse_form(attempt: Attempt, *, by: User, reason: str) -> Override:
    """Let a person who has seen every form take one again. Twice keeps the first reason."""
    return _for_attempt(OverrideKind.SEEN_FORM, attempt, by=by, reason=reason)


@transaction.atomic
def open_module(membership: Membership, module: Module, *, by: User, reason: str) -> Override:
    """Open a module's checks to a person whatever the modules before say. Organizers only."""
    is_organizer = Membership.objects.active().filter(user=by, cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    if membership.user_id == by.pk or not is_organizer.exists():
        raise RuleViolation(_("Only an organizer of the cohort can open a module, and never for themselves."))
    present = Override.objects.filter(membership=membership, kind=OverrideKind.MODULE, module=module).first()
    return present or Override.objects.create(
        membership=membership, kind=OverrideKind.MODULE, module=module, by=by, reason=_given(reason)
    )


def _for_attempt(kind: OverrideKind, attempt: Attempt, *, by: User, reason: str) -> Override:
    if not may_mark(by, attempt.membership):
        raise RuleViolation(_("Only this person's mentor or an organizer can make an exception."))
    present = Override.objects.filter(
        membership_id=attempt.membership_id,
        kind=kind,
        for_check_id=attempt.for_check_id,
        after_attempt=attempt.number,
    ).first()
    return present or Override.objects.create(
        membership_id=attempt.membership_id,
        kind=kind,
        for_check_id=attempt.for_check_id,
        after_attempt=attempt.number,
        by=by,
        reason=_given(reason),
    )


def _given(reason: str) -> str:
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    return reason.strip()
