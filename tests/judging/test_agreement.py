"""Kappa against its definition over a table of categories (Cohen 1968), and its interval."""

import numpy as np
import pytest

from whitebox.judging.agreement import FEWEST, agreement, quadratic_kappa


def drawn(count: int, *, seed: int = 1, levels: int = 4, noise: float = 0.6) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(levels, size=count)
    marks = [np.clip(np.rint(truth + rng.normal(0, noise, count)), 0, levels - 1) for _reader in range(2)]
    return [(float(one), float(two)) for one, two in zip(*marks, strict=True)]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("noise", [0.2, 0.9, 3.0])
def test_kappa_is_that_of_the_table(seed: int, noise: float) -> None:
    pairs = drawn(60, seed=seed, noise=noise)

    assert quadratic_kappa(pairs) == pytest.approx(by_table(pairs, levels=4), abs=1e-12)


def by_table(pairs: list[tuple[float, float]], *, levels: int) -> float:
    """One minus the weighted disagreement seen, over that of the margins."""
    seen = [[0.0] * levels for _row in range(levels)]
    for one, two in pairs:
        seen[int(one)][int(two)] += 1 / len(pairs)
    rows = [sum(row) for row in seen]
    columns = [sum(row[place] for row in seen) for place in range(levels)]
    cells = [(one, two) for one in range(levels) for two in range(levels)]
    weights = {(one, two): ((one - two) / (levels - 1)) ** 2 for one, two in cells}
    observed = sum(weights[cell] * seen[cell[0]][cell[1]] for cell in cells)
    chance = sum(weights[cell] * rows[cell[0]] * columns[cell[1]] for cell in cells)
    return 1 - observed / chance


def test_kappa_of_a_small_table_by_hand() -> None:
    # Levels 0, 0, 1, 2 against 0, 1, 1, 2: seen 1/4, by chance 5.25/4 - with means .75 and 1: 11/16 + 1/2 + 1/16.
    assert quadratic_kappa([(0, 0), (0, 1), (1, 1), (2, 2)]) == pytest.approx(1 - 0.25 / 1.25)


def test_kappa_is_one_for_the_same_marks_and_knows_no_order_of_readers() -> None:
    pairs = drawn(40)

    assert quadratic_kappa([(one, one) for one, _two in pairs]) == pytest.approx(1)
    assert quadratic_kappa(pairs) == pytest.approx(quadratic_kappa([(two, one) for one, two in pairs]))


def test_kappa_does_not_depend_on_the_unit_of_the_levels() -> None:
    pairs = drawn(40)

    assert quadratic_kappa([(one / 3, two / 3) for one, two in pairs]) == pytest.approx(quadratic_kappa(pairs))


@pytest.mark.parametrize("pairs", [[], [(1.0, float("nan"))], [(2.0, 2.0)] * 30])
def test_kappa_refuses_what_says_nothing(pairs: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match=r"pairs|finite|same"):
        quadratic_kappa(pairs)


def test_below_the_fewest_pairs_there_is_no_figure() -> None:
    assert agreement(drawn(FEWEST - 1), seed=1) is None
    assert agreement(drawn(FEWEST), seed=1) is not None


def test_the_interval_holds_kappa_and_narrows_with_more_pairs() -> None:
    few, many = agreement(drawn(25), seed=3), agreement(drawn(400), seed=3)

    assert few is not None
    assert many is not None
    assert few.low < few.kappa < few.high
    assert many.high - many.low < few.high - few.low
    assert agreement(drawn(25), seed=3) == few


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    truth = quadratic_kappa(drawn(200_000, seed=99))

    found = [agreement(drawn(60, seed=seed), seed=seed, resamples=400) for seed in range(120)]

    held = sum(one is not None and one.low <= truth <= one.high for one in found)
    assert held >= 105  # of 120; percentile intervals of 60 pairs hold a little less than they say


def test_draws_without_variety_are_left_out() -> None:
    pairs = [(1.0, 1.0)] * 24 + [(0.0, 1.0)]

    found = agreement(pairs, seed=2)

    assert found is not None
    assert np.isfinite([found.kappa, found.low, found.high]).all()
