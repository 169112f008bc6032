"""Acts on many applications in two steps: a preview that is signed, then exactly that, or nothing."""

from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from django.core import signing
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from applicants import conflicts, decisions, pipeline, reconciling
from applicants.choices import DecisionCode
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import User

SALT = "applicants.bulk"
Row = TypeVar("Row", bound=Application)
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
    """Return marks that change with an application's stage, state, decisions or scores.

    Prefetch the decisions and the summaries.
    """
    return {str(application.pk): _version(application) for application in applications}


def _version(application: Application) -> str:
    made = sorted(application.decisions.all(), key=lambda decision: decision.pk)
    decided = f"{made[-1].pk}:{made[-1].released_at}:{made[-1].superseded_at}" if made else ""
    scored = {one.stage_id: one.scores_hash[:12] for one in application.summaries.all()}
    found = f"{application.state}:{application.stage_id}:{decided}:{scored.get(application.stage_id or 0, '')}"
    # Keyed: a preview can be read by whoever gets it, and must not tell what it was computed from.
    return salted_hmac(SALT, found, algorithm="sha256").hexdigest()[:24]


def signed(plan: Plan) -> str:
    return signing.dumps(asdict(plan), salt=SALT, compress=True)


def read(token: str) -> Plan:
    """Return a plan that was previewed here. Raises RuleViolation for one that is old or was changed."""
    try:
        return Plan(**signing.loads(token, salt=SALT, max_age=STANDS_FOR))
    except signing.BadSignature as wrong:
        raise RuleViolation(_("This preview is too old. Look at it again, then confirm.")) from wrong


def best_first(applications: Sequence[Row], *, without: Container[int] = ()) -> list[Row]:
    """Return applications as they stand in the figures of their stage: the waiting list takes them in this order.

    Those in `without` stand last, whatever their figures: an order tells as much as a score.
    """

    def place(application: Row) -> tuple[float, int]:
        known = [] if application.pk in without else application.summaries.all()
        own = next((one for one in known if one.stage_id == application.stage_id), None)
        figure = None if own is None else own.adjusted if own.adjusted is not None else own.mean
        return (-float(figure) if figure is not None else 0.0, application.pk)

    return sorted(applications, key=place)


@transaction.atomic
def carry_out(plan: Plan, round_: Round, *, by: User, note: str = "") -> int:
    """Do what was previewed and return for how many. All of them or none.

    `note` says what was agreed where reviewers differ. Raises RuleViolation where an application has changed since the
    preview, where `by` has a conflict, and where reviewers differ and nothing was noted.
    """
    if plan.round != round_.pk:
        raise RuleViolation(_("This preview belongs to another round."))
    found = Application.objects.select_for_update(of=("self",)).filter(
        round=round_, pk__in=[int(pk) for pk in plan.versions]
    )
    applications = list(found.order_by("pk").prefetch_related("decisions", "summaries"))
    conflicts.require_none(by, *applications)
    if versions_of(applications) != plan.versions:
        raise RuleViolation(_("Some of these applications have changed since the preview. Nothing was done."))
    for application in best_first(applications):
        if plan.act == "move":
            pipeline.move(application, pipeline.stage_of(application, plan.target), by=by, reason=plan.reason)
        else:
            if note.strip():
                reconciling.settle(application, note, by=by)
            decisions.decide(
                application, DecisionCode(plan.target), reason=plan.reason, by=by, encouragement=plan.encouragement
            )
    return len(applications)
