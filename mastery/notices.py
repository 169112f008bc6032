"""The letters of mastery. A letter without a template is left out: it must never cost anybody a grade."""

import logging
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from mastery.models import Attempt, CorrectiveAssignment
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.rendering import Value
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

logger = logging.getLogger(__name__)


def graded(attempt: Attempt, mastered: list[str]) -> None:
    """Tell a person that all objectives of a check are mastered."""
    _tell(attempt.membership.user, "attempt-graded", attempt, {"items": _list(mastered)})


def not_yet(attempt: Attempt, missing: list[str], assignments: list[CorrectiveAssignment]) -> None:
    """Tell a person what is not mastered yet, and the first corrective."""
    first = assignments[0].corrective.title if assignments else ""
    _tell(attempt.membership.user, "attempt-not-yet", attempt, {"items": _list(missing), "corrective": first})


def void(attempt: Attempt) -> None:
    """Tell the learner and those who teach that a fault of ours ended an attempt."""
    _tell(attempt.membership.user, "attempt-void", attempt, {})
    for teacher in teachers(attempt.membership):
        _tell(teacher, "attempt-void-staff", attempt, {"learner": attempt.membership.user.called})


def teachers(membership: Membership) -> list[User]:
    """Return the mentor of a participant, or the cohort's organizers while there is none."""
    if membership.mentor is not None:
        return [membership.mentor.user]
    organizing = Membership.objects.active().filter(cohort_id=membership.cohort_id, role=Role.ORGANIZER)
    return [found.user for found in organizing.select_related("user")]


def about(attempt: Attempt) -> dict[str, Value]:
    """Return what every letter about an attempt can name."""
    membership = attempt.membership
    address = reverse("mastery:attempt", args=[attempt.pk])
    return {
        "check": attempt.check_version.title,
        "module": attempt.for_check.module.slug.replace("-", " "),
        "programme": membership.cohort.title,
        "mentor": membership.mentor.user.called if membership.mentor else "",
        "link": f"{settings.SITE_URL}{address}",
    }


def _list(lines: list[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


def _tell(to: User, kind: str, attempt: Attempt, more: Mapping[str, Value]) -> None:
    request = letters.Request(
        kind=kind,
        dedup_key=f"{kind}:{attempt.pk}:{to.pk}",
        to=to,
        context=about(attempt) | dict(more),
        about=f"mastery.attempt:{attempt.pk}",
        cohort_id=attempt.membership.cohort_id,
    )
    try:
        letters.queue(request)
    except RuleViolation as refused:
        logger.warning("no letter %s about attempt %s: %s", kind, attempt.pk, refused)
