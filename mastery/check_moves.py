"""What a move to another pack version changes for gates. Marks already given never change."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from curriculum import syllabus
from curriculum.choices import ModuleStatus
from curriculum.models import ModuleVersion, ObjectiveVersion
from curriculum.syllabus import Syllabus
from mastery import checklist
from mastery.choices import WAITING, AttemptState
from mastery.models import Attempt, ObjectiveMastery
from whitebox.packs.models import PackVersion
from whitebox.packs.sections import Consequence
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership


def consequences(cohort: Cohort, left: PackVersion, taken: PackVersion) -> list[Consequence]:
    """Say who is in the middle of a check, whose finished weeks open again, and which checks end. Six queries."""
    return [*_in_progress(cohort), *_reopened(cohort, left, taken), *_ended(cohort, left, taken)]


def _in_progress(cohort: Cohort) -> Iterator[Consequence]:
    open_ones = Attempt.objects.filter(membership__cohort=cohort, state__in=[AttemptState.OPEN, *WAITING])
    people = open_ones.values("membership").distinct().count()
    if people:
        words = _("Attempts in progress or waiting for a mark are finished on the questions they began with.")
        yield Consequence(words, people)


def _reopened(cohort: Cohort, left: PackVersion, taken: PackVersion) -> Iterator[Consequence]:
    before, after = (syllabus.of_version(one.pk, one.digest) for one in (left, taken))
    mastered = _mastered(cohort)
    asked_before = {module.module_id: _blocking(before, module) for module in before.modules}
    for module in after.modules:
        asked = _blocking(after, module)
        new = asked.keys() - asked_before.get(module.module_id, {}).keys()
        for objective in (asked[key] for key in sorted(new)):
            had = asked_before.get(module.module_id, {}).keys()
            people = [has for has in mastered.values() if had and had <= has and objective.objective_id not in has]
            facts = {"week": module.week, "number": objective.number, "text": objective.text}
            words = _("Week %(week)s also asks for objective %(number)s, %(text)s The week after waits for it.")
            yield Consequence(words % facts, len(people))


def _blocking(said: Syllabus, module: ModuleVersion) -> Mapping[int, ObjectiveVersion]:
    if module.status != ModuleStatus.COMPLETE:
        return {}
    return {one.objective_id: one for one in said.objectives[module] if one.is_blocking}


def _mastered(cohort: Cohort) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    people = Membership.objects.active().filter(cohort=cohort, role=Role.PARTICIPANT)
    rows = ObjectiveMastery.objects.filter(membership__in=people)
    for membership, objective in rows.values_list("membership", "objective"):
        found[membership].add(objective)
    return found


def _ended(cohort: Cohort, left: PackVersion, taken: PackVersion) -> Iterator[Consequence]:
    kept = {check.for_check_id for check in checklist.of_version(taken.pk, taken.digest)}
    gone = [one for one in checklist.of_version(left.pk, left.digest) if one.for_check_id not in kept]
    for check in gone:
        people = Attempt.objects.filter(membership__cohort=cohort, for_check=check.for_check_id)
        words = _("The check “%(title)s” is not in the version. What was marked stays on record.")
        yield Consequence(words % {"title": check.title}, people.values("membership").distinct().count())
