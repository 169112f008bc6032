"""How much of two programs is the same, by winnowing (Schleimer, Wilkerson and Aiken 2003). Nothing here decides.

A program becomes tokens without names, comments and layout; every run of `GRAM` tokens has a hash, and of each `WINDOW`
neighbouring hashes the smallest is kept. What the starter code has, and what many wrote alike, is taken away. An
inverted index from hash to programs finds the pairs, so that the time grows with the number of programs and not with
that of pairs: a hash that more than `MOST_ALIKE` programs have leads to no pair.
"""

import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeVar
from zlib import crc32

GRAM = 8  # tokens; shorter runs are everybody's
WINDOW = 5  # hashes; a run of GRAM + WINDOW - 1 equal tokens is always found
FEWEST_SHARED = 4  # hashes; less is chance in a short function
ALIKE = 0.5  # share of the smaller program
MOST_ALIKE = 20  # programs
COMMON_SHARE = 0.2  # what more of all programs have is the obvious way to write it
FEWEST_COMMON = 4
LONGEST = 50_000  # characters; more is no exercise
SIMPLE = re.compile(r"\w+|[^\w\s]")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Pair:
    one: Hashable
    other: Hashable
    shared: int  # hashes
    share: float  # of the smaller program, 0 to 1


def pairs(programs: Mapping[Key, str], starter: str = "") -> list[Pair]:
    """Return the pairs of programs that share much, the most alike first."""
    known = frozenset(grams(starter))
    prints = {key: fingerprint(text) - known for key, text in programs.items()}
    holders: dict[int, list[Key]] = defaultdict(list)
    for key, some in prints.items():
        for one in some:
            holders[one].append(key)
    most = min(MOST_ALIKE, max(FEWEST_COMMON, int(COMMON_SHARE * len(programs))))
    rare = {one for one, keys in holders.items() if len(keys) <= most}
    sizes = {key: len(some & rare) for key, some in prints.items()}
    shared = Counter(pair for one in rare for pair in combinations(holders[one], 2))
    found = [
        Pair(one, other, count, count / min(sizes[one], sizes[other]))
        for (one, other), count in shared.items()
        if count >= FEWEST_SHARED
    ]
    return sorted((pair for pair in found if pair.share >= ALIKE), key=lambda pair: (-pair.share, -pair.shared))


@lru_cache(maxsize=4096)  # some 2 KB each; a page looks at the same programs again and again
def fingerprint(text: str) -> frozenset[int]:
    """Return the hashes that stand for a program."""
    return frozenset(_winnowed(list(grams(text))))


def grams(text: str) -> Iterator[int]:
    """Yield the hash of every run of GRAM tokens."""
    read = tokens(text)
    for start in range(len(read) - GRAM + 1):
        yield crc32("\x00".join(read[start : start + GRAM]).encode())


def _winnowed(hashes: list[int]) -> Iterator[int]:
    if 0 < len(hashes) < WINDOW:
        yield min(hashes)
    for start in range(len(hashes) - WINDOW + 1):
        yield min(hashes[start : start + WINDOW])


def tokens(text: str) -> list[str]:
    """Return a program as tokens: every name is one, every number another. What is no Python is split into words."""
    source = text[:LONGEST]
    try:
        return [word for token in tokenize.generate_tokens(io.StringIO(source).readline) if (word := _word(token))]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return [_plain(word) for word in SIMPLE.findall(source)]


OF_KIND = {tokenize.NUMBER: "number", tokenize.STRING: "text", tokenize.INDENT: "in", tokenize.DEDENT: "out"}


def _word(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.NAME:
        return _plain(token.string)
    if token.type == tokenize.OP:
        return token.string
    return OF_KIND.get(token.type, "")


def _plain(word: str) -> str:
    if keyword.iskeyword(word) or not word[0].isalpha():
        return word
    return "name"


def of_persons(found: Iterable[Pair], person_of: Mapping[Hashable, Hashable]) -> list[Pair]:
    """Leave out pairs of one person, and keep the most alike of each two persons."""
    best: dict[frozenset[Hashable], Pair] = {}
    for pair in found:
        both = frozenset({person_of[pair.one], person_of[pair.other]})
        if len(both) == 2:
            best.setdefault(both, pair)
    return list(best.values())
