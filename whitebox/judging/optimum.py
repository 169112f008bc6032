"""The search for the two variance ratios: a grid against local optima, then Newton to the last digit."""

from dataclasses import replace
from itertools import product

import numpy as np
from scipy.optimize import minimize

from whitebox.judging.criterion import LARGEST, Problem, Solution, solve
from whitebox.judging.table import Floats, Indices

# Variance of a level's mean over its noise, from "nothing" to "no noise at all".
GRID = (0.0, 0.1, 0.5, 2.0, 8.0, 50.0, 1e3, 1e5, np.inf)
COARSE = (0.0, 0.5, 8.0, 1e3)  # Where much data leaves no room for several optima.
MUCH = 10_000  # Rows.
STARTS = 4


class Search:
    """Minimise the criterion over the free ratios, each seen as x = log(1 + k g) with k rows per level.

    Near zero x is linear, so a boundary optimum has an honest slope; far out it is logarithmic.
    """

    def __init__(self, problem: Problem, free: tuple[bool, bool]) -> None:
        self.problem = problem
        self.free = np.flatnonzero(free)
        rows = float(len(problem.scores))
        self.per_level = np.array([rows / len(problem.table.many.ids), rows / len(problem.table.few.ids)])
        largest = LARGEST if problem.prior.no_residual is None else 1e3 * LARGEST
        self.top = np.log1p(self.per_level * largest)
        self.bottom = np.zeros(2)
        if problem.prior.known is not None:
            self.bottom[problem.prior.side] = np.log1p(self.per_level[problem.prior.side] / LARGEST)

    def at(self, point: Floats) -> Solution:
        """Solve at a point of the free coordinates."""
        whole = np.zeros(2)
        whole[self.free] = point
        ratios = np.expm1(whole) / self.per_level
        return solve(self.problem, (float(ratios[0]), float(ratios[1])))

    def slope(self, solution: Solution, point: Floats) -> Floats:
        return np.asarray(solution.slope()[self.free] * np.exp(point) / self.per_level[self.free])

    def value_and_slope(self, point: Floats) -> tuple[float, Floats]:
        solution = self.at(point)
        return solution.value, self.slope(solution, point)

    def place_of(self, ratios: tuple[float, float]) -> Floats:
        inside = np.clip(np.log1p(self.per_level * np.array(ratios)), self.bottom, self.top)
        return np.asarray(inside[self.free])

    def starts(self) -> list[Floats]:
        """Return the points of a coarse grid that are lower than all their neighbours, lowest first."""
        grid = np.log1p(np.array(COARSE if len(self.problem.scores) > MUCH else GRID))
        axes = [np.clip(grid, self.bottom[one], self.top[one]) for one in self.free]
        shape = tuple(len(axis) for axis in axes)
        values = np.array([self.at(np.array(point)).value for point in product(*axes)]).reshape(shape)
        around = np.pad(values, 1, constant_values=np.inf)
        lowest = np.ones(shape, dtype=bool)
        for shift in product((0, 1, 2), repeat=len(shape)):
            window = tuple(slice(move, move + size) for move, size in zip(shift, shape, strict=True))
            lowest &= values <= around[window]
        places = sorted(np.argwhere(lowest), key=lambda place: float(values[tuple(place)]))
        return [np.array([axis[one] for axis, one in zip(axes, place, strict=True)]) for place in places[:STARTS]]

    def descend(self, start: Floats) -> Floats:
        bounds = list(zip(self.bottom[self.free], self.top[self.free], strict=True))
        options = {"maxiter": 200, "ftol": 1e-13, "gtol": 1e-7}
        found = minimize(self.value_and_slope, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return np.asarray(found.x)

    def polish(self, point: Floats) -> Floats:
        """Take Newton steps while they shrink the slope, so that rounding alone is left."""
        slope = self.value_and_slope(point)[1]
        for _ in range(6):
            loose = self._loose(point, slope)
            step = self._newton(point, slope, loose)
            moved = np.clip(point + step, self.bottom[self.free], self.top[self.free])
            after = self.value_and_slope(moved)[1]
            if not np.abs(after[loose]).sum() < np.abs(slope[loose]).sum():
                return point
            point, slope = moved, after
        return point

    def _loose(self, point: Floats, slope: Floats) -> Indices:
        """Return which coordinates are not held at a bound."""
        held = ((point <= self.bottom[self.free]) & (slope >= 0)) | ((point >= self.top[self.free]) & (slope <= 0))
        return np.flatnonzero(~held)

    def _newton(self, point: Floats, slope: Floats, loose: Indices) -> Floats:
        step = np.zeros_like(point)
        if not len(loose):
            return step
        width = 1e-4
        columns = []
        for one in loose:
            beside = point.copy()
            beside[one] += width
            columns.append((self.value_and_slope(beside)[1] - slope)[loose] / width)
        curve = (np.column_stack(columns) + np.column_stack(columns).T) / 2
        if np.linalg.eigvalsh(curve)[0] > 0:
            step[loose] = -np.linalg.solve(curve, slope[loose])
        return step


def search(problem: Problem, free: tuple[bool, bool], start: tuple[float, float] | None = None) -> Solution:
    """Return the solution at the lowest criterion; ratios that are not free stay zero.

    `start` skips the grid: for a refit after a few more rows. Where every score is explained the criterion has no
    minimum. The residual is then held at a hundred-millionth, and the other variances take the values they have as
    it goes to zero.
    """
    if not any(free):
        return solve(problem, (0.0, 0.0))
    found = _lowest(Search(problem, free), start)
    if not found.is_explained or problem.prior.known is not None:
        return found
    held = replace(problem.prior, no_residual=float(found.variances.max()) / LARGEST)
    return _lowest(Search(replace(problem, prior=held), free), None)


def _lowest(seeker: Search, start: tuple[float, float] | None) -> Solution:
    starts = seeker.starts() if start is None else [seeker.place_of(start)]
    reached = [seeker.descend(one) for one in starts]
    best = min(reached, key=lambda point: seeker.at(point).value)
    return seeker.at(seeker.polish(best))
