import contextlib
import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mastery.grading.runner import codec
from mastery.grading.runner.codec import CodecError, Other, from_bytes, to_bytes

plain = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.text(max_size=20)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.just({"array": 1})
    ),
    max_leaves=10,
)
kinds = st.sampled_from([np.dtype(name) for name in sorted(codec.DTYPES)])


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float):
        return type(right) is float and (left == right or (math.isnan(left) and math.isnan(right)))
    if isinstance(left, list | tuple):
        return type(left) is type(right) and len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return type(right) is dict and left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


@given(values)
def test_plain_values_come_back_with_their_types(value: object) -> None:
    assert same(value, from_bytes(to_bytes(value)))


@given(kinds.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, min_side=0))))
def test_arrays_come_back_bit_by_bit(array: npt.NDArray[Any]) -> None:
    back = from_bytes(to_bytes(array))

    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())


@given(kinds.flatmap(lambda kind: arrays.arrays(kind, ())))
def test_numpy_numbers_come_back(array: npt.NDArray[Any]) -> None:
    back = from_bytes(to_bytes(array[()]))

    assert type(back) is type(array[()])
    assert back.tobytes() == array.tobytes()


def test_array_of_the_other_byte_order_keeps_its_values() -> None:
    array = np.arange(3, dtype=">i4")

    assert from_bytes(to_bytes(array)).tolist() == [0, 1, 2]


def test_array_that_came_back_may_be_written_to() -> None:
    array = from_bytes(to_bytes(np.zeros(2)))

    array[0] = 1

    assert array.tolist() == [1, 0]


class Sub(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1j, "complex"),
        ({1, 2}, "set"),
        ({1: 2}, "dict with keys that are not text"),
        (b"x", "bytes"),
        (np.zeros(2, complex), "array of complex128"),
        (np.array([None]), "array of object"),
        (np.array(["a"]), "array of <U1"),
        (np.longdouble(1), "numpy.longdouble"),
        (np.zeros(2).view(Sub), f"{__name__}.Sub"),
        (np.zeros(2, [("a", int)]), "array of [('a', '<i8')]"),
        (np.datetime64("2024-01-01"), "numpy.datetime64"),
        (type("Text", (str,), {})("x"), f"{__name__}.Text"),
    ],
)
def test_value_of_another_type_is_carried_as_its_type_name_only(value: object, name: str) -> None:
    back = from_bytes(to_bytes(value))

    assert type(back) is Other
    assert back.type_name == name


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [nested(40), nested(100_000), "x" * (5 << 20), 1 << 5000, np.zeros(1 << 20), [0] * 300_000, np.zeros((1,) * 9)],
    ids=["deep", "very deep", "long text", "large int", "large array", "long list", "many dimensions"],
)
def test_value_that_is_too_large_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        to_bytes(value)


def tagged(tag: str, *content: object) -> bytes:
    return json.dumps({tag: list(content)}).encode()


HOSTILE = {
    "nothing": b"",
    "no JSON": b"verdict: passed",
    "not UTF-8": b'"\xff"',
    "UTF-16": '"a"'.encode("utf-16"),
    "cut off": b'[1, {"tuple": [',
    "two values": b"1 2",
    "NaN": b"NaN",
    "minus infinity": b"[-Infinity]",
    "number beyond floats": b"1e999",
    "digits without end": b"1" * 5000,
    "digits behind a point": b"0." + b"1" * 500_000,
    "key twice": b'{"float": "nan", "float": "inf"}',
    "key of a dict twice": b'{"dict": {"a": 1, "a": 2}}',
    "nesting": b"[" * 100_000 + b"]" * 100_000,
    "nesting below the cap of nodes": b"[" * 5000 + b"]" * 5000,
    "too many values": b"[" + b"0," * 300_000 + b"0]",
    "too long": b'"' + b"x" * (5 << 20) + b'"',
    "no tag": b"{}",
    "two tags": b'{"float": "nan", "int": "1"}',
    "unknown tag": b'{"pickle": "gASV"}',
    "int that is none": b'{"int": "0x10"}',
    "int with an underline": b'{"int": "1_0"}',
    "int with other digits": '{"int": "\u0661"}'.encode(),
    "int too long": b'{"int": "' + b"f" * 5000 + b'"}',
    "int as a list": b'{"int": [1]}',
    "float by another word": b'{"float": "1.5"}',
    "float as a list": b'{"float": ["nan"]}',
    "tuple of nothing": b'{"tuple": null}',
    "dict of nothing": b'{"dict": [1]}',
    "other without a name": b'{"other": 1}',
    "other with a long name": b'{"other": "' + b"x" * 500 + b'"}',
    "array of objects": tagged("array", "|O", [1], "AAAAAAAAAAA="),
    "array of structures": tagged("array", "<i8,<i8", [1], "AAAAAAAAAAAAAAAAAAAAAA=="),
    "array of an unknown type": tagged("array", ["<f8"], [1], "AAAAAAAAAAA="),
    "array with too few bytes": tagged("array", "<f8", [2], "AAAAAAAAAAA="),
    "array with too many bytes": tagged("array", "<f8", [], "AAAAAAAAAAAAAAAAAAAAAA=="),
    "array of negative size": tagged("array", "<f8", [-1], "AAAAAAAAAAA="),
    "array of two negative sizes": tagged("array", "<f8", [-1, -1], "AAAAAAAAAAA="),
    "array of huge size": tagged("array", "<f8", [0, 1 << 62], ""),
    "array of sizes that overflow": tagged("array", "<f8", [0, *[1 << 22] * 7], ""),
    "array of a true size": tagged("array", "<f8", [True], "AAAAAAAAAAA="),
    "array of a broken size": tagged("array", "<f8", [1.0], "AAAAAAAAAAA="),
    "array of many dimensions": tagged("array", "<f8", [1] * 40, "AAAAAAAAAAA="),
    "array with bad base64": tagged("array", "<f8", [1], "AAAA*AAAAAA="),
    "array with letters beyond ASCII": tagged("array", "<f8", [1], "äAAAAAAAAAA="),
    "array without content": tagged("array", "<f8", [1]),
    "array in an object": b'{"array": {"dtype": "<f8"}}',
    "scalar with a shape": tagged("scalar", "<f8", [1], "AAAAAAAAAAA="),
    "scalar of text": tagged("scalar", "<U1", "AAAAAA=="),
    "key that is no hash": b'{"array": [{}, [], ""]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_in_one_way(name: str) -> None:
    with pytest.raises(CodecError):
        from_bytes(HOSTILE[name])


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:0123456789.eE-+ntfalsuryi<8', max_size=80).map(str.encode))
def test_any_bytes_give_a_value_or_one_error(data: bytes) -> None:
    with contextlib.suppress(CodecError):
        from_bytes(data)


def test_truth_values_are_zero_or_one_in_memory() -> None:
    line = tagged("array", "|b1", [3], "AAEC")  # The bytes 0, 1 and 2.

    assert from_bytes(line).view(np.uint8).tolist() == [0, 1, 1]
