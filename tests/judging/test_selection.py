"""Chances, ranks, tiers and flips against plain sampling and by hand."""

from statistics import NormalDist

import numpy as np
import pytest

from tests.judging.test_calibration import Row, fitted, unbalanced
from whitebox.judging.calibration import Fit, fit
from whitebox.judging.plausible import plausible
from whitebox.judging.selection import (
    Flip,
    Tier,
    expected_rank,
    flips,
    grey_zone,
    probability_above,
    probability_of_top,
    tiers,
    top,
)


@pytest.fixture(scope="module")
def cohort() -> Fit[int, int]:
    return fitted(unbalanced(40, 9, 140, seed=8))


def sampled(cohort: Fit[int, int], draws: int = 40_000) -> np.ndarray:
    """Draw ranks from the dense posterior, 1 for the best."""
    ids = list(cohort.applicant_effects)
    effects = np.array(list(cohort.applicant_effects.values()))
    worth = np.random.default_rng(5).multivariate_normal(effects, cohort.covariance(ids), size=draws)
    return (-worth).argsort(axis=1).argsort(axis=1) + 1


@pytest.mark.parametrize("places", [1, 10, 35])
def test_probability_of_top_agrees_with_plain_sampling(cohort: Fit[int, int], places: int) -> None:
    found = probability_of_top(cohort, places, seed=1)

    plain = (sampled(cohort) <= places).mean(axis=0)
    assert list(found.values()) == pytest.approx(plain.tolist(), abs=0.01)
    assert sum(found.values()) == pytest.approx(places, abs=1e-9)


def test_probability_of_top_agrees_where_reviewers_outnumber_applicants() -> None:
    crowd = fitted(unbalanced(8, 25, 60, seed=8))

    found = probability_of_top(crowd, 3, seed=1)

    assert list(found.values()) == pytest.approx((sampled(crowd) <= 3).mean(axis=0).tolist(), abs=0.01)


def test_probability_of_top_is_the_seeds_and_not_the_orders() -> None:
    rows = unbalanced(30, 9, 100, seed=3)

    one, again, other = (probability_of_top(fitted(rows), 5, seed) for seed in (1, 1, 2))
    turned = probability_of_top(fitted(rows[::-1]), 5, 1)
    renamed = probability_of_top(fitted([(-one, 8 - other, score) for one, other, score in rows]), 5, 1)

    assert one == again == turned
    assert one != other
    assert {-name: chance for name, chance in renamed.items()} == pytest.approx(one, abs=1e-6)


@pytest.mark.parametrize(("places", "chance"), [(0, 0.0), (3, 1.0), (7, 1.0), (1, 1 / 3)])
def test_probability_of_top_without_differences_or_choice(places: int, chance: float) -> None:
    alike = fit("abcabc", "rrrsss", [1] * 6)

    assert probability_of_top(alike, places, seed=1) == pytest.approx(dict.fromkeys("abc", chance))


def test_probability_of_top_is_certain_where_every_score_is_explained() -> None:
    exact = fit("abcabc", "rrrsss", [1, 2, 3, 1, 2, 3])

    assert probability_of_top(exact, 1, seed=1) == pytest.approx({"a": 0, "b": 0, "c": 1}, abs=1e-6)


def test_probability_of_top_refuses_nonsense(cohort: Fit[int, int]) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        probability_of_top(cohort, -1, seed=1)


def test_few_reviewers_leave_the_variances_in_doubt() -> None:
    few = fitted(unbalanced(30, 4, 90, seed=3))

    weighed = plausible(few)

    assert sum(weight for _, weight in weighed) == pytest.approx(1)
    assert len(weighed) > 5
    assert weighed[0][0].reml <= min(solution.reml for solution, _ in weighed) + 1e-9
    assert sum(probability_of_top(few, 5, seed=1).values()) == pytest.approx(5)


def test_expected_rank_agrees_with_plain_sampling(cohort: Fit[int, int]) -> None:
    found = expected_rank(cohort)

    assert list(found.values()) == pytest.approx(sampled(cohort).mean(axis=0).tolist(), abs=0.2)
    assert sum(found.values()) == pytest.approx(len(found) * (len(found) + 1) / 2)


def test_expected_rank_of_equals_is_the_middle() -> None:
    assert expected_rank(fit("abcabc", "rrrsss", [1] * 6)) == {"a": 2.0, "b": 2.0, "c": 2.0}


def test_tiers_follow_the_chance_to_clear_the_bar(cohort: Fit[int, int]) -> None:
    bar = cohort.mean
    chances = probability_above(cohort, bar)

    found = tiers(cohort, bar)

    assert set(found.values()) == {Tier.A, Tier.B, Tier.C}
    assert {one for one, tier in found.items() if tier is Tier.A} == {one for one, p in chances.items() if p >= 0.8}
    assert {one for one, tier in found.items() if tier is Tier.C} == {one for one, p in chances.items() if p < 0.2}
    one = next(iter(chances))
    expected = NormalDist().cdf(cohort.applicant_effects[one] / cohort.adjusted_errors[one])
    assert chances[one] == pytest.approx(expected, abs=1e-9)


def test_tiers_without_doubt_compare_with_the_bar() -> None:
    alike = fit("abab", "rrss", [3, 3, 3, 3])

    assert set(tiers(alike, 3).values()) == {Tier.A}
    assert set(tiers(alike, 3.1).values()) == {Tier.C}


def test_grey_zone_is_open_and_sorted_by_doubt() -> None:
    chances = {"a": 0.95, "b": 0.2, "c": 0.55, "d": 0.1, "e": 0.9, "f": 0.8}

    assert grey_zone(chances) == ["c", "b", "f"]
    assert grey_zone(chances, low=0.5, high=0.85) == ["c", "f"]


def test_flips_are_those_of_a_fit_without_the_reviewer() -> None:
    rows: list[Row] = unbalanced(20, 5, 70, seed=11)
    whole = fitted(rows)

    found = flips(whole, 5)

    assert set(found) == set(range(5))
    for reviewer, flip in found.items():
        without: Fit[int, int] = fitted([row for row in rows if row[1] != reviewer])
        before, after = top(whole, 5), top(without, 5)
        assert set(flip.lost) == {one for one in before if one not in after}
        assert set(flip.gained) == {one for one in after if one not in before}
    assert any(found.values())


def test_flips_of_a_single_reviewer_leave_everybody_average() -> None:
    assert flips(fit("abc", "rrr", [1, 2, 3]), 1) == {"r": Flip(lost=("c",), gained=("a",))}
