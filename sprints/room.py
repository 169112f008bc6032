"""How many problems a person may hold at once, alone and with teams."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints import access
from sprints.models import Claim, ClaimRule
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User


def rule_of(cohort: Cohort) -> ClaimRule:
    """Return the cohort's limits; the defaults where it set none. No query where `claim_rule` was loaded with it."""
    found: ClaimRule | None = getattr(cohort, "claim_rule", None)
    return found or ClaimRule(cohort=cohort)


def lock_people(people: Collection[User]) -> list[User]:
    """Lock people's rows in the order of their keys, so that two teams of the same people never wait for each other."""
    return list(User.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"))


def require_room(people: Collection[User], cohort: Cohort, *, more: int = 1) -> None:
    """Refuse where one of these people would hold more claims than the limit; their rows get locked."""
    most = rule_of(cohort).most_at_once
    for user in lock_people(people):
        if more and Claim.objects.active().filter(access.held_by(user)).count() + more > most:
            raise RuleViolation(_refusal(most) if len(people) == 1 else _of_other(user, most))


def _refusal(most: int) -> str:
    return ngettext(
        "You hold %(most)d claim, and that is the limit. Release or finish it first.",
        "You hold %(most)d claims, and that is the limit. Release or finish one first.",
        most,
    ) % {"most": most}


def _of_other(user: User, most: int) -> str:
    return _("%(name)s of your team would hold more than %(most)d claims, and that is the limit.") % {
        "name": user.called,
        "most": most,
    }
