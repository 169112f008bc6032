"""Which variances the data can tell apart, and an even answer where they cannot.

With one score per applicant, for example, only the sum of applicants' and residual variance has an influence on the
likelihood. Every split fits equally well; the one of least sum of squares is taken: halves, or zero for a side of
one level.
"""

import numpy as np

from whitebox.judging.criterion import Problem, Solution, solve
from whitebox.judging.table import Floats, Table

SAME = 1e-9  # Relative size under which patterns of variance count as dependent.


def _blind(table: Table, patterns: list[int]) -> Floats:
    """Return the mixtures of these patterns (0 many, 1 few, 2 residual) that vanish among contrasts, one per row."""
    alone = np.array([len(table.many.ids) == 1, len(table.few.ids) == 1, len(table.many.level) == 1])
    overlap = np.where(alone[:, None] | alone[None, :], 0.0, table.overlap)
    size = np.where(alone, 1.0, np.sqrt(np.diag(table.overlap) + alone))
    values, vectors = np.linalg.eigh((overlap / np.outer(size, size))[np.ix_(patterns, patterns)])
    mixtures = np.zeros((len(patterns), 3))
    mixtures[:, patterns] = vectors.T
    mixtures = (mixtures / size)[values < SAME]
    return np.asarray(np.linalg.svd(mixtures, full_matrices=False)[2] if len(mixtures) else mixtures)


def blind_mixtures(problem: Problem) -> Floats:
    """Return the mixtures of variances that the likelihood cannot see. A prior tells about its own side."""
    return _blind(problem.table, [one for one in (0, 1, 2) if one != _told(problem)])


def _told(problem: Problem) -> int | None:
    prior = problem.prior
    return None if prior.known is None and prior.scale is None else prior.side


def searchable(problem: Problem) -> tuple[bool, bool]:
    """Tell which ratios to search: a variance that others can stand in for rests at zero meanwhile."""
    free = [False, False]
    present = [2]
    for place in (1, 0):
        if place == _told(problem):
            free[place] = problem.prior.known != 0
            continue
        free[place] = not _can_rest(_blind(problem.table, [*present, place]), place)
        present += [place] if free[place] else []
    return free[0], free[1]


def _can_rest(mixtures: Floats, place: int) -> bool:
    """Tell whether some mixture trades this variance for others of the same sign."""
    for mixture in mixtures:
        turned = mixture * np.sign(mixture[place])
        others = np.delete(turned, place)
        if turned[place] > SAME and (others <= SAME).all():
            return True
    return False


def split_evenly(solution: Solution) -> Solution:
    """Move along the mixtures that the likelihood cannot see, to the variances of least sum of squares."""
    mixtures = blind_mixtures(solution.problem)
    if not len(mixtures):
        return solution
    variances = np.array([*solution.ratios, 1.0])
    even = variances - mixtures.T @ (mixtures @ variances)
    even[np.abs(even) < SAME] = 0.0
    if (even < 0).any() or even[2] == 0:
        return solution
    return solve(solution.problem, (float(even[0] / even[2]), float(even[1] / even[2])))
