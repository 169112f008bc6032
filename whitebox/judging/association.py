"""Whether two rankings of the same people go together: Spearman's rank correlation with its interval.

The interval is that of Bonett and Wright (2000, Psychometrika 65): Fisher's z with the variance
(1 + rho^2 / 2) / (n - 3). Theirs holds its level where the older (n - 3) alone is too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
import numpy.typing as npt

FEWEST = 8  # people: below that hardly any correlation could be told from chance, and single people could be read off
Z = 1.959964  # the 97.5 % point of the normal distribution


@dataclass(frozen=True, slots=True)
class Association:
    """Rho from -1 to 1 with its 95 % interval. Ties get their mean rank."""

    rho: float
    low: float
    high: float
    people: int

    @property
    def is_open(self) -> bool:
        """Whether the interval holds zero: the numbers agree with no connection at all."""
        return self.low <= 0 <= self.high


def spearman(first: Sequence[float], second: Sequence[float]) -> Association | None:
    """Return how two measures of the same people go together; None below `FEWEST` people, and where one is constant.

    Raises ValueError for sequences of different length and for what is no finite number.
    """
    if len(first) != len(second):
        raise ValueError("Each person needs both measures.")
    table = np.array([first, second], dtype=float)
    if not np.isfinite(table).all():
        raise ValueError("A measure is no finite number.")
    people = table.shape[1]
    if people < FEWEST or any(np.ptp(row) == 0 for row in table):
        return None
    ranks = np.array([ranks_of(row) for row in table])
    rho = float(np.clip(np.corrcoef(ranks)[0, 1], -1.0, 1.0))
    return Association(rho, *_interval(rho, people), people)


def ranks_of(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the rank of each value from 1 up, ties sharing the mean of theirs; of the same shape, `(n,)`.

    The same as `scipy.stats.rankdata`, whose import takes a second of every process that starts.
    """
    _values, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2
    return np.asarray(means[place], dtype=np.float64)


def _interval(rho: float, people: int) -> tuple[float, float]:
    if abs(rho) > 1 - 1e-12:  # z is without bounds there; the rankings are the same, or one is the other upside down
        return rho, rho
    middle, reach = atanh(rho), Z * sqrt((1 + rho * rho / 2) / (people - 3))
    return tanh(middle - reach), tanh(middle + reach)
