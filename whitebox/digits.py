"""Whole numbers that come from outside: in addresses, in forms, in files.

Python's `int` takes other scripts' digits, blanks and signs, gives up at 4,301 digits, and makes numbers that no
column holds; each of these would end as an error of ours. What comes from outside is read here instead.
"""

import re
from collections.abc import Iterable

LARGEST = 2**63 - 1  # that a column holds, on both databases
DIGITS = re.compile(r"[0-9]{1,19}")


def whole(text: str, *, most: int = LARGEST) -> int | None:
    """Return the number from 0 to `most` that plain digits write; None for every other text."""
    if DIGITS.fullmatch(text) is None:
        return None
    number = int(text)
    return number if number <= most else None


def key(text: str) -> int:
    """Return the key of a row that a text names, or 0, which no row has."""
    return whole(text) or 0


def keys(texts: Iterable[str]) -> list[int]:
    """Return the keys that texts name, without those that name none."""
    return [found for text in texts if (found := key(text))]


def is_beyond(text: str) -> bool:
    """Tell whether Python reads a number in a text that no column holds. More digits than it reads are no number."""
    try:
        return not -LARGEST <= int(text) <= LARGEST
    except ValueError:
        return False


class Key:
    """The path converter of keys. It replaces Django's `int`, which finds numbers that databases refuse."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = whole(value)
        if number is None:
            raise ValueError(value)
        return number

    def to_url(self, value: int | str) -> str:
        return str(value)
