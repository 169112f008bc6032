"""Certificates: issued when every condition is met, verified by whoever has the code, revoked with a reason."""

import secrets
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.programme import conditions
from whitebox.programme.conditions import Condition
from whitebox.programme.models import Certificate

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else
GROUPS, LENGTH = 4, 4  # 79 bits: nobody finds one by trying


@transaction.atomic
def issue(membership: Membership, *, by: User) -> Certificate:
    """Make out a certificate; twice returns the first one.

    Raises RuleViolation for anybody but a participant, for a revoked certificate, and while a condition is not met.
    """
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    present = Certificate.objects.filter(membership=held).first()
    if present is not None:
        return _still_valid(present)
    if held.role != Role.PARTICIPANT:
        raise RuleViolation(_("Certificates are for participants."))
    found = conditions.of_membership(held)
    if not conditions.is_met(found):
        raise RuleViolation(_("Not yet: %(missing)s") % {"missing": " ".join(_missing(found))})
    return Certificate.objects.create(
        membership=held, code=_code(), holder=held.user.called, conditions=[one.label for one in found], by=by
    )


def _still_valid(certificate: Certificate) -> Certificate:
    if not certificate.is_valid:
        raise RuleViolation(_("This certificate was revoked. What was revoked is not issued again."))
    return certificate


def _missing(found: Sequence[Condition]) -> list[str]:
    return [one.label for one in found if not one.is_met]


def _code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _sign in range(LENGTH)) for _group in range(GROUPS))
    return "-".join(groups)


@transaction.atomic
def revoke(certificate: Certificate, reason: str, *, by: User) -> None:
    """Make a certificate worthless; its page says so. Twice changes nothing. Raises RuleViolation without a reason."""
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    valid = Certificate.objects.filter(pk=certificate.pk, revoked_at=None)
    valid.update(revoked_at=timezone.now(), revoked_because=reason.strip()[:500])


def verifiable() -> QuerySet[Certificate]:
    """Return what a code can be looked up in: not those of people whose data was erased at their wish."""
    return Certificate.objects.exclude(holder="").select_related("membership__cohort__adoption__version")


def of_cohort(cohort: Cohort) -> dict[int, Certificate]:
    """Return the certificates of a cohort by membership: one query."""
    return {one.membership_id: one for one in Certificate.objects.filter(membership__cohort=cohort)}
