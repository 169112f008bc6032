"""The checks of a module on its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from curriculum.models import ModuleVersion
from curriculum.panels import Panel
from mastery import due
from mastery.choices import CheckKind
from mastery.gating import Record, Standing
from whitebox.people.models import Membership

PLACES: dict[str, Literal["before", "after"]] = {CheckKind.PRE_SESSION: "before", CheckKind.MASTERY: "after"}


@dataclass(frozen=True, slots=True)
class Row:
    standing: Standing
    due_at: datetime | None
    zone: str


def panels(membership: Membership, module: ModuleVersion) -> Sequence[Panel]:
    """Return the pre-session check before the session and the mastery check after it."""
    record = Record.of_page(membership)
    own = [check for check in record.checks if check.for_check.module_id == module.module_id]
    if not own:
        return []
    times = due.due_times(membership, [check.for_check for check in own])
    return [
        Panel(
            "mastery/_panel.html",
            {
                "checks": [
                    Row(record.standing(check), times.get(check.for_check_id), membership.cohort.zone)
                    for check in own
                    if check.for_check.kind == kind
                ]
            },
            place,
        )
        for kind, place in PLACES.items()
    ]
