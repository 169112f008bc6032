"""Values as JSON and back, with the types kept. Runs on both sides of the box; the host reads hostile bytes with it.

Plain values stand for themselves. What JSON has no word for is an object with one tag: {"float": "nan"},
{"int": "1f"}, {"tuple": [...]}, {"dict": {...}}, {"array": [dtype, shape, base64]}, {"scalar": [dtype, base64]},
{"other": "module.Type"}.
Nothing here can run code that the bytes bring along.
"""

import base64
import json
import math
import re
from typing import Any

import numpy as np

MAX_BYTES = 4 << 20  # One message.
MAX_NODES = 200_000  # Values in one message: a list costs 60 bytes of memory for 3 bytes of text.
MAX_DEPTH = 32
MAX_DIMENSIONS = 8
MAX_INT_DIGITS = 400
DTYPES = frozenset(
    ["|b1", "|i1", "|u1"]
    + [f"<{kind}{size}" for kind, sizes in (("i", "248"), ("u", "248"), ("f", "248")) for size in sizes]
)
BEYOND_JSON = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

HEXADECIMAL = re.compile(rf"-?[0-9a-f]{{1,{MAX_INT_DIGITS}}}", re.ASCII)


class CodecError(Exception):
    """The bytes or the value cannot be carried. The message names no content."""


