"""Who scored whom: the counts that every later step works with."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Id = TypeVar("Id", bound=Hashable)

# Entries of a table of pairs above which it is not stored: 16 bytes each.
MOST_PAIRS = 20_000_000


@dataclass(frozen=True)
class Side(Generic[Id]):
    """One of the two factors: its ids in order of first appearance, and the level of each row."""

    ids: tuple[Id, ...]
    level: Indices

    @cached_property
    def counts(self) -> Floats:
        return np.bincount(self.level, minlength=len(self.ids)).astype(float)

    @cached_property
    def position(self) -> dict[Id, int]:
        return {one: place for place, one in enumerate(self.ids)}

    def sums(self, values: Floats) -> Floats:
        """Add up the rows of each level."""
        return np.bincount(self.level, weights=values, minlength=len(self.ids)).astype(float)


def side(ids: Iterable[Id]) -> Side[Id]:
    position: dict[Id, int] = {}
    level = np.fromiter((position.setdefault(one, len(position)) for one in ids), dtype=np.intp)
    return Side(tuple(position), level)


@dataclass(frozen=True)
class Table:
    """The rows as two crossed factors. `many` is the side with more levels; it is eliminated, `few` is factored."""

    many: Side[Any]
    few: Side[Any]

    @cached_property
    def cells(self) -> Any:
        """Count the rows of each pair: a sparse matrix, many x few."""
        shape = (len(self.many.ids), len(self.few.ids))
        ones = np.ones(len(self.many.level))
        return sparse.coo_matrix((ones, (self.many.level, self.few.level)), shape=shape).tocsr()

    @cached_property
    def distinct(self) -> tuple[Floats, Indices, Floats]:
        """Return the distinct numbers of rows per level of `many`, each level's class, and each class's size.

        Weights depend on a level through its count alone, so sums over thousands of levels become sums over a few
        classes.
        """
        counts, class_of, sizes = np.unique(self.many.counts, return_inverse=True, return_counts=True)
        return counts, class_of.astype(np.intp), sizes.astype(float)

    @cached_property
    def _cells_by_class(self) -> list[Any]:
        counts, class_of, _ = self.distinct
        return [self.cells[class_of == number] for number in range(len(counts))]

    @cached_property
    def _margins(self) -> Floats:
        """Rows of each level of `few`, by class: few x classes."""
        return np.column_stack([np.asarray(cells.sum(axis=0)).ravel() for cells in self._cells_by_class])

    @cached_property
    def _pairs(self) -> Any | None:
        """Rows shared by each pair of `few`, by class: (few * few) x classes. None where it would be too large."""
        width = len(self.few.ids)
        expected = sum(
            min(width**2, int((np.diff(cells.indptr).astype(float) ** 2).sum())) for cells in self._cells_by_class
        )
        if expected > MOST_PAIRS:
            return None
        shared = [(cells.T @ cells).tocoo() for cells in self._cells_by_class]
        place = np.concatenate([one.row.astype(np.int64) * width + one.col for one in shared])
        number = np.repeat(np.arange(len(shared)), [one.nnz for one in shared])
        values = np.concatenate([one.data for one in shared])
        return sparse.coo_matrix((values, (place, number)), shape=(width**2, len(shared))).tocsr()

    def margins(self, weights: Floats) -> Floats:
        """Return cells' w, with one weight per class."""
        return self._margins @ weights

    def pairs(self, weights: Floats) -> Floats:
        """Return cells' diag(w) cells, dense few x few, with one weight per class."""
        width = len(self.few.ids)
        if self._pairs is not None:
            return np.asarray(self._pairs @ weights).reshape(width, width)
        return np.asarray((self.cells.T @ sparse.diags(weights[self.distinct[1]]) @ self.cells).toarray())

    @cached_property
    def components(self) -> tuple[int, Indices, Indices]:
        """Return how many connected groups there are, and the group of each level of `many` and of `few`."""
        blocks = sparse.block_array([[None, self.cells], [self.cells.T, None]])
        number, labels = csgraph.connected_components(blocks, directed=False)
        return int(number), labels[: len(self.many.ids)], labels[len(self.many.ids) :]

    @cached_property
    def overlap(self) -> Floats:
        """Return the inner products of the three covariance patterns (many, few, residual) among contrasts.

        tr(P A P B) with P = I - 11'/n. Where this 3 x 3 matrix is singular, some mixture of the three variances
        leaves the likelihood unchanged: the data cannot tell them apart.
        """
        n, m, total = self.many.counts, self.few.counts, float(len(self.many.level))
        inner = np.array(
            [
                [(n**2).sum(), (self.cells.data**2).sum(), total],
                [(self.cells.data**2).sum(), (m**2).sum(), total],
                [total, total, total],
            ]
        )
        across = n @ (self.cells @ m)
        outer = np.array(
            [
                [(n**3).sum(), across, (n**2).sum()],
                [across, (m**3).sum(), (m**2).sum()],
                [(n**2).sum(), (m**2).sum(), total],
            ]
        )
        sums = np.array([(n**2).sum(), (m**2).sum(), total])
        return inner - 2 * outer / total + np.outer(sums, sums) / total**2
