"""Values and printed text as a learner sees them: short, and without characters that play tricks on the reader."""

import re
from typing import Any

import numpy as np

from mastery.grading.runner.codec import Other

SHOWN_BYTES = 64 << 10  # Of printed text.
VALUE_CHARACTERS = 600
ESCAPE_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Control characters but tab and line end; the marks that turn the direction of text; halves of a character.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]"
)


def cleaned(text: str) -> str:
    """Return `text` without escape sequences and control characters. It still needs escaping for HTML."""
    return UNSEEN.sub("", ESCAPE_SEQUENCES.sub("", text.replace("\r\n", "\n")))


def shown_output(printed: bytes | bytearray) -> tuple[str, bool]:
    """Return the start of what was printed, and whether the rest was cut off."""
    return cleaned(bytes(printed[:SHOWN_BYTES]).decode("utf-8", "replace")), len(printed) > SHOWN_BYTES


def shown_value(value: Any) -> str:
    """Return a decoded value as one would write it in Python, cut to a readable length."""
    text = cleaned(_written(value, VALUE_CHARACTERS))
    return text if len(text) <= VALUE_CHARACTERS else text[: VALUE_CHARACTERS - 1] + "…"


def shown_call(arguments: list[Any]) -> str:
    """Return the arguments of a call as one would write them."""
    return ", ".join(shown_value(argument) for argument in arguments)


def _written(value: Any, room: int) -> str:
    """Return the text of `value`; stops adding elements soon after `room` characters."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Other):
        return f"<{value.type_name}>"
    if isinstance(value, dict):
        return "{" + _joined([(f"{key!r}: ", item) for key, item in value.items()], room) + "}"
    if isinstance(value, list):
        return "[" + _joined([("", item) for item in value], room) + "]"
    if isinstance(value, tuple):
        return "(" + _joined([("", item) for item in value], room) + ("," if len(value) == 1 else "") + ")"
    return repr(value.item() if isinstance(value, np.generic) else value)[: room + 1]


def _joined(items: list[tuple[str, Any]], room: int) -> str:
    parts: list[str] = []
    for label, item in items:
        if room < 0:
            parts.append("…")
            break
        parts.append(label + _written(item, room))
        room -= len(parts[-1])
    return ", ".join(parts)


def _array(value: Any) -> str:
    body = np.array2string(
        value,
        prefix="array(",
        separator=", ",
        threshold=60,
        edgeitems=3,
        precision=6,
        max_line_width=100,
        floatmode="maxprec",
    )
    kind = "" if value.dtype in (np.float64, np.int64, np.bool_) else f", dtype={value.dtype}"
    hint = f", shape={value.shape}" if value.size == 0 or value.size > 60 else ""
    return f"array({body}{kind}{hint})"
