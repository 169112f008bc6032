"""Scores as they come: checked, and put in an order that depends on the rows alone."""

import hashlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from whitebox.judging.table import Floats, Side, Table, side

LARGEST_SCORE = 1e140
ROUNDING = 8 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Rows:
    """Checked scores in canonical order, so that sums round the same way however the rows arrive."""

    applicants: Side[Any]
    reviewers: Side[Any]
    scores: Floats

    @property
    def is_swapped(self) -> bool:
        """Whether reviewers are the longer side, which is eliminated."""
        return len(self.reviewers.ids) > len(self.applicants.ids)

    @cached_property
    def table(self) -> Table:
        one, other = self.applicants, self.reviewers
        return Table(other, one) if self.is_swapped else Table(one, other)

    @cached_property
    def units(self) -> tuple[float, float]:
        """Return the mean of the scores and their range, which is zero where they differ by rounding only."""
        least = float(self.scores.min())
        above = self.scores - least
        centre = least + float(above.mean())
        spread = float(above.max())
        largest = float(np.abs(self.scores).max())
        return centre, spread if spread > ROUNDING * largest else 0.0

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the rows, whatever their order. Ids count by their repr."""
        labels = zip(self.applicants.level.tolist(), self.reviewers.level.tolist(), self.scores.tolist(), strict=True)
        names = [repr(one) for one in self.applicants.ids], [repr(one) for one in self.reviewers.ids]
        lines = sorted(f"{names[0][one]}\t{names[1][other]}\t{score.hex()}" for one, other, score in labels)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def canonical(applicants: Iterable[Hashable], reviewers: Iterable[Hashable], scores: Iterable[Any]) -> Rows:
    """Check the rows and sort them. Raises ValueError with a sentence for what cannot be fitted."""
    one, other, values = list(applicants), list(reviewers), list(scores)
    if not len(one) == len(other) == len(values):
        raise ValueError(
            "Applicants, reviewers and scores must be equally long, "
            f"but there are {len(one)}, {len(other)} and {len(values)}."
        )
    if not values:
        raise ValueError("There are no scores to fit.")
    if None in values:
        raise ValueError("A score is missing. Leave its row out.")
    numbers = np.asarray(values, dtype=float)
    if not np.isfinite(numbers).all():
        raise ValueError(f"Score {values[int(np.argmin(np.isfinite(numbers)))]!r} is not a finite number.")
    if np.abs(numbers).max() > LARGEST_SCORE:
        raise ValueError("A score is too large to be squared.")
    first, second = _sorted(side(one)), _sorted(side(other))
    order = np.lexsort((numbers, second.level, first.level))
    return Rows(Side(first.ids, first.level[order]), Side(second.ids, second.level[order]), numbers[order])


def _sorted(unsorted: Side[Any]) -> Side[Any]:
    try:
        ids = sorted(unsorted.ids)
    except TypeError:  # Ids of several kinds, or without an order.
        ids = sorted(unsorted.ids, key=lambda one: (type(one).__name__, repr(one)))
    rank = {one: place for place, one in enumerate(ids)}
    turned = np.array([rank[one] for one in unsorted.ids], dtype=np.intp)
    return Side(tuple(ids), turned[unsorted.level])
