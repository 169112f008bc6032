"""What mastery adds to a module's gate: the blocking objectives of the module before."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from curriculum.choices import ModuleStatus
from curriculum.conditions import Condition, condition
from curriculum.models import ModuleVersion
from mastery.gating import Record
from whitebox.people.models import Membership


def conditions(membership: Membership, modules: Sequence[ModuleVersion]) -> Mapping[int, Sequence[Condition]]:
    """Return the conditions of each module that has checks; an outline has none to lock."""
    record, language = Record.of_page(membership), get_language()
    return {
        module.pk: [
            condition(_named(number, language), is_met=one.is_met, what_to_do=one.what_to_do, address=one.address)
            for number, one in record.numbered_conditions(module.module_id)
        ]
        for module in modules
        if module.status == ModuleStatus.COMPLETE
    }


@lru_cache(maxsize=1024)  # a week map names the objectives of all weeks
def _named(number: str, _language: str | None) -> str:
    return _("objective %(number)s") % {"number": number}
