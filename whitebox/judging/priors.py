"""What is known of reviewers' severity before their scores are seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class HalfNormal:
    """Half-normal prior on the standard deviation of reviewers' severity, in units of the scores.

    `scale` is the standard deviation of the normal that is halved: two thirds of the belief lie below it.
    """

    scale: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.scale) and self.scale > 0):
            raise ValueError("The scale of a half-normal prior must be a number above zero.")


@dataclass(frozen=True)
class PastVariance:
    """The variance of reviewers' severity, taken as known from past cohorts, in squared units of the scores."""

    variance: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.variance) and self.variance >= 0):
            raise ValueError("A past variance must be a number of zero or more.")


Prior = HalfNormal | PastVariance


def weak_prior(scores: Sequence[float]) -> HalfNormal | None:
    """Return a half-normal prior of half the spread of all scores, or None where they do not differ.

    At NIPS 2014 severity was .29 of the spread, so this is generous and still keeps three reviewers from looking
    worlds apart.
    """
    spread = float(np.std(np.asarray(scores, dtype=float)))
    return HalfNormal(spread / 2) if spread > 0 else None
