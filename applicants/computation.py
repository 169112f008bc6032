"""From scores to figures: pure, and the same figures from the same scores and terms."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import scipy

from applicants.scores import Score
from whitebox.judging import reliability, selection
from whitebox.judging.calibration import FEW_REVIEWERS, MODEL_VERSION, Fit, Note, fit, weak_prior

FEWEST_READINGS = 8  # of a reviewer, before a slope over them says anything
MOST_RANKED = 2_000  # applications; an expected rank compares all pairs

Fitted = Fit[int, int]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the figures depend on beside the scores."""

    places: int
    bar: float
    tier: str  # the criterion that counts first, by its slug; empty where none does
    seed: int
    draws: int = 4_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one application."""

    adjusted: float
    se: float
    p_top: float
    p_bar: float | None
    tier: str
    expected_rank: float | None


@dataclass(frozen=True, slots=True)
class Strictness:
    """What is known of one reviewer; `drift` in levels per ten readings."""

    reviews: int
    effect: float
    se: float
    drift: float | None
    drift_se: float | None


@dataclass(frozen=True, slots=True)
class Computed:
    fit: Fitted
    applications: Mapping[int, Figures]
    reviewers: Mapping[int, Strictness]
    criteria: Mapping[str, Mapping[str, float]]
    reliability_raw: float | None
    reliability: float | None
    notes: Sequence[str]
    flips: Sequence[Mapping[str, Any]]
    left_out: int


def versions() -> dict[str, str]:
    return {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}


def model() -> str:
    return MODEL_VERSION


def complete(scores: Sequence[Score]) -> list[Score]:
    """Return the scores that a fit takes: all criteria answered."""
    return [one for one in scores if one.is_complete]


def fitted(scores: Sequence[Score]) -> Fitted:
    """Fit the totals. With fewer than five reviewers a weak prior keeps severity from being made up."""
    return _fitted(
        [one.application for one in scores],
        [one.reviewer for one in scores],
        [float(one.total) for one in scores],
    )


def _fitted(applications: list[int], reviewers: list[int], values: list[float]) -> Fitted:
    prior = weak_prior(values) if 1 < len(set(reviewers)) < FEW_REVIEWERS else None
    return fit(applications, reviewers, values, prior=prior)


def compute(scores: Sequence[Score], terms: Terms) -> Computed | None:
    """Return all figures, or None where no review has all criteria answered."""
    found = complete(scores)
    if not found:
        return None
    whole = fitted(found)
    apart = {slug: _of_criterion(found, slug) for slug in _slugs(found)}
    before, after = _reliability(whole)
    return Computed(
        fit=whole,
        applications=_figures(whole, apart.get(terms.tier), terms),
        reviewers=_strictness(whole, found),
        criteria={slug: _described(one) for slug, one in apart.items()},
        reliability_raw=before,
        reliability=after,
        notes=_notes(whole),
        flips=_flips(whole, terms.places),
        left_out=len(scores) - len(found),
    )


def _slugs(scores: Sequence[Score]) -> list[str]:
    return list(dict.fromkeys(slug for one in scores for slug in one.levels))


def _of_criterion(scores: Sequence[Score], slug: str) -> Fitted:
    rows = [(one.application, one.reviewer, one.levels.get(slug)) for one in scores]
    given = [(application, reviewer, float(level)) for application, reviewer, level in rows if level is not None]
    return _fitted([row[0] for row in given], [row[1] for row in given], [row[2] for row in given])


def _figures(whole: Fitted, first: Fitted | None, terms: Terms) -> dict[int, Figures]:
    chances = selection.probability_of_top(whole, terms.places, terms.seed, terms.draws)
    above = selection.probability_above(first, terms.bar) if first else {}
    tiers = selection.tiers(first, terms.bar) if first else {}
    ranks = selection.expected_rank(whole) if len(chances) <= MOST_RANKED else {}
    return {
        one: Figures(
            adjusted=adjusted,
            se=whole.standard_errors[one],
            p_top=min(1.0, max(0.0, chances[one])),
            p_bar=above.get(one),
            tier=str(tiers.get(one, "")),
            expected_rank=ranks.get(one),
        )
        for one, adjusted in whole.adjusted.items()
    }


def _strictness(whole: Fitted, scores: Sequence[Score]) -> dict[int, Strictness]:
    read: dict[int, list[Score]] = {one: [] for one in whole.reviewer_effects}
    for score in sorted(scores, key=lambda score: (score.at, score.position, score.review)):
        read[score.reviewer].append(score)
    found = {}
    for reviewer, effect in whole.reviewer_effects.items():
        left = [float(one.total) - whole.adjusted[one.application] - effect for one in read[reviewer]]
        slope, error = _slope(left)
        found[reviewer] = Strictness(len(left), effect, whole.reviewer_errors[reviewer], slope, error)
    return found


def _slope(left: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the change per ten readings, by least squares, with its standard error."""
    if len(left) < FEWEST_READINGS:
        return None, None
    place = np.arange(len(left)) / 10
    centred = place - place.mean()
    values = np.asarray(left)
    slope = float(centred @ values / (centred @ centred))
    rest = values - values.mean() - slope * centred
    return slope, float(np.sqrt((rest @ rest) / (len(left) - 2) / (centred @ centred)))


def _described(one: Fitted) -> dict[str, float]:
    return {
        "mean": one.mean,
        "var_applicant": one.var_applicant,
        "var_reviewer": one.var_reviewer,
        "var_residual": one.var_residual,
    }


def _reliability(whole: Fitted) -> tuple[float | None, float | None]:
    """Return the reliability of the mean of the readings and of the adjusted score, over all who were read.

    One application has none: it cannot be told from others.
    """
    if len(whole.applicant_effects) < 2:
        return None, None
    single = reliability.design_reliability(whole.var_applicant, whole.var_reviewer, whole.var_residual)
    counts = list(whole.reviews.values())
    before, after = (fmean(_of_mean(one, count) for count in counts) for one in (single.before, single.after))
    return before, after


def _of_mean(single: float, count: int) -> float:
    return reliability.spearman_brown(single, count)


def _notes(whole: Fitted) -> list[str]:
    return [str(note) for note in whole.notes if note is not Note.PRIOR] + (
        ["few reviewers for chances"] if len(whole.reviewer_effects) < selection.UNCERTAIN_RATIOS else []
    )


def _flips(whole: Fitted, places: int) -> list[Mapping[str, Any]]:
    """Return who would leave and enter the best without one reviewer, for the reviewers who make a difference."""
    if not 0 < places < len(whole.applicant_effects) or len(whole.reviewer_effects) < 2:
        return []
    return [
        {"reviewer": reviewer, "lost": list(flip.lost), "gained": list(flip.gained)}
        for reviewer, flip in selection.flips(whole, places).items()
        if flip
    ]
