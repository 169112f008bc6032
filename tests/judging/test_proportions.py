import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from whitebox.judging.proportions import wilson


def test_nine_of_twelve_is_known() -> None:
    share = wilson(9, 12)

    assert (share.value, round(share.low, 2), round(share.high, 2)) == (0.75, 0.47, 0.91)


@given(st.integers(1, 2000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_is_that_of_scipy(pair: tuple[int, int]) -> None:
    count, of = pair

    share = wilson(count, of)

    expected = binomtest(count, of).proportion_ci(method="wilson")
    assert share.low == pytest.approx(expected.low, abs=1e-6)
    assert share.high == pytest.approx(expected.high, abs=1e-6)
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value <= share.high + 1e-12 <= 1 + 2e-12


@pytest.mark.parametrize(("count", "of"), [(0, 0), (3, 2), (-1, 4)])
def test_what_is_no_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, of)
