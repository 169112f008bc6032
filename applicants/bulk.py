"""Acts on many applications in two steps: a preview that is signed, then exactly that, or nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from applicants import decisions, pipeline
from applicants.choices import DecisionCode
from applicants.models import Application, Round, Stage
from whitebox.errors import RuleViolation
from whitebox.people.models import User

SALT = "applicants.bulk"
STANDS_FOR = 30 * 60  # seconds; a preview that is older must be looked at again


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to which applications, each as it was when it was looked at."""

    round: int
    act: str  # "move" or "decide"
    target: str  # a stage's slug or a decision's code
    reason: str
    encouragement: str
    versions: dict[str, str]  # by primary key, as JSON has no other keys


def versions_of(applications: Sequence[Application]) -> dict[str, str]:
    """Return marks that change with an application's stage, state or decisions. Prefetch the decisions."""
    return {str(application.pk): _version(application) for application in applications}


def _version(application: Application) -> str:
    made = sorted(application.decisions.all(), key=lambda decision: decision.pk)
    decided = f"{made[-1].pk}:{made[-1].released_at}:{made[-1].superseded_at}" if made else ""
    return f"{application.state}:{application.stage_id}:{decided}"


def signed(plan: Plan) -> str:
    return signing.dumps(asdict(plan), salt=SALT, compress=True)


def read(token: str) -> Plan:
    """Return a plan that was previewed here. Raises RuleViolation for one that is old or was changed."""
    try:
        return Plan(**signing.loads(token, salt=SALT, max_age=STANDS_FOR))
    except signing.BadSignature as wrong:
        raise RuleViolation(_("This preview is too old. Look at it again, then confirm.")) from wrong


@transaction.atomic
def carry_out(plan: Plan, round_: Round, *, by: User) -> int:
    """Do what was previewed and return for how many. All of them or none.

    Raises RuleViolation where an application has changed since the preview.
    """
    if plan.round != round_.pk:
        raise RuleViolation(_("This preview belongs to another round."))
    found = Application.objects.select_for_update(of=("self",)).filter(
        round=round_, pk__in=[int(pk) for pk in plan.versions]
    )
    applications = list(found.order_by("pk").prefetch_related("decisions"))
    if versions_of(applications) != plan.versions:
        raise RuleViolation(_("Some of these applications have changed since the preview. Nothing was done."))
    stage = Stage.objects.filter(form_id=round_.form_id, slug=plan.target).first() if plan.act == "move" else None
    for application in applications:
        if stage is not None:
            pipeline.move(application, stage, by=by, reason=plan.reason)
        else:
            decisions.decide(
                application, DecisionCode(plan.target), reason=plan.reason, by=by, encouragement=plan.encouragement
            )
    return len(applications)
