"""From a fit to decisions: who is probably among the best, who is open, and what a bar means."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import numpy as np
from scipy.special import ndtr

from whitebox.judging.calibration import Fit, fit
from whitebox.judging.criterion import Solution
from whitebox.judging.plausible import plausible
from whitebox.judging.posterior import Errors
from whitebox.judging.routing import next_review
from whitebox.judging.table import Floats

__all__ = [
    "Flip",
    "Tier",
    "expected_rank",
    "flips",
    "grey_zone",
    "next_review",
    "probability_above",
    "probability_of_top",
    "tiers",
    "top",
]

Applicant = TypeVar("Applicant", bound=Hashable)
Reviewer = TypeVar("Reviewer", bound=Hashable)

UNCERTAIN_RATIOS = 8  # Below this many reviewers the variances themselves are in doubt.
CELLS = 4_000_000  # Numbers drawn at a time: 32 MB.


def probability_of_top(fit: Fit[Applicant, Any], k: int, seed: int, draws: int = 4000) -> dict[Applicant, float]:
    """Return each applicant's posterior probability of being truly among the best `k`; together they make `k`.

    The reviewers' errors and the mean's are drawn, and the applicants' own. Each applicant's chance to pass the
    others of a draw is then taken in closed form (Rao and Blackwell), which needs a tenth of the draws that
    counting does. With fewer than eight reviewers the variance ratios are averaged over, too. The same seed gives
    the same numbers, whatever the order of the rows. Cost: applicants x draws. Raises ValueError for a negative `k`
    or no draws.
    """
    if k < 0 or draws < 1:
        raise ValueError("Probabilities need a number of places of zero or more and at least one draw.")
    ids = tuple(fit.applicant_effects)
    if k == 0 or k >= len(ids):
        return dict.fromkeys(ids, float(k > 0))
    if not any(fit.applicant_effects.values()):
        return dict.fromkeys(ids, k / len(ids))
    solutions = plausible(fit) if len(fit.reviewer_effects) < UNCERTAIN_RATIOS else [(fit.solution, 1.0)]
    generator = np.random.default_rng(seed)
    chances = sum(
        weight * _chances(fit, solution, k, generator, max(1, round(weight * draws))) for solution, weight in solutions
    )
    return dict(zip(ids, _summing_to(np.asarray(chances), k).tolist(), strict=True))


def _chances(fit: Fit[Any, Any], solution: Solution, k: int, generator: np.random.Generator, draws: int) -> Floats:
    """Return each applicant's chance at one solution, in the order of the fit."""
    effects, errors = fit.posterior(solution)
    few = solution.few
    order, few_order = np.argsort(-effects, kind="stable"), np.argsort(-few, kind="stable")
    if fit.rows.is_swapped:
        few_order = order
    ordered = errors.reordered(order, few_order)
    total = np.zeros(len(effects))
    for size in _blocks(draws, max(1, CELLS // len(effects))):
        total[order] += _passing(effects[order], ordered, k, generator, size)
    return total / draws


def _blocks(draws: int, largest: int) -> Iterator[int]:
    for start in range(0, draws, largest):
        yield min(largest, draws - start)


def _passing(effects: Floats, errors: Errors, k: int, generator: np.random.Generator, draws: int) -> Floats:
    """Add up the chances of each applicant to be among the best k, over some draws of everybody else."""
    expected = effects[:, None] + errors.draw(generator, draws)
    own = np.maximum(errors.own, 1e-12 * (float(np.abs(effects).max()) or 1.0))[:, None]  # Ties are drawn for.
    worth = expected + own * generator.standard_normal(expected.shape)
    border = np.partition(worth, [len(effects) - k - 1, len(effects) - k], axis=0)[[-k - 1, -k]]
    # Without the applicant, the k-th best of the others is the border: one further down for those who are inside.
    beaten = np.where(worth >= border[1], border[0], border[1])
    return np.asarray(ndtr((expected - beaten) / own).sum(axis=1))


def _summing_to(chances: Floats, k: int) -> Floats:
    """Shift all log odds alike, so that exactly k places are given."""
    open_ = (chances > 0) & (chances < 1)
    for _ in range(50):
        missing = k - float(chances.sum())
        room = float((chances * (1 - chances)).sum())
        if abs(missing) < 1e-12 * k or room < 1e-12:
            break
        odds = chances[open_] / (1 - chances[open_]) * np.exp(np.clip(missing / room, -1, 1))
        chances[open_] = odds / (1 + odds)
    return chances


def expected_rank(fit: Fit[Applicant, Any]) -> dict[Applicant, float]:
    """Return each applicant's expected rank, 1 for the best, without sampling: O(applicants^2 x reviewers)."""
    effects, errors = fit.posterior(fit.solution)
    count = len(effects)
    everybody = np.arange(count)
    rows, variances = errors.factor(everybody), errors.variances()
    ranks = np.empty(count)
    for size_start in range(0, count, step := max(1, CELLS // count)):
        block = everybody[size_start : size_start + step]
        shared = rows[block] @ rows.T
        spread = np.sqrt(np.maximum(variances[block][:, None] + variances[None, :] - 2 * shared, 0))
        ahead = effects[None, :] - effects[block][:, None]
        certain = spread <= 1e-12 * (float(np.abs(effects).max()) or 1.0)
        better = np.where(certain, (np.sign(ahead) + 1) / 2, ndtr(ahead / np.where(certain, 1, spread)))
        better[np.arange(len(block)), block] = 0
        ranks[block] = 1 + better.sum(axis=1)
    return dict(zip(fit.applicant_effects, ranks.tolist(), strict=True))


class Tier(StrEnum):
    """How sure it is that an applicant clears the bar."""

    A = "A"
    B = "B"
    C = "C"


def probability_above(fit: Fit[Applicant, Any], bar: float) -> dict[Applicant, float]:
    """Return each applicant's posterior probability that the adjusted score is at least `bar`."""
    spread = np.array(list(fit.adjusted_errors.values()))
    above = np.array(list(fit.adjusted.values())) - bar
    certain = spread <= 1e-12 * max(1.0, abs(bar))
    chance = np.where(certain, above >= 0, ndtr(above / np.where(certain, 1, spread)))
    return dict(zip(fit.adjusted, chance.tolist(), strict=True))


def tiers(fit: Fit[Applicant, Any], bar: float, *, sure: float = 0.8, hopeless: float = 0.2) -> dict[Applicant, Tier]:
    """Sort applicants by the chance that their motivation reaches `bar`: A from `sure`, C below `hopeless`."""
    chances = probability_above(fit, bar)
    return {
        one: Tier.A if chance >= sure else Tier.C if chance < hopeless else Tier.B for one, chance in chances.items()
    }


def grey_zone(probabilities: Mapping[Applicant, float], low: float = 0.1, high: float = 0.9) -> list[Applicant]:
    """Return who is worth a committee's time, the most open first; ties keep their order."""
    between = [one for one, chance in probabilities.items() if low < chance < high]
    return sorted(between, key=lambda one: abs(probabilities[one] - 0.5))


def top(fit: Fit[Applicant, Any], k: int) -> list[Applicant]:
    """Return the `k` with the highest adjusted scores, the best first; equal scores keep the order of ids."""
    return sorted(fit.applicant_effects, key=lambda one: -fit.applicant_effects[one])[:k]


@dataclass(frozen=True)
class Flip:
    """What the best k would lose and gain without one reviewer."""

    lost: tuple[Any, ...]
    gained: tuple[Any, ...]

    def __bool__(self) -> bool:
        return bool(self.lost)


def flips(fitted: Fit[Applicant, Reviewer], k: int) -> dict[Reviewer, Flip]:
    """Return, for each reviewer, who would leave and enter the best `k` had this reviewer scored nobody.

    One refit per reviewer, begun at the present variances. An applicant who is left without a score counts as average.
    """
    before = top(fitted, k)
    return {one: _flip(before, _without(fitted, one), k) for one in fitted.reviewer_effects}


def _without(fitted: Fit[Applicant, Reviewer], reviewer: Reviewer) -> dict[Applicant, float]:
    rows = fitted.rows
    kept = np.flatnonzero(rows.reviewers.level != rows.reviewers.position[reviewer])
    effects = dict.fromkeys(fitted.applicant_effects, 0.0)
    if len(kept):
        applicants = [rows.applicants.ids[one] for one in rows.applicants.level[kept]]
        reviewers = [rows.reviewers.ids[one] for one in rows.reviewers.level[kept]]
        again = fit(applicants, reviewers, rows.scores[kept].tolist(), prior=fitted.prior, start=fitted)
        effects |= again.applicant_effects
    return effects


def _flip(before: list[Applicant], effects: Mapping[Applicant, float], k: int) -> Flip:
    after = sorted(effects, key=lambda one: -effects[one])[:k]
    lost, gained = set(before) - set(after), set(after) - set(before)
    return Flip(tuple(one for one in before if one in lost), tuple(one for one in after if one in gained))
