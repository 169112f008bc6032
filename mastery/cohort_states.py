"""How far many people of one cohort are with each objective: what `progress.states` says of one, for all at once.

*mastered* and *not yet* are exactly what the gates and the week map go by; a test compares them person by person. Where
these say nothing, work that waits for a grade is *waiting*, and the rest is *open*. Three queries, and one for the
version that the cohort follows, whatever the number of people and objectives.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, Max, Q, Value

from curriculum import syllabus
from curriculum.models import ObjectiveVersion
from mastery import blindness, checklist
from mastery.choices import WAITING, AttemptState, CheckKind
from mastery.models import Attempt, CheckVersion, ObjectiveMastery
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.once import once

MASTERED, NOT_YET, IS_WAITING, OPEN = "mastered", "not_yet", "waiting", "open"
STATES = (MASTERED, NOT_YET, IS_WAITING, OPEN)


@dataclass(slots=True)
class Tries:
    """What one person did at the mastery check of a module."""

    graded: int = 0
    waiting: int = 0
    forms: int = 0  # different ones, of graded attempts
    last: datetime | None = None  # when the latest grade came

    @property
    def state(self) -> str:
        """The state of an objective of the module that is not mastered."""
        if self.graded:
            return NOT_YET
        return IS_WAITING if self.waiting else OPEN


UNTRIED = Tries()
NOTHING: Set[int] = frozenset()


@dataclass(frozen=True, slots=True)
class States:
    objectives: Sequence[ObjectiveVersion]  # with their module, in the order of weeks
    checks: Mapping[int, CheckVersion]  # the mastery check by module
    mastered: Mapping[int, set[int]]  # objectives, by the membership as which a record began
    tries: Mapping[int, Mapping[int, Tries]] = field(default_factory=dict)  # by that membership and module
    kept: Mapping[int, Set[int]] = field(default_factory=dict)  # objectives whose state the reader must not see

    def without(self, kept: Mapping[int, Set[int]]) -> "States":
        """Return the same states for a reader who must not see some of them: those stand as waiting."""
        return replace(self, kept=kept)

    def of(self, person: Membership, objective: ObjectiveVersion) -> str:
        if objective.objective_id in self.kept.get(person.first_key, NOTHING):
            return IS_WAITING
        if objective.objective_id in self.has(person.first_key):
            return MASTERED
        return self.tried(person, objective.module_version.module_id).state

    def has(self, root: int) -> Set[int]:
        """Return the objectives that the record which began with this membership has mastered, as far as is shown."""
        found = self.mastered.get(root, NOTHING)
        return found - self.kept[root] if root in self.kept else found

    def tried(self, person: Membership, module: int) -> Tries:
        return self.tries.get(person.first_key, {}).get(module, UNTRIED)

    def missing(self, person: Membership) -> list[ObjectiveVersion]:
        """Return the objectives that are not yet mastered after a graded check."""
        return [one for one in self.objectives if self.of(person, one) == NOT_YET]

    def count(self, person: Membership) -> int:
        """Return how many of the objectives that the cohort follows somebody has mastered."""
        has = self.has(person.first_key)
        return sum(one.objective_id in has for one in self.objectives)


def of_page(cohort: Cohort, people: Sequence[Membership]) -> States:
    """Return `of_people` of a page whose parts ask for the same people."""
    return once(cohort, people, "states", lambda: of_people(cohort.pk, people))


def of_people(
    cohort_id: int, people: Iterable[Membership], *, in_detail: bool = True, reader: User | None = None
) -> States:
    """Load the states of some people of a cohort; without detail the forms and moments of tries are left out.

    With a reader, what they have still to mark blind is kept back, see `blindness`; it costs no query more.
    """
    followed = syllabus.present(cohort_id)
    objectives = [one for some in followed.objectives.values() for one in some]
    checks = {
        one.for_check.module_id: one
        for one in (checklist.of_version(*followed.key) if followed.key else ())
        if one.for_check.kind == CheckKind.MASTERY
    }
    roots = _roots({one.first_key for one in people})
    mastered, kept = _mastered(roots, reader)
    return States(objectives, checks, mastered, _tries(roots, checks, in_detail=in_detail), kept)


def _roots(first: set[int]) -> dict[int, int]:
    """Return the membership as which the record of each membership of these records began."""
    rows = Membership.objects.filter(Q(pk__in=first) | Q(began_as__in=first))
    return {pk: began or pk for pk, began in rows.values_list("pk", "began_as")}


def _mastered(roots: Mapping[int, int], reader: User | None) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return by record what is mastered, and what `reader` must not see: one query."""
    found, kept = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    rows: Any = ObjectiveMastery.objects.filter(membership__in=roots).order_by()
    yes, no = Value(True), Value(False)  # noqa: FBT003 - columns; numbers would be converted one by one
    rows = rows.values_list("membership_id", "objective_id", no)
    if reader is not None:
        rows = rows.union(blindness.rows_of(reader).values_list("root", "objective", yes), all=True)
    for member, objective, is_kept in rows:
        (kept if is_kept else found)[roots.get(member, member)].add(objective)
    return found, kept


def _tries(
    roots: Mapping[int, int], checks: Mapping[int, CheckVersion], *, in_detail: bool
) -> Mapping[int, Mapping[int, Tries]]:
    modules = {one.for_check_id: module for module, one in checks.items()}
    counted: dict[str, Aggregate] = {"count": Count("pk")}
    if in_detail:  # A thousand people have 20,000 moments, and reading one takes as long as the rest of its row.
        counted |= {"forms": Count("form", distinct=True), "last": Max("graded_at")}
    rows: Any = (
        Attempt.objects.filter(membership__in=roots, for_check__in=modules)
        .filter(state__in=[*WAITING, AttemptState.GRADED])
        .order_by()
        .values_list("membership_id", "for_check_id", "state")
        .annotate(**counted)
    )
    found: dict[int, dict[int, Tries]] = defaultdict(lambda: defaultdict(Tries))
    for member, check, state, count, *detail in rows:
        tries = found[roots[member]][modules[check]]
        if state != AttemptState.GRADED:
            tries.waiting += count
            continue
        tries.graded += count
        if detail:
            forms, last = detail
            tries.forms += forms
            tries.last = max(last, tries.last) if tries.last else last
    return found
