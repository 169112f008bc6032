"""The numbers and formulas of week 8, computed again in another way."""

from itertools import permutations, product
from math import comb, log, sqrt
from typing import Any

import numpy as np
import pytest

from tests.packs import pages

Steps = dict[str, tuple[float, float]]  # days, and the chance that it works


def reference(name: str) -> Any:
    return pages.reference(8, name)


def days(steps: Steps, order: str) -> float:
    """Return the expected days by going through all outcomes of the steps."""
    total = 0.0
    for works in product((True, False), repeat=len(order)):
        chance, spent, alive = 1.0, 0.0, True
        for name, worked in zip(order, works, strict=True):
            chance *= steps[name][1] if worked else 1 - steps[name][1]
            spent += steps[name][0] if alive else 0
            alive = alive and worked
        total += chance * spent
    return total


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    return pages.run(8)[0]


@pytest.mark.parametrize(
    ("steps", "best", "expected"),
    [
        ({"A": (10, 0.9), "B": (1, 0.5), "C": (3, 0.7)}, "BCA", 6.0),
        ({"A": (6, 0.8), "B": (2, 0.5), "C": (4, 0.9)}, "BAC", pages.answer(8, "a-days")),
        ({"A": (5, 0.9), "B": (1, 0.6), "C": (3, 0.7)}, "BCA", pages.answer(8, "b-days")),
        ({"A": (10, 0.9), "B": (1, 0.5), "C": (4, 0.8)}, "BCA", 7.0),
    ],
)
def test_most_doubt_per_day_first_is_the_best_of_all_orders(steps: Steps, best: str, expected: float) -> None:
    costs = {"".join(order): days(steps, "".join(order)) for order in permutations(steps)}

    assert min(costs, key=lambda order: costs[order]) == best
    assert costs[best] == pytest.approx(expected)
    assert sorted(steps, key=lambda name: log(steps[name][1]) / steps[name][0]) == list(best)


def test_worst_orders_of_the_page_and_its_corrective() -> None:
    assert days({"A": (10, 0.9), "B": (1, 0.5), "C": (3, 0.7)}, "ABC") == pytest.approx(12.25)
    assert days({"A": (10, 0.9), "B": (1, 0.5), "C": (4, 0.8)}, "ACB") == pytest.approx(14.32)


def test_flipping_signs_of_the_page() -> None:
    pairs = np.array([3, 2, 4, 1, 2, -1])
    far = sum(abs(np.dot(signs, pairs)) >= 11 for signs in product((1, -1), repeat=6))

    assert (far, pairs.sum()) == (6, 11)
    assert reference("sign_flip_p")(pairs.astype(float)) == pytest.approx(0.094, abs=0.001)
    assert reference("sign_flip_p")(np.arange(1.0, 6.0)) == pytest.approx(0.0625)


def test_complete_bootstrap_agrees_with_the_formula() -> None:
    data = np.array([1.0, 2.0, 9.0])
    means = [np.mean(draw) for draw in product(data, repeat=3)]

    assert (len(means), np.mean(means), min(means), max(means)) == (27, 4, 1, 9)
    assert np.std(means) == pytest.approx(data.std() / sqrt(3))
    assert [np.std(means), data.std()] == pytest.approx([2.05, 3.56], abs=0.005)


def test_design_effect_is_the_variance_of_the_mean_of_equicorrelated_values() -> None:
    members, share = 20, 0.64
    covariance = np.full((members, members), share) + (1 - share) * np.eye(members)
    effect = covariance.mean() * members  # Variance of the mean, divided by that of independent values.

    assert effect == pytest.approx(1 + (members - 1) * share)
    assert (effect, 240 / effect) == (pytest.approx(13.2, abs=0.05), pytest.approx(18, abs=0.5))
    assert pytest.approx(pages.answer(8, "a-worth"), abs=0.05) == 300 / (1 + 9 * 0.5)
    assert pytest.approx(pages.answer(8, "b-worth"), abs=0.05) == 600 / (1 + 14 * 0.4)


def test_intervals_of_the_page(page: dict[str, Any]) -> None:
    effect, template = page["effect"], page["template"]
    prompts, templates = page["interval"](effect, np.arange(240)), page["interval"](effect, template)
    means = np.array([effect[template == one].mean() for one in range(12)])

    assert effect.mean() == pytest.approx(0.22, abs=0.005)
    assert prompts == pytest.approx([0.08, 0.36], abs=0.01)
    assert templates == pytest.approx([-0.33, 0.72], abs=0.01)
    # A bootstrap of equal groups is nearly the mean of the groups and two of its standard errors.
    assert templates[1] - templates[0] == pytest.approx(2 * 1.96 * means.std() / sqrt(12), rel=0.05)


