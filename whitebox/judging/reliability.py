"""How far judges agree, and what that means for who is admitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from whitebox.judging.table import Floats

LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Icc(Mapping[str, float]):
    """The six intraclass correlations of Shrout and Fleiss (1979), by attribute or by name such as `["ICC(2,k)"]`."""

    icc11: float
    icc21: float
    icc31: float
    icc1k: float
    icc2k: float
    icc3k: float
    judges: int

    def __getitem__(self, name: str) -> float:
        attribute = _attribute(name, self.judges)
        if attribute is None:
            raise KeyError(name)
        return float(getattr(self, attribute))

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


NAMES = {
    "ICC(1,1)": "icc11",
    "ICC(2,1)": "icc21",
    "ICC(3,1)": "icc31",
    "ICC(1,k)": "icc1k",
    "ICC(2,k)": "icc2k",
    "ICC(3,k)": "icc3k",
}


def _attribute(name: object, judges: int) -> str | None:
    """Return the attribute of a name. `ICC(2,4)` with four judges and `icc2k` are understood, too."""
    plain = "".join(sign for sign in str(name).lower() if sign.isalnum())
    single, average = plain.endswith("1") and len(plain) == 5, plain.endswith(("k", str(judges)))
    found = plain if single else f"{plain[:4]}k" if average else ""
    return found if found in NAMES.values() else None


def icc(table: Sequence[Sequence[float | None]]) -> Icc:
    """Return all six intraclass correlations of a complete table, targets x judges.

    Raises ValueError for gaps, fewer than two targets or judges, and targets that no judge tells apart while all agree.
    """
    scores = _complete(table)
    targets, judges = scores.shape
    overall, of_target, of_judge = scores.mean(), scores.mean(axis=1), scores.mean(axis=0)
    between = judges * float(((of_target - overall) ** 2).sum()) / (targets - 1)
    across = targets * float(((of_judge - overall) ** 2).sum()) / (judges - 1)
    within = float(((scores - of_target[:, None]) ** 2).sum()) / (targets * (judges - 1))
    left = scores - of_target[:, None] - of_judge[None, :] + overall
    error = float((left**2).sum()) / ((targets - 1) * (judges - 1))
    if between + within == 0:
        raise ValueError("All scores are equal: nothing tells the targets apart.")
    severity = (across - error) / targets
    return Icc(
        icc11=_ratio(between - within, between + (judges - 1) * within),
        icc21=_ratio(between - error, between + (judges - 1) * error + judges * severity),
        icc31=_ratio(between - error, between + (judges - 1) * error),
        icc1k=_ratio(between - within, between),
        icc2k=_ratio(between - error, between + severity),
        icc3k=_ratio(between - error, between),
        judges=judges,
    )


def _ratio(part: float, whole: float) -> float:
    """Divide; where targets do not differ at all, an average's reliability has no lower limit."""
    return part / whole if whole else -float("inf")


def _complete(table: Sequence[Sequence[float | None]]) -> Floats:
    rows = [list(row) for row in table]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise ValueError("An intraclass correlation needs at least two targets and two judges.")
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("Each target needs one score of each judge.")
    scores: Floats = np.array([[np.nan if value is None else float(value) for value in row] for row in rows])
    if not np.isfinite(scores).all():
        raise ValueError("Each score must be a finite number; an intraclass correlation allows no gaps.")
    return scores


def krippendorff_alpha(units: Sequence[Sequence[Any]], level: str) -> float:
    """Return Krippendorff's alpha. A unit is the ratings it got; None and NaN are missing ratings.

    `level` is nominal, ordinal, interval or ratio. Units with one rating do not count. Raises ValueError where no
    unit has two ratings, where all ratings are the same (agreement by chance cannot be told from agreement), or for
    an unknown level.
    """
    if level not in LEVELS:
        raise ValueError(f"The level is one of {', '.join(LEVELS)}, not {level!r}.")
    paired = [kept for kept in ([one for one in unit if not _is_missing(one)] for unit in units) if len(kept) > 1]
    if not paired:
        raise ValueError("No unit has two ratings, so there is nothing to compare.")
    values = _values(paired, level)
    if len(values) == 1:
        raise ValueError("All ratings are the same, so agreement cannot be told from chance.")
    place = {value: number for number, value in enumerate(values)}
    counts = np.zeros((len(paired), len(values)))
    for row, unit in zip(counts, paired, strict=True):
        np.add.at(row, [place[value] for value in unit], 1)
    weights = 1 / (counts.sum(axis=1) - 1)
    observed = (counts.T * weights) @ counts - np.diag(weights @ counts)
    totals = counts.sum(axis=0)
    distance = _distances(values, totals, level)
    expected = float(totals @ distance @ totals) / (float(totals.sum()) - 1)
    return 1 - float((observed * distance).sum()) / expected


