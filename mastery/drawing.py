"""Which question a talk asks: at random from those a person has had least often, and the same whenever it is repeated.

The draw rests on a secret of the talk, so nobody can work it out before, and on nothing else, so anybody who knows the
secret can repeat it by hand: SHA-256 over secret and item, as a number, modulo the number of questions to choose from.
"""

import hashlib
from collections.abc import Iterable, Mapping


def candidates(bank: Iterable[str], had: Mapping[str, int]) -> list[str]:
    """Return the questions to choose from, sorted: those never had, or those had least often once all were."""
    times = {question: had.get(question, 0) for question in bank}
    fewest = min(times.values())
    return sorted(question for question, count in times.items() if count == fewest)


def chosen(seed: int, item: str, among: list[str]) -> str:
    """Return one of `among`, which is sorted."""
    drawn = int.from_bytes(hashlib.sha256(f"{seed}:{item}".encode()).digest())
    return among[drawn % len(among)]
