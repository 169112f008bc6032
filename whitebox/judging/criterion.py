"""The restricted likelihood of the crossed model and its slope, at one pair of variance ratios.

y = mu + a[many] + b[few] + e. With W = Var(y) / s2 = I + ga Za Za' + gb Zb Zb', the criterion is

    (n-1) log(2 pi s2) + y'Py / s2 + log|W| + log|1'W^-1 1|.

Henderson's equations are solved by eliminating `many` and the mean (their blocks are diagonal), which leaves I + gb
H over `few`, H = Zb' Pa Zb, where Pa is P without `few`. Only that matrix is factored. Ratios of zero are plain
values.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import lapack

from whitebox.judging.table import Floats, Table

TINY = 1e-32  # The square of rounding: keeps the logarithm finite where every score is explained.
# A variance above this many residual variances counts as infinitely larger.
LARGEST = 1e8


@dataclass(frozen=True)
class Severity:
    """A prior on one side's variance, in scaled units. `side` is 0 for many, 1 for few."""

    side: int
    scale: float | None = None
    known: float | None = None
    no_residual: float | None = None  # A residual variance to hold, in place of none.

    def residual(self, explained: float, ratio: float, freedom: int) -> float:
        """Return the residual variance that minimises the penalised criterion at this ratio."""
        if self.no_residual is not None:
            return self.no_residual
        if self.known is not None and ratio > 0:
            return self.known / ratio
        if self.scale is not None:
            pull = ratio / self.scale**2
            return 2 * explained / (freedom + float(np.sqrt(freedom**2 + 4 * explained * pull)))
        return explained / freedom

    def penalty(self, residual: float, ratio: float) -> float:
        return 0.0 if self.scale is None else ratio * residual / self.scale**2

    def slope(self, explained: float, residual: float, ratio: float, freedom: int) -> float:
        """Return what the prior adds to the slope in the ratio of its side."""
        if self.known is not None and ratio > 0:
            return (explained / residual - freedom) / ratio
        return 0.0 if self.scale is None else residual / self.scale**2


NO_PRIOR = Severity(side=1)


@dataclass(frozen=True)
class Problem:
    """A table with its scores, centred and scaled by the caller."""

    table: Table
    scores: Floats
    prior: Severity = NO_PRIOR

    @property
    def freedom(self) -> int:
        return max(len(self.scores) - 1, 1)

    @cached_property
    def sums(self) -> tuple[Floats, Floats]:
        return self.table.many.sums(self.scores), self.table.few.sums(self.scores)


@dataclass(frozen=True)
class Solution:
    """Everything that follows from one pair of ratios. Effects and variances are in the problem's scaled units."""

    problem: Problem
    ratios: tuple[float, float]
    residual: float
    mean: float
    lift: Floats  # Za'Py: the effects of many over their ratio, so that none is lost where the ratio is zero.
    pull: Floats  # Zb'Py, likewise.
    weight: float  # S00 = 1' Wa^-1 1: the weight of the mean once `many` is eliminated.
    margins: Floats  # s0 = Zb' Wa^-1 1.
    inverse: Floats  # G = (I + gb H)^-1.
    explained: float  # y'Py.
    determinants: float

    @property
    def many(self) -> Floats:
        return self.ratios[0] * self.lift

    @property
    def few(self) -> Floats:
        return self.ratios[1] * self.pull

    @property
    def is_explained(self) -> bool:
        """Whether the effects explain every score: a ratio is at its limit, or next to no residual is held."""
        return self.problem.prior.no_residual is not None or max(self.ratios) >= LARGEST * (1 - 1e-6)

    @property
    def variances(self) -> Floats:
        """The variances of many, few and residual."""
        return self.residual * np.array([*self.ratios, 0.0 if self.is_explained else 1.0])

    @property
    def reml(self) -> float:
        """The criterion without the prior's penalty."""
        freedom = self.problem.freedom
        return freedom * float(np.log(2 * np.pi * self.residual)) + self.explained / self.residual + self.determinants

    @property
    def value(self) -> float:
        prior = self.problem.prior
        return self.reml + prior.penalty(self.residual, self.ratios[prior.side])

    def slope(self) -> Floats:
        """Return the derivatives of `value` in the two ratios; the residual variance is at its best (envelope)."""
        prior = self.problem.prior
        fit = [float(one @ one) / self.residual for one in (self.lift, self.pull)]
        slope = np.array([self._slope_many() - fit[0], self._slope_few() - fit[1]])
        slope[prior.side] += prior.slope(self.explained, self.residual, self.ratios[prior.side], self.problem.freedom)
        return slope

    def _slope_many(self) -> float:
        """Return the derivative of the determinants in the ratio of `many`."""
        table, (ga, gb) = self.problem.table, self.ratios
        counts, _, sizes = table.distinct
        shrink = 1 / (1 + ga * counts)
        squared = shrink**2
        change = -float((sizes * counts**2 * squared).sum())
        turned = self.inverse @ self.margins
        lost = float((self.inverse * table.pairs(squared)).sum())
        cross = -2 * float(table.margins(counts * squared) @ turned) / self.weight
        centre = float(self.margins @ turned) * change / self.weight**2
        return float((sizes * counts * shrink).sum()) + change / self.weight - gb * (lost + cross - centre)

    def _slope_few(self) -> float:
        """Return the derivative of the determinants in the ratio of `few`: tr(G H)."""
        return float((self.inverse * _projected(self.problem.table, self.ratios[0])[0]).sum())