def test_only_intervals_over_templates_hold_the_truth_nearly_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    held = np.zeros(2)
    for _ in range(300):
        groups = 0.5 + 0.8 * rng.normal(size=(12, 1)) + 0.6 * rng.normal(size=(12, 20))
        for place, units in enumerate((groups.ravel(), groups.mean(axis=1))):
            draws = units[rng.integers(len(units), size=(300, len(units)))].mean(axis=1)
            low, high = np.quantile(draws, [0.025, 0.975])
            held[place] += low <= 0.5 <= high

    assert held / 300 == pytest.approx([0.40, 0.90], abs=0.06)


def test_needed_units_give_the_promised_power() -> None:
    rng = np.random.default_rng(1)
    for units, ratio in ((32, 0.5), (200, 0.2)):
        draws = ratio + rng.normal(size=(4000, units))
        found = abs(draws.mean(axis=1)) > 1.96 * draws.std(axis=1, ddof=1) / sqrt(units)
        assert found.mean() == pytest.approx(0.8, abs=0.04)
        assert units == pytest.approx(8 / ratio**2)


def test_the_best_of_many_heads(page: dict[str, Any]) -> None:
    best = page["best"]

    assert (abs(page["t"]) > 2.045).sum() == 7
    assert page["first"].mean(axis=1)[best] == pytest.approx(0.50, abs=0.005)
    assert page["second"].mean(axis=1)[best] < 0.1
    assert pytest.approx([7.2, 0.999], abs=0.001) == [144 * 0.05, 1 - 0.95**144]
    assert pytest.approx(pages.answer(8, "r-at-least-one"), abs=1e-4) == 1 - 0.95**10


def least_level(p: np.ndarray[Any, Any], rejected: Any) -> list[float]:
    """Return for each comparison the smallest of many levels at which a stepwise test rejects it."""
    levels = np.arange(1, 5_001) / 5_000
    return [min((level for level in levels if place in rejected(p, level)), default=1.0) for place in range(len(p))]


def holm(p: np.ndarray[Any, Any], level: float) -> set[int]:
    found: set[int] = set()
    for rank, place in enumerate(np.argsort(p)):
        if p[place] > level / (len(p) - rank) + 1e-12:
            break
        found.add(int(place))
    return found


def benjamini_hochberg(p: np.ndarray[Any, Any], level: float) -> set[int]:
    order = np.argsort(p)
    passing = [rank for rank, place in enumerate(order) if p[place] <= level * (rank + 1) / len(p) + 1e-12]
    return {int(place) for place in order[: max(passing) + 1]} if passing else set()


@pytest.mark.parametrize(("name", "steps"), [("holm_adjusted", holm), ("bh_adjusted", benjamini_hochberg)])
def test_adjusted_values_are_the_levels_at_which_the_procedures_reject(name: str, steps: Any) -> None:
    p = np.array([0.03, 0.001, 0.21, 0.008, 0.012])

    assert reference(name)(p) == pytest.approx(least_level(p, steps), abs=2e-4)


def test_table_of_corrections_and_both_forms() -> None:
    p = np.array([0.001, 0.008, 0.012, 0.03, 0.21])

    assert reference("holm_adjusted")(p) == pytest.approx([0.005, 0.032, 0.036, 0.06, 0.21])
    assert reference("bh_adjusted")(p) == pytest.approx([0.005, 0.02, 0.02, 0.0375, 0.21])
    assert reference("bh_adjusted")(np.array([0.5, 0.005, 0.032, 0.03]))[3] == pytest.approx(
        pages.answer(8, "a-bh"), abs=1e-5
    )
    assert reference("holm_adjusted")(np.array([0.035, 0.6, 0.01, 0.03]))[0] == pytest.approx(pages.answer(8, "b-holm"))


def test_permutation_test_agrees_with_counting_ranks() -> None:
    first, second = np.array([7.0, 8.0, 9.0]), np.array([1.0, 2.0, 3.0, 4.0])

    # The most extreme split on one side; sizes differ, so the other side is less far from 0.
    assert reference("permutation_p")(first, second) == pytest.approx(1 / comb(7, 3))


def test_bootstraps_over_all_draws_of_three_units_agree_with_enumeration() -> None:
    values, groups = np.array([1.0, 2.0, 6.0, 4.0, 5.0]), np.array([9, 9, 2, 5, 5])
    base = np.array([2.0, 1.0, 4.0, 3.0, 5.0])
    draws = np.array(list(product(range(3), repeat=3)))
    members = {0: [6.0], 1: [4.0, 5.0], 2: [1.0, 2.0]}
    before = {0: [4.0], 1: [3.0, 5.0], 2: [2.0, 1.0]}
    means = [np.mean([value for unit in draw for value in members[unit]]) for draw in draws.tolist()]
    ratios = []
    for draw in draws.tolist():
        after = sum(sum(members[unit]) for unit in draw)
        ratios.append(after / sum(sum(before[unit]) for unit in draw) - 1)

    assert reference("cluster_bootstrap")(values, groups, draws) == pytest.approx(
        (3.6, *np.quantile(means, [0.025, 0.975]))
    )
    assert reference("relative_bootstrap")(base, values, groups, draws) == pytest.approx(
        (18 / 15 - 1, *np.quantile(ratios, [0.025, 0.975]))
    )
