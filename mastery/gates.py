"""What mastery adds to a module's gate: the blocking objectives of the module before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from curriculum.choices import ModuleStatus
from curriculum.conditions import Condition
from curriculum.models import ModuleVersion
from mastery.gating import Record
from whitebox.people.models import Membership


def conditions(membership: Membership, modules: Sequence[ModuleVersion]) -> Mapping[int, Sequence[Condition]]:
    """Return the conditions of each module that has checks; an outline has none to lock."""
    record = Record.of_page(membership)
    return {
        module.pk: [
            replace(condition, label=_("objective %(number)s") % {"number": number})
            for number, condition in record.numbered_conditions(module.module_id)
        ]
        for module in modules
        if module.status == ModuleStatus.COMPLETE
    }
