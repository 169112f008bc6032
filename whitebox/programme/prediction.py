"""Did our selection predict anything? What readers said of people, against what became of them.

An app contributes `validity.py` with `series`, a function from a cohort and the records of its people to measures of
each person: predictors, known before they joined, and outcomes. Nothing is computed below eight people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whitebox import contributions
from whitebox.judging.association import FEWEST, Association, spearman
from whitebox.people.models import Cohort
from whitebox.programme import records
from whitebox.programme.records import Records


class Side(StrEnum):
    PREDICTOR = "predictor"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Series:
    """One measure of people, by membership. Of a record that went on, the value of its last membership counts."""

    side: Side
    slug: str
    label: str
    values: Mapping[int, float]
    group: str = ""  # of predictors: criteria, totals, stages, reviewers
    definition: str = ""
    spread_of_all: float | None = None  # standard deviation over everybody who was read, the rejected included
    order: int = 50


SeriesOf = Callable[[Cohort, Records], Sequence[Series]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One predictor against one outcome. Without an association `why` says so in words."""

    people: int
    association: Association | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    predictor: Series
    people: int
    cells: Sequence[Cell]
    outcomes: Sequence[Series]
    spread: float | None  # standard deviation over those who joined

    @property
    def by_outcome(self) -> list[tuple[Series, Cell]]:
        return list(zip(self.outcomes, self.cells, strict=True))

    @property
    def narrowing(self) -> int | None:
        """How much of the spread of all is left among those who joined, in percent."""
        if self.spread is None or not self.predictor.spread_of_all:
            return None
        return round(100 * self.spread / self.predictor.spread_of_all)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole table of a cohort."""

    people: int  # whose record began here
    outcomes: Sequence[Series]
    rows: Sequence[Row]

    @property
    def is_too_few(self) -> bool:
        return self.people < FEWEST


def of_cohort(cohort: Cohort) -> Prediction:
    """Return every predictor against every outcome. Queries do not grow with the cohort."""
    found = records.of_cohort(cohort)
    people = len(set(found.values()))
    if people < FEWEST:
        return Prediction(people, [], [])
    every = [one for some in contributions.attributes("validity", "series") for one in some(cohort, found)]
    rooted = sorted((_rooted(one, found) for one in every), key=lambda one: (one.order, one.group, one.label))
    outcomes = [one for one in rooted if one.side == Side.OUTCOME]
    predictors = [one for one in rooted if one.side == Side.PREDICTOR]
    return Prediction(people, outcomes, [_row(one, outcomes) for one in predictors])


def _rooted(series: Series, found: Records) -> Series:
    """Return a measure by the memberships as which records began; later memberships come last and win."""
    values = {found[member]: value for member, value in sorted(series.values.items()) if member in found}
    return Series(
        series.side,
        series.slug,
        series.label,
        values,
        series.group,
        series.definition,
        series.spread_of_all,
        series.order,
    )


def _row(predictor: Series, outcomes: Sequence[Series]) -> Row:
    people = len(predictor.values)
    shown = people >= FEWEST
    return Row(
        predictor,
        people,
        [_cell(predictor, outcome) for outcome in outcomes],
        outcomes,
        _spread([*predictor.values.values()]) if shown else None,
    )


def _cell(predictor: Series, outcome: Series) -> Cell:
    both = sorted(predictor.values.keys() & outcome.values.keys())
    if len(both) < FEWEST:
        return Cell(len(both), None, _too_few(len(both)))
    first, second = [predictor.values[one] for one in both], [outcome.values[one] for one in both]
    found = spearman(first, second)
    return Cell(len(both), found, "" if found else _("all alike"))


def _too_few(people: int) -> str:
    return ngettext("too few: %(people)d person", "too few: %(people)d people", people) % {"people": people}


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return float((sum((one - mean) ** 2 for one in values) / (len(values) - 1)) ** 0.5)
