"""What applicants are worth and how severe reviewers are: crossed random effects by REML.

score = mean + applicant + reviewer + noise (Lawrence 2014; Henderson's equations). See docs/judging.md.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np

from whitebox.judging.criterion import NO_PRIOR, Problem, Severity, Solution, solve
from whitebox.judging.identification import blind_mixtures, searchable, split_evenly
from whitebox.judging.optimum import search
from whitebox.judging.posterior import Errors, errors_of_few, errors_of_many
from whitebox.judging.priors import HalfNormal, PastVariance, Prior, weak_prior
from whitebox.judging.rows import Rows, canonical
from whitebox.judging.table import Floats

__all__ = ["MODEL_VERSION", "Fit", "HalfNormal", "Note", "PastVariance", "Prior", "fit", "weak_prior"]

MODEL_VERSION = "crossed-reml-1"
FEW_REVIEWERS = 5  # Below this, severity is barely identified.

Applicant = TypeVar("Applicant", bound=Hashable)
Reviewer = TypeVar("Reviewer", bound=Hashable)
Label = TypeVar("Label", bound=Hashable)


class Note(StrEnum):
    """What a reader of the fit has to know."""

    FEW_REVIEWERS = "few reviewers"
    PRIOR = "prior on severity"
    DISCONNECTED = "disconnected"
    BOUNDARY = "boundary"
    NO_RESIDUAL = "no residual"
    UNIDENTIFIED = "unidentified"


@dataclass(frozen=True)
class Fit(Generic[Applicant, Reviewer]):
    """Variances and effects in the units of the scores; effects are deviations from `mean`, on one scale for all."""

    mean: float
    var_applicant: float
    var_reviewer: float
    var_residual: float
    reml: float  # -2 log restricted likelihood, with the 2 pi term, without a prior.
    applicant_effects: Mapping[Applicant, float]
    reviewer_effects: Mapping[Reviewer, float]
    notes: tuple[Note, ...]
    prior: Prior | None
    rows: Rows = field(repr=False, compare=False)
    solution: Solution = field(repr=False, compare=False)

    @property
    def ratios(self) -> tuple[float, float]:
        """Variances of applicants and reviewers over that of the residual."""
        many, few = self.solution.ratios
        return (few, many) if self.rows.is_swapped else (many, few)

    @cached_property
    def reviews(self) -> Mapping[Applicant, int]:
        """Scores per applicant."""
        return _named(self.rows.applicants.ids, self.rows.applicants.counts.astype(int))

    @cached_property
    def readings(self) -> Mapping[Reviewer, int]:
        """Scores per reviewer."""
        return _named(self.rows.reviewers.ids, self.rows.reviewers.counts.astype(int))

    @cached_property
    def raw_means(self) -> Mapping[Applicant, float]:
        side = self.rows.applicants
        return _named(side.ids, side.sums(self.rows.scores) / side.counts)

    @property
    def components(self) -> int:
        """The number of groups of applicants and reviewers that no score joins."""
        return self.rows.table.components[0]

    @property
    def bridges(self) -> int:
        """The fewest further reviews that would join all groups."""
        return self.components - 1

    @cached_property
    def component_of(self) -> Mapping[Applicant, int]:
        return _named(self.rows.applicants.ids, self.rows.table.components[2 if self.rows.is_swapped else 1])

    @cached_property
    def component_of_reviewer(self) -> Mapping[Reviewer, int]:
        return _named(self.rows.reviewers.ids, self.rows.table.components[1 if self.rows.is_swapped else 2])

    @cached_property
    def standard_errors(self) -> Mapping[Applicant, float]:
        """Posterior standard errors of the applicants' effects."""
        return _named(self.rows.applicants.ids, np.sqrt(self.errors().variances()))

    @cached_property
    def reviewer_errors(self) -> Mapping[Reviewer, float]:
        """Posterior standard errors of the reviewers' effects."""
        build = errors_of_many if self.rows.is_swapped else errors_of_few
        return _named(self.rows.reviewers.ids, np.sqrt(build(self.solution, _scale(self.rows)).variances()))

    @cached_property
    def adjusted(self) -> Mapping[Applicant, float]:
        """Mean plus effect: the adjusted score."""
        return {one: self.mean + effect for one, effect in self.applicant_effects.items()}

    @cached_property
    def adjusted_errors(self) -> Mapping[Applicant, float]:
        """Posterior standard errors of the adjusted scores, the error of the mean included."""
        return _named(self.rows.applicants.ids, np.sqrt(self.errors(with_mean=True).variances()))

    @cached_property
    def model_hash(self) -> str:
        """SHA-256 of the model's version, the prior and the rows, whatever their order."""
        return hashlib.sha256(f"{MODEL_VERSION}\n{self.prior!r}\n{self.rows.digest}".encode()).hexdigest()

    def covariance(self, ids: Iterable[Applicant]) -> Floats:
        """Return the posterior error covariance of these applicants' effects, in this order.

        Raises ValueError for an applicant without scores.
        """
        place, wanted = self.rows.applicants.position, list(ids)
        unknown = [one for one in wanted if one not in place]
        if unknown:
            raise ValueError(f"Applicant {unknown[0]!r} has no scores.")
        return self.errors().covariance(np.array([place[one] for one in wanted], dtype=np.intp))

    def errors(self, *, with_mean: bool = False) -> Errors:
        """Return the structure of the errors of the applicants' effects, or of mean plus effect."""
        return self.posterior(self.solution, with_mean=with_mean)[1]

    def posterior(self, solution: Solution, *, with_mean: bool = False) -> tuple[Floats, Errors]:
        """Return the applicants' effects and the structure of their errors at a solution, in the order of `rows`."""
        scale = _scale(self.rows)
        effects = solution.few if self.rows.is_swapped else solution.many
        build = errors_of_few if self.rows.is_swapped else errors_of_many
        return effects * scale, build(solution, scale, with_mean=with_mean)


