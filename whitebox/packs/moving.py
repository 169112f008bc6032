"""Moving a cohort to another version of its pack: on purpose, after a table of what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs import differences, storing
from whitebox.packs.differences import Difference
from whitebox.packs.models import Adoption, Move, PackVersion
from whitebox.packs.sections import Consequence, MovableSection, sections
from whitebox.people.models import Cohort, User


@dataclass(frozen=True, slots=True)
class Plan:
    """What moving `cohort` would change. `left` is None for a cohort that follows no version yet."""

    cohort: Cohort
    left: PackVersion | None
    taken: PackVersion
    differences: Sequence[Difference]
    consequences: Sequence[Consequence]

    @property
    def is_done(self) -> bool:
        return self.left is not None and self.left.pk == self.taken.pk

    @property
    def refusals(self) -> list[str]:
        return [one.what for one in self.consequences if one.is_refusal]


def plan(cohort: Cohort, taken: PackVersion) -> Plan:
    """Work out what a move would change. Reads only. Raises RuleViolation for a version of another pack."""
    adoption = Adoption.objects.select_related("version").filter(cohort=cohort).first()
    left = adoption.version if adoption else None
    if left is not None and left.pack != taken.pack:
        raise RuleViolation(
            _("This cohort follows the pack %(pack)s. Packs cannot be exchanged.") % {"pack": left.pack}
        )
    if left is None or left.pk == taken.pk:
        return Plan(cohort, left, taken, (), ())
    changed = differences.between(storing.contents_of(left), storing.contents_of(taken))
    movable = (section for section in sections() if isinstance(section, MovableSection))
    return Plan(
        cohort, left, taken, changed, [one for part in movable for one in part.consequences(cohort, left, taken)]
    )


@transaction.atomic
def move(cohort: Cohort, taken: PackVersion, *, reason: str, by: User | None) -> Adoption:
    """Let a cohort follow another version of its pack. Marks, ticks and extensions stay; twice is once.

    Raises RuleViolation for an unpublished version, for one of another pack, without a reason, and while a session of
    the cohort has no place in it.
    """
    adoption = Adoption.objects.select_for_update().select_related("version").filter(cohort=cohort).first()
    if adoption is None:
        raise RuleViolation(_("This cohort follows no pack yet."))
    if adoption.version_id == taken.pk:
        return adoption
    if taken.is_unpublished:
        raise RuleViolation(_("This version is not published. Put it live first."))
    if not reason.strip():
        raise RuleViolation(_("Give a reason: it is kept with the record."))
    found = plan(cohort, taken)
    if found.refusals:
        raise RuleViolation(" ".join(found.refusals))
    left = adoption.version
    for section in sections():
        if isinstance(section, MovableSection):
            section.move(cohort, left, taken)
    Move.objects.create(cohort=cohort, left=left, taken=taken, reason=reason.strip()[:300], by=by)
    adoption.version, adoption.since = taken, timezone.now()
    adoption.save(update_fields=["version", "since"])
    return adoption
