"""Who must not judge whom."""

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, ConflictOfInterest, Reviewer
from applicants.models import Application
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@transaction.atomic
def record(
    reviewer: Reviewer, application: Application, *, origin: ConflictOrigin, reason: str = ""
) -> ConflictOfInterest:
    """Keep a reviewer away from an application; an open reading of it ends. Twice changes nothing."""
    if reviewer.round_id != application.round_id:
        raise RuleViolation(_("This reviewer reads another round."))
    conflict, _created = ConflictOfInterest.objects.get_or_create(
        reviewer=reviewer, application=application, defaults={"origin": origin, "reason": reason}
    )
    Assignment.objects.filter(reviewer=reviewer, application=application, state=AssignmentState.OPEN).update(
        state=AssignmentState.RECUSED, reason=reason[:300]
    )
    return conflict


def require_none(user: User, application: Application) -> None:
    """Raise RuleViolation where `user` has a conflict with an application. Nobody is exempt, superusers included."""
    if ConflictOfInterest.objects.filter(application=application, reviewer__membership__user=user).exists():
        raise RuleViolation(
            _("You have a conflict of interest with %(code)s. Somebody else must decide.") % {"code": application.code}
        )