class Other:
    """Stands for a value of a type that is not carried; only the type's name is."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name


# Writing


def to_bytes(value: Any) -> bytes:
    """Return one line without its end. Raises CodecError where the value is too large or too deep."""
    line = json.dumps(encode(value), separators=(",", ":"), allow_nan=False, check_circular=False).encode("ascii")
    if len(line) > MAX_BYTES:
        raise CodecError("too large")
    return line


def encode(value: Any, depth: int = 0) -> Any:
    """Return `value` as what json can write. The exact type decides: a subclass may lie about its content."""
    if depth > MAX_DEPTH:
        raise CodecError("too deep")
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return _encode_text(value)
    if kind is int:
        return _encode_int(value)
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if kind is list or kind is tuple or kind is dict:
        return _encode_container(value, depth)
    return _encode_numpy(value)


def _encode_text(value: str) -> str:
    if len(value) > MAX_BYTES:
        raise CodecError("too large")
    return value


def _encode_int(value: int) -> Any:
    if value.bit_length() <= 53:
        return value
    if value.bit_length() > 3 * MAX_INT_DIGITS:
        raise CodecError("too large")
    return {"int": format(value, "x")}


def _encode_container(value: Any, depth: int) -> Any:
    if len(value) > MAX_NODES:
        raise CodecError("too large")
    if type(value) is dict:
        if not all(type(key) is str for key in value):
            return {"other": "dict with keys that are not text"}
        return {"dict": {key: encode(item, depth + 1) for key, item in value.items()}}
    items = [encode(item, depth + 1) for item in value]
    return items if type(value) is list else {"tuple": items}


def _encode_numpy(value: Any) -> Any:
    kind = type(value)
    is_array = kind is np.ndarray
    if not is_array and not (kind.__module__ == "numpy" and isinstance(value, np.generic)):
        return {"other": f"{kind.__module__}.{kind.__qualname__}"[:100].replace("builtins.", "")}
    dtype = value.dtype.newbyteorder("<")
    if dtype.str not in DTYPES:
        return {"other": f"array of {value.dtype}"[:100] if is_array else f"numpy.{kind.__name__}"[:100]}
    if value.nbytes > MAX_BYTES or value.ndim > MAX_DIMENSIONS:
        raise CodecError("too large")
    data = base64.b64encode(np.ascontiguousarray(value, dtype=dtype).tobytes()).decode("ascii")
    return {"array": [dtype.str, list(value.shape), data]} if is_array else {"scalar": [dtype.str, data]}


# Reading


def from_bytes(line: bytes) -> Any:
    """Return the value. Raises CodecError, and nothing else, whatever the bytes are."""
    return decode(parse(line))


def parse(line: bytes) -> Any:
    """Return the JSON in `line`, values still tagged. Raises CodecError, and nothing else, whatever the bytes are."""
    if len(line) > MAX_BYTES:
        raise CodecError("too large")
    # Counted in the bytes, before anything is built: cheap, and never too low.
    if sum(map(line.count, (b",", b"[", b"{"))) > MAX_NODES:
        raise CodecError("too many values")
    try:
        return json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_short,
        )
    except (ValueError, RecursionError) as error:
        raise CodecError("not the JSON that was agreed") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise CodecError("a key stands twice")
    return result


def _refuse_constant(_name: str) -> Any:
    raise CodecError("a number that JSON has no word for")


def _finite(text: str) -> float:
    value = float(text)
    if len(text) > MAX_INT_DIGITS or not math.isfinite(value):
        raise CodecError("a number is too long or too large")
    return value


def _short(text: str) -> int:
    if len(text) > MAX_INT_DIGITS:
        raise CodecError("a number is too long")
    return int(text)


def decode(node: Any, depth: int = 0) -> Any:
    """Return the value of parsed JSON. Raises CodecError."""
    if depth > MAX_DEPTH:
        raise CodecError("too deep")
    if isinstance(node, list):
        return [decode(item, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    if len(node) != 1:
        raise CodecError("an object without one tag")
    [(tag, content)] = node.items()
    reader = _READERS.get(tag)
    if reader is None:
        raise CodecError("an unknown tag")
    return reader(content, depth)


def _read_int(content: Any, _depth: int) -> int:
    if not (isinstance(content, str) and HEXADECIMAL.fullmatch(content)):
        raise CodecError("a bad whole number")
    return int(content, 16)


def _read_float(content: Any, _depth: int) -> float:
    if not isinstance(content, str) or content not in BEYOND_JSON:
        raise CodecError("a bad number")
    return BEYOND_JSON[content]


def _read_tuple(content: Any, depth: int) -> tuple[Any, ...]:
    if not isinstance(content, list):
        raise CodecError("a bad tuple")
    return tuple(decode(item, depth + 1) for item in content)


def _read_dict(content: Any, depth: int) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise CodecError("a bad dict")
    return {key: decode(item, depth + 1) for key, item in content.items()}


def _read_other(content: Any, _depth: int) -> Other:
    if not isinstance(content, str) or len(content) > 200:
        raise CodecError("a bad type name")
    return Other(content)


def _read_scalar(content: Any, _depth: int) -> Any:
    if not isinstance(content, list) or len(content) != 2:
        raise CodecError("a bad scalar")
    return _numbers(content[0], (), content[1])[()]


def _read_array(content: Any, _depth: int) -> Any:
    if not isinstance(content, list) or len(content) != 3 or not isinstance(content[1], list):
        raise CodecError("a bad array")
    shape = content[1]
    if len(shape) > MAX_DIMENSIONS or not all(type(size) is int and 0 <= size <= MAX_BYTES for size in shape):
        raise CodecError("a bad shape")
    return _numbers(content[0], tuple(shape), content[2])


def _numbers(dtype_name: Any, shape: tuple[int, ...], data: Any) -> Any:
    if not isinstance(dtype_name, str) or dtype_name not in DTYPES or not isinstance(data, str):
        raise CodecError("a bad array type")
    dtype = np.dtype(dtype_name)
    try:
        raw = base64.b64decode(data, validate=True)
    except ValueError as error:
        raise CodecError("bad base64") from error
    if len(raw) != math.prod(shape) * dtype.itemsize:
        raise CodecError("shape and content differ in size")
    if dtype.kind == "b":
        # A truth value must be 0 or 1 in memory; any other byte makes numpy's comparisons lie.
        return np.frombuffer(raw, np.uint8).reshape(shape) != 0
    try:
        return np.frombuffer(raw, dtype).reshape(shape).copy()
    except ValueError as error:
        raise CodecError("a bad shape") from error


_READERS = {
    "int": _read_int,
    "float": _read_float,
    "tuple": _read_tuple,
    "dict": _read_dict,
    "other": _read_other,
    "scalar": _read_scalar,
    "array": _read_array,
}
