"""How far a person is with each objective, for the week map."""

from collections.abc import Mapping, Sequence

from curriculum.models import ModuleVersion
from mastery.choices import WAITING, AttemptState, CheckKind
from mastery.gating import Record, is_mastered
from whitebox.people.models import Membership


def states(membership: Membership, modules: Sequence[ModuleVersion]) -> Mapping[int, str]:
    """Return mastered, waiting or not_yet for every objective that the person has tried."""
    record = Record.of_page(membership)
    tried = {
        check.for_check.module_id: _tried(record, check.for_check_id)
        for check in record.checks
        if check.for_check.kind == CheckKind.MASTERY
    }
    found = {}
    for objective in record.objectives:
        state = "mastered" if is_mastered(objective) else tried.get(objective.module_version.module_id, "")
        if state:
            found[objective.objective_id] = state
    return found


def _tried(record: Record, check_id: int) -> str:
    states = {attempt.state for attempt in record.attempts.get(check_id, ())}
    if states & set(WAITING):
        return "waiting"
    return "not_yet" if AttemptState.GRADED in states else ""
