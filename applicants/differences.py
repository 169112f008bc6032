"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORD = re.compile(r"\S+\s*|\s+")
MOST_WORDS = 4_000  # of a text
MOST_LINES = 300
MOST_PAIRS = 90_000  # words of one passage times words of the other: comparing hostile ones takes 0.1 s then

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both texts as one run of pieces. Without the new ones it reads `before`, without the gone ones `after`.

    Lines are compared first and words within what differs, so that no text takes long; a passage that is too long
    is replaced as a whole.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    is_long = max(len(WORD.findall(before)), len(WORD.findall(after))) > MOST_WORDS
    if is_long or max(len(old), len(new)) > MOST_LINES:
        return _filled([Piece("gone", before), Piece("new", after)])
    found: list[Piece] = []
    for is_same, left, right in _runs(old, new):
        found += [Piece("same", right)] if is_same else _words(left, right)
    return _filled(found)


def _words(before: str, after: str) -> list[Piece]:
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) * len(new) > MOST_PAIRS:
        return [Piece("gone", before), Piece("new", after)]
    found: list[Piece] = []
    for is_same, left, right in _runs(old, new):
        found += [Piece("same", right)] if is_same else [Piece("gone", left), Piece("new", right)]
    return found


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    for act, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield act == "equal", "".join(old[i:j]), "".join(new[k:m])


def _filled(found: list[Piece]) -> list[Piece]:
    return [piece for piece in found if piece.text]


def removed(before: str, after: str) -> list[str]:
    """Return the runs of words that `after` has no more, the longest first."""
    gone = {piece.text.strip() for piece in pieces(before, after) if piece.kind == "gone"}
    return sorted(filter(None, gone), key=lambda text: (-len(text), text))
