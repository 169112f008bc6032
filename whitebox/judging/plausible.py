"""Variance ratios that the data leave possible, with their posterior weights.

With few reviewers one best pair of ratios says too much. A grid of standard deviations, relative to the residual's,
is weighted by the restricted likelihood and a half-Cauchy prior of scale one on each (Gelman 2006), which is proper
for two reviewers, too.
"""

from itertools import product
from typing import Any

import numpy as np

from whitebox.judging.calibration import Fit
from whitebox.judging.criterion import Solution, solve
from whitebox.judging.table import Floats

POINTS = 12
LEAST_WEIGHT = 0.002


def _axis(*, searched: bool) -> Floats:
    """Return relative standard deviations at equal steps of the half-Cauchy's quantiles, so that each weighs alike."""
    return np.tan(np.pi / 2 * (np.arange(POINTS) + 0.5) / POINTS) if searched else np.zeros(1)


def plausible(fit: Fit[Any, Any]) -> list[tuple[Solution, float]]:
    """Return the solutions of weight, heaviest first; their weights make one."""
    axes = [_axis(searched=ratio > 0 or len(side) > 1) for ratio, side in _sides(fit)]
    found = [solve(fit.solution.problem, (one**2, other**2)) for one, other in product(*axes)]
    found.append(fit.solution)
    values = np.array([one.value for one in found])
    weights = np.exp((values.min() - values) / 2)
    weights /= weights.sum()
    kept = [place for place in np.argsort(-weights, kind="stable") if weights[place] >= LEAST_WEIGHT]
    total = float(weights[kept].sum())
    return [(found[place], float(weights[place]) / total) for place in kept]


def _sides(fit: Fit[Any, Any]) -> list[tuple[float, Any]]:
    table = fit.rows.table
    return list(zip(fit.solution.ratios, (table.many.ids, table.few.ids), strict=True))
