from math import tanh

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from whitebox.judging.association import FEWEST, spearman

# IQ and hours of television a week: the worked example of the method, rho = -29/165.
IQ = [106, 86, 100, 101, 99, 103, 97, 113, 112, 110]
HOURS = [7, 0, 27, 50, 28, 29, 20, 12, 6, 17]
numbers = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=FEWEST, max_size=25)


def test_the_worked_example_is_known() -> None:
    found = spearman(IQ, HOURS)

    assert found is not None
    assert found.rho == pytest.approx(-29 / 165)
    assert found.is_open


def test_the_interval_is_that_of_bonett_and_wright() -> None:
    found = spearman(IQ, HOURS)

    # By hand: atanh(-.17576) = -.17760, reach 1.95996 * sqrt((1 + .030891 / 2) / 7) = .74650.
    assert found is not None
    assert (found.low, found.high) == pytest.approx((tanh(-0.92410), tanh(0.56890)), abs=2e-5)


@given(numbers)
def test_rho_is_that_of_scipy_with_ties(pairs: list[tuple[int, int]]) -> None:
    first, second = [one for one, _two in pairs], [two for _one, two in pairs]

    found = spearman(first, second)

    if found is None:
        assert min(len(set(first)), len(set(second))) == 1
        return
    assert found.rho == pytest.approx(spearmanr(first, second).statistic)
    assert -1 <= found.low <= found.rho + 1e-12
    assert found.rho <= found.high + 1e-12 <= 1 + 2e-12


@pytest.mark.parametrize("people", [0, 1, FEWEST - 1])
def test_few_people_give_nothing(people: int) -> None:
    assert spearman(range(people), range(people)) is None


def test_the_same_ranking_is_one_without_an_interval() -> None:
    found = spearman(range(FEWEST), [one**3 for one in range(FEWEST)])

    assert found is not None
    assert (found.rho, found.low, found.high) == (1, 1, 1)


@pytest.mark.parametrize("values", [[float("nan")] * 8, [float("inf"), *range(7)]])
def test_what_is_no_number_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        spearman(values, range(8))


def test_each_person_needs_both_measures() -> None:
    with pytest.raises(ValueError, match="both"):
        spearman(range(8), range(9))
