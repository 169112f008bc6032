"""What mastery asks for before a certificate: the blocking objectives of every week, from the one ledger."""

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum.choices import ModuleStatus
from curriculum.models import ModuleVersion, ObjectiveVersion
from mastery.gating import Record
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership
from whitebox.programme.conditions import Condition


def conditions(membership: Membership) -> Sequence[Condition]:
    """Return a condition for each complete week that has objectives the next week waits for."""
    record = Record.of(membership)
    asked: dict[ModuleVersion, list[ObjectiveVersion]] = defaultdict(list)
    for one in record.objectives:
        if one.is_blocking and one.module_version.status == ModuleStatus.COMPLETE:
            asked[one.module_version].append(one)
    return [_condition(membership, record, module, some) for module, some in asked.items()]


def _condition(
    membership: Membership, record: Record, module: ModuleVersion, asked: Sequence[ObjectiveVersion]
) -> Condition:
    missing = [one.number for one in asked if not record.is_mastered(one)]
    label = _("Week %(week)d, %(title)s: %(mastered)d of %(asked)d objectives mastered.") % {
        "week": module.week,
        "title": module.title,
        "mastered": len(asked) - len(missing),
        "asked": len(asked),
    }
    todo = _("Still to master: %(numbers)s.") % {"numbers": ", ".join(missing)} if missing else ""
    # The pages of the weeks are for those who study now.
    is_open = bool(missing) and membership.state == MembershipState.ACTIVE
    page = reverse("curriculum:module", args=[membership.cohort.slug, module.module.slug]) if is_open else ""
    return Condition(label, not missing, todo, page, order=20 + min(module.week, 60))
