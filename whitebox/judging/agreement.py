"""How far two readers of the same work agree: quadratic-weighted kappa with its interval.

Cohen (1968) with squared distances as weights. For ratings that are numbers it is one minus the mean squared difference
over what chance would give, so no table of categories is needed and rubrics of different length can stand together
once their levels are shares of the highest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from whitebox.judging.table import Floats

FEWEST = 20  # pairs: below that an interval covers nearly everything, and the pairs themselves say more
RESAMPLES = 2_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappa of all pairs, and the percentiles of resampled ones. 1 is perfect, 0 is what chance would give."""

    kappa: float
    low: float
    high: float
    pairs: int


def quadratic_kappa(pairs: Sequence[tuple[float, float]]) -> float:
    """Return the quadratic-weighted kappa of pairs of ratings.

    Raises ValueError for no pairs, for ratings that are no finite numbers, and where all ratings are the same:
    agreement cannot be told from chance then.
    """
    table = _table(pairs)
    kappa = float(_kappas(table[None, :, :])[0])
    if np.isnan(kappa):
        raise ValueError("All ratings are the same, so agreement cannot be told from chance.")
    return kappa


def agreement(pairs: Sequence[tuple[float, float]], *, seed: int, resamples: int = RESAMPLES) -> Agreement | None:
    """Return kappa with its bootstrap interval; None below `FEWEST` pairs.

    Pairs are drawn with replacement; a draw whose ratings are all the same says nothing and is left out. The same seed
    gives the same interval. Raises ValueError as `quadratic_kappa` does.
    """
    if len(pairs) < FEWEST:
        return None
    table = _table(pairs)
    kappa = quadratic_kappa(pairs)
    drawn = np.random.default_rng(seed).integers(len(table), size=(resamples, len(table)))
    kappas = _kappas(table[drawn])
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(kappas[~np.isnan(kappas)], [tail, 100 - tail])
    return Agreement(kappa, float(low), float(high), len(table))


def _table(pairs: Sequence[tuple[float, float]]) -> Floats:
    if not pairs:
        raise ValueError("There are no pairs to compare.")
    table: Floats = np.asarray(pairs, dtype=float)
    if not np.isfinite(table).all():
        raise ValueError("Each rating must be a finite number.")
    return table


def _kappas(tables: Floats) -> Floats:
    """Return the kappa of each table, tables x pairs x 2; NaN where nothing varies."""
    first, second = tables[..., 0], tables[..., 1]
    observed = ((first - second) ** 2).mean(axis=-1)
    # The mean of (a - b)^2 over all pairs of one reader's with the other's ratings.
    apart = (first.mean(axis=-1) - second.mean(axis=-1)) ** 2
    expected = first.var(axis=-1) + second.var(axis=-1) + apart
    shares = np.full_like(observed, np.nan)
    np.divide(observed, expected, out=shares, where=expected > 1e-12)
    return np.asarray(1 - shares)
