"""From applied to placed, for each way people came: the apps say who got how far, this counts.

Whoever knows applications contributes `admissions.py` with `admitted`, a function from a cohort to an Admission.
Whoever knows what became of people contributes `reached.py` with `steps`, a function from records (memberships, those
that a record went on as included) to steps.
"""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO

from django.utils.translation import gettext as _

from whitebox import contributions
from whitebox.judging.proportions import Share, wilson
from whitebox.people.models import Cohort
from whitebox.programme import records
from whitebox.text.spreadsheet import escaped

NO_APPLICATION = None  # the source of people who were enrolled without one
Source = str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """A step before somebody joined, as counts by source. The empty source is that of people without a link."""

    slug: str
    label: str
    counts: Mapping[Source, int]


@dataclass(frozen=True, slots=True)
class Admission:
    steps: Sequence[Applied]  # the first is the one that the others are a share of
    came_by: Mapping[int, str]  # the source of each membership that an application led to


@dataclass(frozen=True, slots=True)
class Reached:
    """A step after somebody joined, as the memberships that reached it."""

    slug: str
    label: str
    members: Collection[int]
    order: int = 50


Admitted = Callable[[Cohort], Admission]
Steps = Callable[[Collection[int]], Sequence[Reached]]


@dataclass(frozen=True, slots=True)
class Step:
    slug: str
    label: str
    of: str  # the slug of the step that it is a share of; empty for the first
    counts: Mapping[Source, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def without(self) -> int:
        """How many of a share of those who applied came without an application, and are no part of that share."""
        return self.counts.get(NO_APPLICATION, 0) if self.of == SUBMITTED else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One step of everybody, or of one source, with its share."""

    step: Step
    count: int
    share: Share | None  # of the step that `step.of` names; None where that is nobody


@dataclass(frozen=True, slots=True)
class Funnel:
    steps: Sequence[Step]
    sources: Sequence[Source] = field(default_factory=tuple)  # the one with most applications first

    @property
    def together(self) -> list[Line]:
        return [self._line(step, step.total, lambda whole: whole.total, step.without) for step in self.steps]

    def of_source(self, source: Source) -> list[Line]:
        return [
            self._line(step, step.counts.get(source, 0), lambda whole: whole.counts.get(source, 0))
            for step in self.steps
        ]

    @property
    def by_source(self) -> list[tuple[str, list[Line]]]:
        return [(name(source), self.of_source(source)) for source in self.sources]

    def _line(self, step: Step, count: int, among: Callable[[Step], int], without: int = 0) -> Line:
        whole = next((among(one) for one in self.steps if one.slug == step.of), 0)
        return Line(step, count, wilson(min(count - without, whole), whole) if whole else None)


JOINED, SUBMITTED = "joined", "submitted"


def of_cohort(cohort: Cohort) -> Funnel:
    """Return the funnel of a cohort. Queries do not grow with its size."""
    found = records.of_cohort(cohort)
    admissions = [admitted(cohort) for admitted in contributions.attributes("admissions", "admitted")]
    came_by = {member: source for one in admissions for member, source in one.came_by.items()}
    steps = [_applied(step) for one in admissions for step in one.steps]
    joined = {root: came_by.get(root, NO_APPLICATION) for root in set(found.values())}
    steps.append(Step(JOINED, _("joined"), SUBMITTED if steps else "", Counter(joined.values())))
    reached = [step for some in contributions.attributes("reached", "steps") for step in some(found.keys())]
    steps += [_reached(step, found, joined) for step in sorted(reached, key=lambda step: step.order)]
    return Funnel(steps, _sources(steps))


def _applied(step: Applied) -> Step:
    return Step(step.slug, step.label, "" if step.slug == SUBMITTED else SUBMITTED, step.counts)


def _reached(step: Reached, found: records.Records, joined: Mapping[int, Source]) -> Step:
    roots = {found[member] for member in step.members}
    return Step(step.slug, step.label, JOINED, Counter(joined[root] for root in roots))


def _sources(steps: Sequence[Step]) -> list[Source]:
    counted = Counter[Source]()
    for step in steps[:2]:
        counted.update(step.counts)
    every = {source for step in steps for source in step.counts}
    return sorted(every, key=lambda source: (source is NO_APPLICATION, -counted[source], source or ""))


def name(source: Source) -> str:
    if source is NO_APPLICATION:
        return _("without an application")
    return source or _("no named link")


def sheet(funnel: Funnel) -> str:
    """Return the funnel as CSV: a line for each source and step, with what it is a share of."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["source", "step", "count", "of", "denominator", "share", "low", "high"])
    rows = [("all", funnel.together), *funnel.by_source]
    for source, lines in rows:
        for line in lines:
            share = line.share
            numbers = [share.of, *(f"{one:.4f}" for one in (share.value, share.low, share.high))] if share else [""] * 4
            writer.writerow([escaped(source), line.step.slug, line.count, line.step.of, *numbers])
    return text.getvalue()