def fit(
    applicants: Iterable[Applicant],
    reviewers: Iterable[Reviewer],
    scores: Iterable[float],
    *,
    prior: Prior | None = None,
    start: Fit[Any, Any] | None = None,
) -> Fit[Applicant, Reviewer]:
    """Fit the severity model to rows of applicant, reviewer and score; a pair may occur more than once.

    Without `prior` the variances are those of the highest restricted likelihood; zero is a legal answer. Where the
    data cannot tell variances apart, their sum is split evenly. `start` is an earlier fit of nearly the same rows
    and saves the search. Neither the order of the rows nor the ids have an influence. Raises ValueError for unequal
    lengths, no rows, and scores that are no finite numbers.
    """
    rows = canonical(applicants, reviewers, scores)
    side = 0 if rows.is_swapped else 1
    problem = Problem(rows.table, (rows.scores - rows.units[0]) / _scale(rows), _severity(prior, side, _scale(rows)))
    begin = None if start is None else start.ratios
    turned = (begin[1], begin[0]) if begin and rows.is_swapped else begin
    if rows.units[1] == 0:  # All scores are equal: nothing varies.
        return _assembled(rows, solve(problem, (0.0, 0.0)), prior, set())
    solution = split_evenly(search(problem, searchable(problem), turned))
    return _assembled(rows, solution, prior, {Note.UNIDENTIFIED} if len(blind_mixtures(problem)) else set())


def _named(labels: Iterable[Label], values: Any) -> dict[Label, Any]:
    return dict(zip(labels, values.tolist(), strict=True))


def _scale(rows: Rows) -> float:
    """Return the units of the scores in one unit of the solution."""
    centre, spread = rows.units
    return spread or abs(centre) or 1.0


def _severity(prior: Prior | None, side: int, scale: float) -> Severity:
    match prior:
        case HalfNormal(scale=width):
            return Severity(side, scale=width / scale)
        case PastVariance(variance=variance):
            return Severity(side, known=variance / scale**2)
    return NO_PRIOR


def _assembled(rows: Rows, solution: Solution, prior: Prior | None, notes: set[Note]) -> Fit[Any, Any]:
    centre, spread = rows.units
    scale = _scale(rows)
    reml = solution.reml + 2 * solution.problem.freedom * float(np.log(scale)) if len(rows.scores) > 1 else 0.0
    variances = solution.variances * (scale**2 if spread else 0.0)
    effects = [side * scale for side in (solution.many, solution.few)]
    applicants, reviewers = (1, 0) if rows.is_swapped else (0, 1)
    return Fit(
        mean=centre + scale * solution.mean,
        var_applicant=float(variances[applicants]),
        var_reviewer=float(variances[reviewers]),
        var_residual=float(variances[2]),
        reml=reml,
        applicant_effects=_named(rows.applicants.ids, effects[applicants]),
        reviewer_effects=_named(rows.reviewers.ids, effects[reviewers]),
        notes=tuple(note for note in Note if note in notes | _notes(rows, variances, prior)),
        prior=prior,
        rows=rows,
        solution=solution,
    )


def _notes(rows: Rows, variances: Floats, prior: Prior | None) -> set[Note]:
    found = {
        Note.FEW_REVIEWERS: len(rows.reviewers.ids) < FEW_REVIEWERS,
        Note.PRIOR: prior is not None,
        Note.DISCONNECTED: rows.table.components[0] > 1,
        Note.BOUNDARY: bool((variances <= 0).any()),
        Note.NO_RESIDUAL: bool(variances[2] <= 0),
    }
    return {note for note, holds in found.items() if holds}
