"""Data with published answers, and the model written down as plainly as possible."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Penicillin (Davies and Goldsmith 1972, table 6.6, as in lme4): diameters in mm, 24 plates x samples A to F.
PLATES = """
27 23 26 23 23 21|27 23 26 23 23 21|25 21 25 24 24 20|26 23 25 23 23 20|25 22 26 22 23 20|24 22 25 23 22 19
24 20 23 21 22 19|26 22 26 24 24 21|24 21 24 22 22 20|24 21 24 23 22 19|26 23 26 24 24 21|25 22 26 24 24 20
26 24 26 24 25 22|26 23 26 23 23 20|26 23 25 24 24 22|25 22 25 23 23 20|25 21 24 23 23 20|25 22 24 23 23 19
24 21 23 21 21 19|26 23 26 24 24 21|25 21 24 22 22 18|25 22 25 22 22 20|24 21 24 22 24 19|24 21 24 22 21 18
"""
PENICILLIN = [
    (plate, sample, float(diameter))
    for plate, row in enumerate(PLATES.replace("|", "\n").split("\n")[1:-1])
    for sample, diameter in zip("ABCDEF", row.split(), strict=True)
]


# Pastes (Davies and Goldsmith 1972, table 6.4, as in lme4): strength of a paste, 10 batches x 3 casks x 2 assays. Casks
# are nested in batches, so the table falls apart into ten groups.
BATCHES = """
62.8 62.6 60.1 62.3 62.7 63.1|60.0 61.4 57.5 56.9 61.1 58.9|58.7 57.5 63.9 63.1 65.4 63.7|57.1 56.4 56.9 58.6 64.7 64.5
55.1 55.1 54.7 54.2 58.8 57.5|63.4 64.9 59.3 58.1 60.5 60.0|62.5 62.6 61.0 58.7 56.9 57.7|59.2 59.4 65.2 66.0 64.8 64.1
54.8 54.8 64.0 64.0 57.7 56.8|58.3 59.3 59.2 59.2 58.9 56.6
"""
PASTES = [
    (f"{batch}:{place // 2}", batch, float(strength))
    for batch, row in enumerate(BATCHES.replace("|", "\n").split("\n")[1:-1])
    for place, strength in enumerate(row.split())
]


@dataclass(frozen=True)
class Dense:
    """The criterion and the predictions at one pair of ratios, by inverting the whole covariance."""

    reml: float
    residual: float
    mean: float
    applicants: NDArray[np.float64]
    errors: NDArray[np.float64]  # Covariance of the applicants' errors.
    level_errors: NDArray[np.float64]  # Covariance of the errors of mean plus effect.


def dense(scores: list[tuple[int, int, float]], ga: float, gb: float) -> Dense:
    rows, columns, y = (np.array(column) for column in zip(*scores, strict=True))
    za = (rows[:, None] == np.unique(rows)).astype(float)
    zb = (columns[:, None] == np.unique(columns)).astype(float)
    n, ones = len(y), np.ones(len(y))
    w = np.eye(n) + ga * za @ za.T + gb * zb @ zb.T
    inverse = np.linalg.inv(w)
    weight = float(ones @ inverse @ ones)
    p = inverse - np.outer(inverse @ ones, inverse @ ones) / weight
    residual = float(y @ p @ y) / (n - 1)
    logs = float(np.linalg.slogdet(w)[1]) + float(np.log(weight))
    # Linear predictors: effects = ga Za' P y, mean = (1'W^-1 y) / weight.
    effect = ga * za.T @ p
    level = effect + np.outer(np.ones(za.shape[1]), inverse @ ones / weight)
    return Dense(
        (n - 1) * float(np.log(2 * np.pi * residual)) + n - 1 + logs,
        residual,
        float(ones @ inverse @ y) / weight,
        effect @ y,
        residual * _error(effect, za, w, ga),
        residual * _error(level, za, w, ga),
    )


def _error(
    predictor: NDArray[np.float64], za: NDArray[np.float64], w: NDArray[np.float64], ga: float
) -> NDArray[np.float64]:
    """Return Var(Ly - a) for a linear predictor L."""
    both = ga * predictor @ za
    size = za.shape[1]
    return np.asarray(predictor @ w @ predictor.T - both - both.T + ga * np.eye(size))