def _is_missing(rating: Any) -> bool:
    return rating is None or (isinstance(rating, float | np.floating) and bool(np.isnan(rating)))


def _values(units: list[list[Any]], level: str) -> list[Any]:
    found = {rating for unit in units for rating in unit}
    if level == "nominal":
        return list(found)
    try:
        numbers = {float(one) for one in found}
    except (TypeError, ValueError) as broken:
        raise ValueError(f"Ratings of the level {level} must be numbers.") from broken
    if not np.isfinite(list(numbers)).all():
        raise ValueError("Each rating must be a finite number.")
    if level == "ratio" and min(numbers) < 0:
        raise ValueError("Ratings of the level ratio start at zero.")
    return sorted(found, key=float)


def _distances(values: list[Any], totals: Floats, level: str) -> Floats:
    """Return the squared differences between values, which are sorted unless nominal."""
    if level == "nominal":
        return 1 - np.eye(len(values))
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2)
    numbers = np.array([float(one) for one in values])
    gap = numbers[:, None] - numbers[None, :]
    if level == "interval":
        return np.asarray(gap**2)
    size = np.abs(numbers[:, None] + numbers[None, :])
    return np.asarray((gap / np.where(size > 0, size, 1)) ** 2)


def spearman_brown(reliability: float, times: float) -> float:
    """Return the reliability of the mean of `times` ratings, from that of one. Raises ValueError outside 0 to 1."""
    _share("The reliability", reliability, closed=True)
    if times <= 0:
        raise ValueError("The number of ratings must be above zero.")
    return times * reliability / (1 + (times - 1) * reliability)


@dataclass(frozen=True)
class DesignReliability:
    """Reliability of one rating under crossed or nested reviewers: as given, and once severity is corrected."""

    before: float
    after: float


def design_reliability(var_applicant: float, var_reviewer: float, var_residual: float) -> DesignReliability:
    """Return the reliability of one rating of an unbalanced design, before and after the correction for severity.

    `spearman_brown` takes it to the mean of several. Without any variance of applicants both are zero.
    """
    if min(var_applicant, var_reviewer, var_residual) < 0:
        raise ValueError("A variance is never below zero.")
    if var_applicant == 0:
        return DesignReliability(0.0, 0.0)
    before = var_applicant / (var_applicant + var_reviewer + var_residual)
    return DesignReliability(before, var_applicant / (var_applicant + var_residual))


def expected_wrong_admissions(reliability: float, share: float) -> float:
    """Return the share of the admitted who are not truly among the best `share` of all.

    1 - Phi2(-t, -t; rho = sqrt(reliability)) / share with t = Phi^-1(1 - share): score and truth are jointly normal.
    Raises ValueError for a reliability outside 0 to 1, and for a share that is not above 0 and at most 1.
    """
    _share("The reliability", reliability, closed=True)
    if not 0 < share <= 1:
        raise ValueError("The share of the admitted must be above 0 and at most 1.")
    if share == 1 or reliability == 1:
        return 0.0
    rho = float(np.sqrt(reliability))
    border = float(-ndtri(share))
    spread = float(np.sqrt(1 - reliability))

    def missed(chance: float) -> float:
        return float(ndtr((border + rho * ndtri(chance)) / spread))

    # Over the quantile of the score among the admitted: the truth misses the border by what the score leaves open.
    return float(quad(lambda chance: missed(chance * share), 0, 1, epsabs=1e-10, limit=200)[0])


def wrong_admissions_in_words(reliability: float, places: int, candidates: int) -> str:
    """Say how many of the admitted are not among the best. Raises ValueError as `expected_wrong_admissions` does."""
    if not 0 < places <= candidates:
        raise ValueError("There must be at least one place, and no more places than candidates.")
    wrong = round(places * expected_wrong_admissions(reliability, places / candidates))
    return f"With this reliability, about {wrong} of the {places} you admit are not truly among the best {places}."


def _share(name: str, value: float, *, closed: bool) -> None:
    if not (0 <= value <= 1 if closed else 0 < value < 1):
        raise ValueError(f"{name} must lie between 0 and 1.")
