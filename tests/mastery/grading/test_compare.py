import numpy as np
import pytest

from mastery.grading.code import Tolerance
from mastery.grading.compare import difference
from mastery.grading.runner.codec import Other

NAN, INF = float("nan"), float("inf")
EXACT = Tolerance(rtol=0, atol=0)

EQUAL = [
    (None, None),
    (True, True),
    (np.True_, True),
    ("a", "a"),
    (3, 3),
    (3.0, 3),
    (0, 0.0),
    (np.int8(3), 3),
    (np.float32(0.5), 0.5),
    (np.array(3.0), 3.0),
    (3.0, np.array(3.0)),
    (10**30, 10**30),
    (NAN, NAN),
    (INF, INF),
    ([1, 2.0], [1.0, 2]),
    ((1, "a"), (1, "a")),
    ({"a": [1]}, {"a": [1.0]}),
    (np.array([1, 2]), np.array([1.0, 2.0])),
    (np.array([1.0, 2.0], np.float16), np.array([1, 2])),
    (np.array([1, 2], np.uint8), np.array([1, 2], np.int64)),
    (np.array([True]), np.array([True])),
    (np.array([NAN, INF, -INF]), np.array([NAN, INF, -INF])),
    (np.zeros((0, 3)), np.zeros((0, 3))),
    (np.array([2**63], np.uint64), np.array([2**63], np.uint64)),
]
DIFFERENT = [
    (1, True),
    (True, 1),
    (0, None),
    (None, 0),
    ("3", 3),
    (3, "3"),
    ([1], (1,)),
    ([1], [1, 2]),
    ([1, [2]], [1, [3]]),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, {"a": 1, "b": 1}),
    (NAN, 1.0),
    (1.0, NAN),
    (INF, -INF),
    (1e300, INF),
    (INF, 1e300),
    (10**400, 1.0),
    (10**30 + 1, 10**30),
    (3.5, 3),
    ([1.0, 2.0], np.array([1.0, 2.0])),
    (np.array([1.0]), [1.0]),
    (np.array([1.0]), 1.0),
    (1.0, np.array([1.0])),
    (np.array([1.0, 2.0]), np.array([1.0])),
    (np.array([[1.0]]), np.array([1.0])),
    (np.array([NAN]), np.array([0.0])),
    (np.array([0.0]), np.array([NAN])),
    (np.array([1, 0]), np.array([True, False])),
    (np.array([True, False]), np.array([1, 0])),
    (np.array([1.0000001]), np.array([1.0])),
    (np.array([2**63], np.uint64), np.array([-(2**63)], np.int64)),
    (Other("solution.Equal"), 1.0),
    (Other("solution.Equal"), np.array([1.0])),
    ([Other("complex")], [1.0]),
]


@pytest.mark.parametrize(("actual", "expected"), EQUAL)
def test_equal_values_have_no_difference(actual: object, expected: object) -> None:
    assert difference(actual, expected, EXACT) is None


@pytest.mark.parametrize(("actual", "expected"), DIFFERENT)
def test_different_values_have_one_that_is_told(actual: object, expected: object) -> None:
    assert difference(actual, expected, EXACT)


@pytest.mark.parametrize(("actual", "is_close"), [(101.0, True), (101.1, False), (99.0, True), (98.9, False)])
def test_tolerance_is_relative_to_the_expected_value(actual: float, is_close: bool) -> None:
    tolerance = Tolerance(rtol=0.01, atol=0)

    assert (difference(actual, 100.0, tolerance) is None) == is_close
    assert (difference(np.array([actual]), np.array([100.0]), tolerance) is None) == is_close


def test_absolute_tolerance_holds_at_zero() -> None:
    assert difference(1e-9, 0.0, Tolerance()) is None
    assert difference(1e-7, 0.0, Tolerance())


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (None, 1.0, "The function returned None. Is a return statement missing?"),
        ([1.0], np.array([1.0]), "The function must return a numpy array here; it returned a list."),
        (np.float64(1), np.array([1.0]), "The function must return a numpy array here; it returned a number."),
        (np.zeros((2, 3)), np.zeros((3, 2)), "The result must have shape (3, 2); it has shape (2, 3)."),
        (np.array([1.0, 7.0, 8.0]), np.zeros(3), "3 of 3 values are not right; the first is at [0]."),
        ([1, 7], [1, 2], "In element 1: The value is not right."),
        ({"a": "x"}, {"a": 1}, "In element 'a': The function must return a number here; it returned text."),
        ([1], [1, 2], "The result must have 2 elements; it has 1."),
    ],
)
def test_difference_says_what_to_look_at_and_no_expected_value(actual: object, expected: object, message: str) -> None:
    assert difference(actual, expected, EXACT) == message