def _projected(table: Table, ga: float) -> tuple[Floats, Floats, float]:
    """Return H, s0 and S00 once `many` is eliminated."""
    counts, _, sizes = table.distinct
    shrink = 1 / (1 + ga * counts)
    weight = float((sizes * counts * shrink).sum())
    margins = table.margins(shrink)
    matrix = -ga * table.pairs(shrink) - np.outer(margins, margins) / weight
    matrix[np.diag_indices_from(matrix)] += table.few.counts
    return matrix, margins, weight


def _inverse(matrix: Floats) -> tuple[Floats, float]:
    """Return the inverse and the log determinant of a positive definite matrix."""
    factor, failed = lapack.dpotrf(matrix, lower=1)
    if (
        failed
    ):  # Rounding pushed an eigenvalue below zero: the pivots of the diagonal are at least one in exact arithmetic.
        values, vectors = np.linalg.eigh(matrix)
        values = np.maximum(values, 1.0)
        return (vectors / values) @ vectors.T, float(np.log(values).sum())
    determinant = 2 * float(np.log(np.diag(factor)).sum())
    lower, _ = lapack.dpotri(factor, lower=1)
    lower = np.tril(lower)
    return lower + np.tril(lower, -1).T, determinant


def solve(problem: Problem, ratios: tuple[float, float]) -> Solution:
    """Solve Henderson's equations at these ratios: O(few^3 + rows)."""
    table, (ga, gb) = problem.table, ratios
    counts, _, sizes = table.distinct
    shrink = 1 / (1 + ga * table.many.counts)
    matrix, margins, weight = _projected(table, ga)
    inverse, determinant = _inverse(np.eye(len(margins)) + gb * matrix)
    of_many, of_few = problem.sums
    centred = of_few - ga * (table.cells.T @ (shrink * of_many)) - margins * (float(shrink @ of_many) / weight)
    pull = inverse @ centred
    remaining = of_many - table.cells @ (gb * pull)
    mean = float(shrink @ remaining) / weight
    lift = shrink * (remaining - table.many.counts * mean)
    left_over = problem.scores - mean - ga * lift[table.many.level] - gb * pull[table.few.level]
    explained = max(float(left_over @ left_over + ga * lift @ lift + gb * pull @ pull), TINY)
    residual = max(problem.prior.residual(explained, ratios[problem.prior.side], problem.freedom), TINY)
    logs = float((sizes * np.log1p(ga * counts)).sum()) + float(np.log(weight)) + determinant
    return Solution(problem, ratios, residual, mean, lift, pull, weight, margins, inverse, explained, logs)
