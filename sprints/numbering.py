"""Problem numbers are text: 1.2 stands before 1.10, and 1.1 is not 1.10."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

NUMBER = re.compile(r"[A-Za-z]{0,4}-?[0-9]{1,6}(\.[0-9]{1,6}){0,3}[a-z]?")
PIECES = re.compile(r"[0-9]+|[A-Za-z]+")
DOTTED = re.compile(r"([0-9]+(?:\.[0-9]+)*)\.([0-9]+)")


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def sort_key(number: str) -> str:
    """Return text that sorts as people count. It has no punctuation, which databases' collations may skip."""
    return "".join(piece.zfill(6) if piece.isdigit() else piece.lower() for piece in PIECES.findall(number))


def lost_zeros(numbers: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield each place where a spreadsheet has turned 1.10 into 1.1, with what must have stood there.

    `numbers` are in the order of the file. A place is named only where the numbers around it show it.
    """
    there = Counter(numbers)
    for at, number in enumerate(numbers):
        before = numbers[at - 1] if at else ""
        after = numbers[at + 1] if at + 1 < len(numbers) else ""
        for full in _with_zeros(number):
            if full not in there and _shows(full, number, before, after, there):
                yield at, full


def _with_zeros(number: str) -> list[str]:
    found = DOTTED.fullmatch(number)
    return [number + "0" * zeros for zeros in (1, 2)] if found and not number.endswith("0") else []


def _shows(full: str, number: str, before: str, after: str, there: Counter[str]) -> bool:
    previous, following = _neighbour(full, -1), _neighbour(full, +1)
    if before == previous:
        return True  # 1.9, then 1.1: the list goes backwards exactly where 1.10 belongs.
    if there[number] == 1:
        return False
    return after == following or (before == number and (previous in there or following in there))


def _neighbour(number: str, step: int) -> str:
    prefix, _dot, last = number.rpartition(".")
    return f"{prefix}.{int(last) + step}"
