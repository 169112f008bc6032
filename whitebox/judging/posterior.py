"""How wrong the effects may be: a posterior error covariance that is never formed whole.

The error of level i is own_i z_i + centre_i z_0 + (link_i - margin_i s0')' root z: independent noise, the error of
the mean, and the errors of the factored side that the level's rows carry. The covariance of any few levels follows
from their rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from whitebox.judging.criterion import Solution
from whitebox.judging.table import Floats, Indices

BLOCK = 2048  # Rows that are made dense at a time.


@dataclass(frozen=True)
class Errors:
    """Errors of all levels of one side, in the units of the scores."""

    own: Floats  # Standard deviations of the independent part.
    centre: Floats
    link: Any  # Sparse, levels x few.
    margin: Floats
    margins: Floats  # s0.
    root: Floats  # few x few.

    def factor(self, levels: Indices) -> Floats:
        """Return the dense rows whose products are the covariance beside the independent part."""
        shared = np.asarray(self.link[levels] @ self.root) - np.outer(self.margin[levels], self.margins @ self.root)
        return np.column_stack([self.centre[levels], shared])

    def covariance(self, levels: Indices) -> Floats:
        rows = self.factor(levels)
        same = levels[:, None] == levels[None, :]
        return np.asarray(rows @ rows.T + same * self.own[levels] ** 2)

    def variances(self) -> Floats:
        """Return the diagonal: O(levels x few^2), in blocks."""
        blocks = [np.arange(start, min(start + BLOCK, len(self.own))) for start in range(0, len(self.own), BLOCK)]
        shared = [(self.factor(levels) ** 2).sum(axis=1) for levels in blocks]
        return np.asarray(np.concatenate(shared) + self.own**2)

    def draw(self, generator: np.random.Generator, draws: int) -> Floats:
        """Draw the shared part, levels x draws."""
        mean, few = generator.standard_normal(draws), generator.standard_normal((len(self.root), draws))
        carried = self.root @ few
        shared = np.asarray(self.link @ carried) - np.outer(self.margin, self.margins @ carried)
        return np.asarray(shared + np.outer(self.centre, mean))

    def reordered(self, levels: Indices, few: Indices) -> "Errors":
        """Return the same errors with levels and the factored side in another order.

        The root becomes symmetric first, so that it does not remember which order it was made in.
        """
        values, vectors = np.linalg.eigh(self.root @ self.root.T)
        root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
        link = self.link[levels][:, few]
        margins = self.margins[few]
        return Errors(self.own[levels], self.centre[levels], link, self.margin[levels], margins, root[np.ix_(few, few)])


def errors_of_many(solution: Solution, scale: float, *, with_mean: bool = False) -> Errors:
    """Return the errors of the eliminated side's effects, or of mean plus effect."""
    ga, gb = solution.ratios
    size = scale * float(np.sqrt(solution.residual))
    counts = solution.problem.table.many.counts
    shrink = 1 / (1 + ga * counts)
    of_mean = shrink if with_mean else -ga * counts * shrink
    link = sparse.diags(-ga * shrink) @ solution.problem.table.cells
    root = size * np.sqrt(gb) * _root(solution.inverse)
    centre = size * of_mean / np.sqrt(solution.weight)
    return Errors(size * np.sqrt(ga * shrink), centre, link.tocsr(), of_mean / solution.weight, solution.margins, root)


def errors_of_few(solution: Solution, scale: float, *, with_mean: bool = False) -> Errors:
    """Return the errors of the factored side's effects, or of mean plus effect."""
    size = scale * float(np.sqrt(solution.residual))
    gb, width = solution.ratios[1], len(solution.margins)
    of_mean = np.full(width, float(with_mean))
    values, vectors = np.linalg.eigh(solution.inverse)
    # The smallest eigenvalue is every level's own, which lets chances be averaged in closed form.
    least = 0.0 if with_mean else float(values[0]) * (1 - 1e-9)
    root = size * np.sqrt(gb) * (vectors * np.sqrt(np.maximum(values - least, 0))) @ vectors.T
    own = np.full(width, size * np.sqrt(gb * max(least, 0.0)))
    centre = size * of_mean / np.sqrt(solution.weight)
    return Errors(own, centre, sparse.eye_array(width).tocsr(), of_mean / solution.weight, solution.margins, root)


def _root(inverse: Floats) -> Floats:
    """Return the Cholesky factor of G, whose eigenvalues lie between zero and one."""
    try:
        return np.asarray(np.linalg.cholesky(inverse))
    except np.linalg.LinAlgError:  # Rounding left an eigenvalue at or below zero.
        values, vectors = np.linalg.eigh(inverse)
        return np.asarray(vectors * np.sqrt(np.maximum(values, 0)))
