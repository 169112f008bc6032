"""The way of an application through the stages: one at a time, forward or back on purpose, with its history."""

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import conflicts
from applicants.choices import ApplicationState, AssignmentState
from applicants.judgements import Assignment
from applicants.models import Application, Stage, StageChange
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@transaction.atomic
def move(application: Application, to: Stage, *, by: User, reason: str = "") -> None:
    """Put an application into stage `to` of its round. Moving to the present stage changes nothing.

    Forward goes to the next stage; a step back, or one over a stage, needs a reason. Raises RuleViolation otherwise.
    """
    current = (
        Application.objects.select_for_update(of=("self",)).select_related("round", "stage").get(pk=application.pk)
    )
    if current.stage_id == to.pk:
        return
    _require_movable(current, to)
    conflicts.require_none(by, current)
    if not _is_next(current, to) and not reason.strip():
        raise RuleViolation(_("Give a reason: this is not the next stage of %(code)s.") % {"code": current.code})
    StageChange.objects.create(
        application=current, left=current.stage, entered=to, state=current.state, reason=reason[:500], by=by
    )
    # Readings of a stage that is over cannot be handed in any more.
    Assignment.objects.filter(application=current, state=AssignmentState.OPEN).exclude(stage=to).update(
        state=AssignmentState.DECLINED, reason=_("The application moved to another stage.")
    )
    current.stage = to
    current.save(update_fields=["stage"])
    application.stage = to


def _require_movable(application: Application, to: Stage) -> None:
    if application.state != ApplicationState.SUBMITTED:
        raise RuleViolation(
            _("%(code)s is %(state)s, so it cannot move.")
            % {"code": application.code, "state": application.get_state_display()}
        )
    if to.form_id != application.round.form_id:
        raise RuleViolation(_("This stage belongs to another round."))


def _is_next(application: Application, to: Stage) -> bool:
    return application.stage is not None and to.position == application.stage.position + 1
