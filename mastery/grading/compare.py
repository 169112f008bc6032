"""Whether what a learner's function returned is what was expected. Runs on the host, on plain decoded values only.

- None, bool and str are equal only to themselves; a bool is never a number.
- Numbers: a whole number may come back as a float (3.0 for 3) and a float as an int (0 for 0.0); as a Python number,
  a numpy number or an array without dimensions. Two whole numbers must be equal, others |a - e| <= atol + rtol * |e|.
- NaN is right only where NaN is expected; an infinity only where the same infinity is.
- Arrays: the same shape; truth values where truth values are expected, and numbers of any width where numbers are.
- Lists, tuples and dicts: the same type, length or keys, then element by element.
"""

from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from mastery.grading.exercise import Tolerance
from mastery.grading.runner.codec import Other

MAX_DEPTH = 32


def difference(actual: Any, expected: Any, tolerance: Tolerance, depth: int = 0) -> str | None:
    """Return what is wrong with `actual`, without the expected values, or None where it is right."""
    if depth > MAX_DEPTH:
        return str(_("The result is nested too deeply."))
    expected = _plain(expected)
    if isinstance(expected, np.ndarray):
        return _array_difference(actual, expected, tolerance)
    actual = _plain(actual)
    if kind_name(actual) != kind_name(expected):
        return _wrong_kind(actual, expected)
    if isinstance(expected, list | tuple):
        return _sequence_difference(actual, expected, tolerance, depth)
    if isinstance(expected, dict):
        return _dict_difference(actual, expected, tolerance, depth)
    is_same = _is_close(actual, expected, tolerance) if _is_number(expected) else actual == expected
    return None if is_same else str(_("The value is not right."))


def kind_name(value: Any) -> str:
    """Return a learner's word for the type of a value."""
    value = _plain(value)
    if isinstance(value, Other):
        return value.type_name
    if _is_number(value):
        return str(_("a number"))
    return str(KIND_NAMES[type(value)])


KIND_NAMES = {
    type(None): _("None"),
    bool: _("True or False"),
    str: _("text"),
    list: _("a list"),
    tuple: _("a tuple"),
    dict: _("a dict"),
    np.ndarray: _("a numpy array"),
}


def _plain(value: Any) -> Any:
    """Return a numpy number or an array without dimensions as a Python value."""
    is_scalar = isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0)
    return value.item() if is_scalar else value


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _wrong_kind(actual: Any, expected: Any) -> str:
    if actual is None:
        return str(_("The function returned None. Is a return statement missing?"))
    return str(_("The function must return %(expected)s here; it returned %(actual)s.")) % {
        "expected": kind_name(expected),
        "actual": kind_name(actual),
    }


def _is_close(actual: float, expected: float, tolerance: Tolerance) -> bool:
    if type(actual) is int and type(expected) is int:
        return actual == expected
    try:
        pair = np.array([float(actual)]), np.array([float(expected)])
    except OverflowError:  # A whole number beyond every float is close to no float.
        return False
    return bool(_close(*pair, tolerance).all())


def _close(actual: Any, expected: Any, tolerance: Tolerance) -> Any:
    """Return where two float64 arrays of one shape agree."""
    with np.errstate(all="ignore"):
        near = np.abs(actual - expected) <= tolerance.atol + tolerance.rtol * np.abs(expected)
    both_finite = np.isfinite(actual) & np.isfinite(expected)
    return (both_finite & near) | (actual == expected) | (np.isnan(actual) & np.isnan(expected))


def _array_difference(actual: Any, expected: Any, tolerance: Tolerance) -> str | None:
    if expected.ndim == 0 or not isinstance(actual, np.ndarray):
        return _wrong_kind(actual, expected)
    if actual.shape != expected.shape:
        return str(_("The result must have shape %(expected)s; it has shape %(actual)s.")) % {
            "expected": expected.shape,
            "actual": actual.shape,
        }
    if (actual.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return str(_("The result must not have the type %(actual)s.")) % {"actual": actual.dtype}
    right = _agreement(actual, expected, tolerance)
    if right.all():
        return None
    first = tuple(int(place) for place in np.argwhere(~right)[0])
    return str(_("%(wrong)d of %(total)d values are not right; the first is at %(place)s.")) % {
        "wrong": int((~right).sum()),
        "total": right.size,
        "place": list(first),
    }


def _agreement(actual: Any, expected: Any, tolerance: Tolerance) -> Any:
    if "f" not in actual.dtype.kind + expected.dtype.kind:
        return np.asarray(actual == expected)
    return _close(actual.astype(np.float64), expected.astype(np.float64), tolerance)


def _sequence_difference(actual: Any, expected: Any, tolerance: Tolerance, depth: int) -> str | None:
    if len(actual) != len(expected):
        return str(_("The result must have %(expected)d elements; it has %(actual)d.")) % {
            "expected": len(expected),
            "actual": len(actual),
        }
    return _first_difference(range(len(expected)), actual, expected, tolerance, depth)


def _dict_difference(actual: Any, expected: Any, tolerance: Tolerance, depth: int) -> str | None:
    if actual.keys() != expected.keys():
        return str(_("The keys of the result are not right."))
    return _first_difference(expected, actual, expected, tolerance, depth)


def _first_difference(keys: Any, actual: Any, expected: Any, tolerance: Tolerance, depth: int) -> str | None:
    for key in keys:
        found = difference(actual[key], expected[key], tolerance, depth + 1)
        if found:
            return str(_("In element %(key)s: %(found)s")) % {"key": repr(key)[:60], "found": found}
    return None
