"""Which application to read next, and who reads it: readings go where one more is likely to change who is in."""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from typing import Any, TypeVar

import numpy as np
from scipy.special import ndtr, ndtri

from whitebox.judging.calibration import Fit
from whitebox.judging.table import Floats

Application = TypeVar("Application", bound=Hashable)
Reviewer = TypeVar("Reviewer", bound=Hashable)

NODES = np.linspace(-3.5, 3.5, 71)  # Of a standard normal.
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()


def next_review(  # noqa: PLR0913 -- the state of a desk has this many parts
    fit: Fit[Application, Reviewer],
    probabilities: Mapping[Application, float],
    *,
    loads: Mapping[Reviewer, int],
    held: Collection[tuple[Application, Reviewer]] = (),
    conflicts: Collection[tuple[Application, Reviewer]] = (),
    applications: Collection[Application] | None = None,
    minimum: int = 2,
    cap: int = 11,
    most: int | Mapping[Reviewer, int] | None = None,
    batch: int = 1,
    seed: int = 0,
) -> list[tuple[Application, Reviewer]]:
    """Return up to `batch` pairs of application and reviewer to assign next, the most telling first.

    `loads` names the reviewers who may be asked and what each has, `held` the pairs assigned or read beside those
    of the fit. Only `applications` (all, if left out) with at least `minimum` scores and fewer than `cap` readers
    are considered, each once. A reviewer reads nothing twice, nothing across a conflict, and no more than `most`, which
    may name a bound for some of them only.
    The reviewer joins groups that no score joins, if one can; then the least loaded is asked, and ties fall by
    `seed`. Fewer pairs come back where no more are possible.
    """
    taken = {*held, *_read(fit)}
    readers = Counter(one for one, _ in taken)
    open_ = [
        one
        for one, count in fit.reviews.items()
        if count >= minimum and readers[one] < cap and (applications is None or one in applications)
    ]
    worth = _worth(fit, probabilities, open_, readers)
    lot = np.random.default_rng(seed).random(len(open_))
    order = np.lexsort((lot, np.array([readers[one] for one in open_]), -worth))
    desk = _Readers(fit, loads, taken | set(conflicts), most, seed)
    found: list[tuple[Application, Reviewer]] = []
    for place in order.tolist():
        if len(found) == batch:
            break
        reader = desk.take(open_[place])
        if reader is not None:
            found.append((open_[place], reader))
    return found


def _read(fit: Fit[Application, Reviewer]) -> set[tuple[Application, Reviewer]]:
    one, other = fit.rows.applicants, fit.rows.reviewers
    return {
        (one.ids[row], other.ids[column]) for row, column in zip(one.level.tolist(), other.level.tolist(), strict=True)
    }


def _worth(
    fit: Fit[Any, Any], probabilities: Mapping[Any, float], open_: list[Any], readers: Mapping[Any, int]
) -> Floats:
    """Return how many more right admissions one further reading of each is expected to give.

    Knowledge gradient (Frazier, Powell and Dayanik 2008) for the share of the best who are found. A reading moves
    an application's chance p to p', whose mean is p. It helps where p' may cross the border chance c between the
    last who is in and the first who is out, by E|p' - c| on the other side. Readings under way are taken as read.
    """
    chance = np.clip([probabilities[one] for one in open_], 1e-12, 1 - 1e-12)
    variance = np.array([fit.standard_errors[one] for one in open_]) ** 2
    awaited = np.array([max(0, readers[one] - fit.reviews[one]) for one in open_], dtype=float)
    noise = max(fit.var_residual, 1e-12 * fit.var_applicant)
    border = _border(probabilities)
    return _gain(chance, variance, awaited + 1, noise, border) - _gain(chance, variance, awaited, noise, border)


def _border(probabilities: Mapping[Any, float]) -> float:
    """Return the chance between the last who is in and the first who is out; the chances add up to the places."""
    falling = sorted(probabilities.values(), reverse=True)
    places = min(max(round(sum(falling)), 1), len(falling))
    return sum(falling[places - 1 : places + 1]) / len(falling[places - 1 : places + 1])


def _gain(chance: Floats, variance: Floats, readings: Floats, noise: float, border: float) -> Floats:
    """Return E|p' - c| beyond the border after so many readings: the normal that has this chance, learnt in part."""
    learnt = variance * readings / np.maximum(variance * readings + noise, 1e-300)  # Share of the variance.
    learnt = np.minimum(learnt, 1 - 1e-9)[:, None]
    moved = ndtr((ndtri(chance)[:, None] + np.sqrt(learnt) * NODES) / np.sqrt(1 - learnt))
    beyond = np.where((chance >= border)[:, None], border - moved, moved - border)
    return np.asarray(np.maximum(beyond, 0) @ WEIGHTS)


class _Readers:
    """Who may still be asked; loads grow as pairs are taken."""

    def __init__(
        self,
        fit: Fit[Any, Any],
        loads: Mapping[Any, int],
        barred: set[tuple[Any, Any]],
        most: int | Mapping[Any, int] | None,
        seed: int,
    ) -> None:
        self.fit, self.barred = fit, barred
        self.most = {} if most is None else dict.fromkeys(loads, most) if isinstance(most, int) else most
        self.loads = dict(loads)
        draw = np.random.default_rng(seed).random(len(loads))
        self.lot = dict(zip(loads, draw.tolist(), strict=True))
        self.group = {one: one for one in range(fit.components)}

    def take(self, application: Any) -> Any | None:
        """Return the reviewer to ask for this application, and count it; None where nobody may read it."""
        free = [
            one
            for one, load in self.loads.items()
            if (application, one) not in self.barred and load < self.most.get(one, load + 1)
        ]
        if not free:
            return None
        chosen = min(free, key=lambda one: (not self._bridges(application, one), self.loads[one], self.lot[one]))
        self.loads[chosen] += 1
        self._join(application, chosen)
        return chosen

    def _groups(self, application: Any, reviewer: Any) -> tuple[int, int | None]:
        theirs = self.fit.component_of_reviewer.get(reviewer)
        return self.group[self.fit.component_of[application]], None if theirs is None else self.group[theirs]

    def _bridges(self, application: Any, reviewer: Any) -> bool:
        mine, theirs = self._groups(application, reviewer)
        return theirs is not None and mine != theirs

    def _join(self, application: Any, reviewer: Any) -> None:
        mine, theirs = self._groups(application, reviewer)
        if theirs is not None and mine != theirs:
            self.group = {one: mine if group == theirs else group for one, group in self.group.items()}
