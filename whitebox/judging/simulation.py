"""What the methods are worth: cohorts with known truth, judged by this package's own functions.

The setting of NIPS 2014 (Lawrence 2014): 200 applications, 12 reviewers, 600 readings, the best 30 to be found.
"""

from dataclasses import dataclass

import numpy as np

from whitebox.judging.assignment import propose
from whitebox.judging.calibration import Fit, fit
from whitebox.judging.routing import next_review
from whitebox.judging.selection import probability_of_top, top
from whitebox.judging.table import Floats


@dataclass(frozen=True)
class Setting:
    """A cohort to draw. Variances and mean are in points of a score."""

    applications: int = 200
    reviewers: int = 12
    readers: int = 3
    places: int = 30
    mean: float = 5.20
    var_applicant: float = 1.278
    var_reviewer: float = 0.240
    var_residual: float = 1.268
    minimum: int = 2
    cap: int = 11
    batch: int = 10
    draws: int = 400

    @property
    def readings(self) -> int:
        return self.applications * self.readers


@dataclass(frozen=True)
class Outcome:
    """Shares of the true best that each way found, and how far P(top K) is from what came true."""

    raw: float
    adjusted: float
    routed: float
    calibration_error: float
    reviews: int
    runs: int


class World:
    """One cohort with its truth: asking for the score of a pair draws it once."""

    def __init__(self, setting: Setting, generator: np.random.Generator) -> None:
        self.setting, self.generator = setting, generator
        self.worth: Floats = generator.normal(0, setting.var_applicant**0.5, setting.applications)
        self.severity: Floats = generator.normal(0, setting.var_reviewer**0.5, setting.reviewers)
        self.best = set(np.argsort(-self.worth)[: setting.places].tolist())

    def scores(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int, float]]:
        rows, columns = np.array(pairs).T
        noise = self.generator.normal(0, self.setting.var_residual**0.5, len(pairs))
        values = self.setting.mean + self.worth[rows] + self.severity[columns] + noise
        return [(one, other, value) for (one, other), value in zip(pairs, values.tolist(), strict=True)]

    def recall(self, chosen: list[int]) -> float:
        return len(self.best.intersection(chosen)) / self.setting.places


def assigned(world: World, readers: int, seed: int) -> list[tuple[int, int, float]]:
    setting = world.setting
    proposal = propose(range(setting.applications), range(setting.reviewers), readers=readers, seed=seed)
    return world.scores(list(proposal.pairs))


def routed(world: World, seed: int) -> tuple[Fit[int, int], dict[int, float]]:
    """Read everybody `minimum` times, then spend the other readings where they tell most."""
    setting = world.setting
    rows = assigned(world, setting.minimum, seed)
    fitted, chances = _judged(rows, setting, seed, None)
    while len(rows) < setting.readings:
        pairs = next_review(
            fitted,
            chances,
            loads=fitted.readings,
            minimum=setting.minimum,
            cap=setting.cap,
            batch=min(setting.batch, setting.readings - len(rows)),
            seed=seed,
        )
        rows += world.scores(pairs)
        fitted, chances = _judged(rows, setting, seed, fitted)
    return fitted, chances


def _judged(
    rows: list[tuple[int, int, float]], setting: Setting, seed: int, before: Fit[int, int] | None
) -> tuple[Fit[int, int], dict[int, float]]:
    fitted = fit(*zip(*rows, strict=True), start=before)
    return fitted, probability_of_top(fitted, setting.places, seed, setting.draws)


def simulate(runs: int, seed: int, setting: Setting = Setting()) -> Outcome:
    """Judge `runs` cohorts of `setting` in three ways at equal reading, and return what each found on average.

    Raw and adjusted scores share one uniform assignment; routed spends the same number of readings adaptively. The
    calibration error is the mean distance between P(top K) and the share that came true, over tenths, of both
    designs together.
    """
    if runs < 1:
        raise ValueError("A simulation needs at least one run.")
    shares, chances = zip(*(_run(setting, seed, number) for number in range(runs)), strict=True)
    raw, adjusted, best = np.mean(shares, axis=0).tolist()
    error = calibration_error(np.concatenate([one for one, _ in chances]), np.concatenate([one for _, one in chances]))
    return Outcome(raw, adjusted, best, error, setting.readings, runs)


def _run(setting: Setting, seed: int, number: int) -> tuple[tuple[float, float, float], tuple[Floats, Floats]]:
    """Return the shares found by raw mean, adjusted score and routing, and the chances with what came true."""
    world = World(setting, np.random.default_rng([seed, number]))
    uniform, before = _judged(assigned(world, setting.readers, number), setting, number, None)
    adaptive, after = routed(world, number)
    raw = sorted(uniform.raw_means, key=lambda one: -uniform.raw_means[one])[: setting.places]
    shares = world.recall(raw), world.recall(top(uniform, setting.places)), world.recall(top(adaptive, setting.places))
    told = [(chance, one in world.best) for chances in (before, after) for one, chance in chances.items()]
    columns = np.array(told, dtype=float)
    return shares, (columns[:, 0], columns[:, 1])


def calibration_error(chances: Floats, came_true: Floats) -> float:
    """Return the mean distance between chances and shares that came true, over tenths, each weighted by its size."""
    tenth = np.minimum((chances * 10).astype(int), 9)
    return float(np.abs(np.bincount(tenth, weights=chances - came_true)).sum() / len(chances))
