"""How far a person is with each objective, for the week map and the module pages."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from curriculum.models import ModuleVersion
from mastery.choices import AttemptState, CheckKind
from mastery.gating import Record
from mastery.models import ObjectiveMastery
from whitebox.people.models import Membership


def states(membership: Membership, modules: Sequence[ModuleVersion]) -> Mapping[int, str]:
    """Return "mastered", or "not_yet" once a mastery check of the module was graded; what nobody tried is left out."""
    record = Record.of_page(membership)
    tried = {
        check.for_check.module_id
        for check in record.checks
        if check.for_check.kind == CheckKind.MASTERY
        and any(one.state == AttemptState.GRADED for one in record.attempts.get(check.for_check_id, ()))
    }
    return {
        one.objective_id: "mastered" if record.is_mastered(one) else "not_yet"
        for one in record.objectives
        if record.is_mastered(one) or one.module_version.module_id in tried
    }


def reached(membership: Membership, modules: Sequence[ModuleVersion]) -> Mapping[int, datetime]:
    """Return since when a page's reader masters what: the record of the page knows."""
    return Record.of_page(membership).mastered


def dates(memberships: Collection[int]) -> Mapping[int, Mapping[int, datetime]]:
    """Return when each person first mastered what, in one query."""
    rows = ObjectiveMastery.objects.filter(membership__in=memberships).values_list("membership", "objective", "at")
    found: dict[int, dict[int, datetime]] = {}
    for member, objective, at in rows:
        found.setdefault(member, {})[objective] = at
    return found
