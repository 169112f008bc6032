"""The way of an application through the stages: one at a time, forward or back on purpose, with its history."""

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import conflicts, interviews, summaries
from applicants.choices import ApplicationState, AssignmentState
from applicants.judgements import Assignment
from applicants.models import Application, StageChange
from applicants.procedures import Stage
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@transaction.atomic
def move(application: Application, to: Stage, *, by: User, reason: str = "") -> None:
    """Put an application into stage `to` of its round. Moving to the present stage changes nothing.

    Forward goes to the next stage; a step back, or one over a stage, needs a reason. Raises RuleViolation otherwise.
    """
    current = Application.objects.select_for_update(of=("self",)).select_related("stage").get(pk=application.pk)
    conflicts.require_none(by, current)
    if current.stage_id == to.pk:
        return
    _require_movable(current, to)
    if not _is_next(current, to) and not reason.strip():
        raise RuleViolation(_("Give a reason: this is not the next stage of %(code)s.") % {"code": current.code})
    StageChange.objects.create(
        application=current, left=current.stage, entered=to, state=current.state, reason=reason[:500], by=by
    )
    # Readings of a stage that is over cannot be handed in any more.
    Assignment.objects.filter(application=current, state=AssignmentState.OPEN).exclude(stage=to).update(
        state=AssignmentState.DECLINED, reason=_("The application moved to another stage.")
    )
    interviews.let_fall(current)
    current.stage = to
    current.save(update_fields=["stage"])
    summaries.open_at(current)
    application.stage = to


def stage_of(application: Application, slug: str) -> Stage:
    """Return the stage of that name in the form an application answered. Raises RuleViolation where it has none."""
    found = Stage.objects.filter(form_id=application.form_id, slug=slug).first()
    if found is None:
        raise RuleViolation(
            _("The form that %(code)s answered has no stage “%(slug)s”.") % {"code": application.code, "slug": slug}
        )
    return found


def _require_movable(application: Application, to: Stage) -> None:
    if application.state != ApplicationState.SUBMITTED:
        raise RuleViolation(
            _("%(code)s is %(state)s, so it cannot move.")
            % {"code": application.code, "state": application.get_state_display()}
        )
    if to.form_id != application.form_id:
        raise RuleViolation(_("This stage belongs to another form."))


def _is_next(application: Application, to: Stage) -> bool:
    return application.stage is not None and to.position == application.stage.position + 1
