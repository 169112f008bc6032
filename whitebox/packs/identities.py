"""Which thing of earlier versions a slug means: renames go through aliases, and a freed name begins anew."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", int, str)
Named = tuple[str, Sequence[str]]  # a slug, and the names it had before


def resolve(entries: Sequence[Named], history: Iterable[Mapping[str, Key]]) -> list[Key | None]:
    """Return the identity of each entry, or None for what is new. No identity is given twice.

    `history` holds the names of each version that was stored, newest first: what a name meant last counts most.
    """
    found: list[Key | None] = [None] * len(entries)
    taken: set[Key] = set()
    for names in history:
        for attempt in (_own_name, _older_names):
            for place, entry in enumerate(entries):
                if found[place] is not None:
                    continue
                key = next((names[name] for name in attempt(entry) if name in names), None)
                if key is not None and key not in taken:
                    found[place] = key
                    taken.add(key)
    return found


def _own_name(entry: Named) -> Sequence[str]:
    return entry[:1]


def _older_names(entry: Named) -> Sequence[str]:
    return entry[1]


def free(slug: str, taken: Iterable[str]) -> str:
    """Return a name for a new identity: the slug, with a number where an older thing has it."""
    names = set(taken)
    number = 2
    name = slug
    while name in names:
        name = f"{slug[:56]}-{number}"
        number += 1
    return name


def by_version(rows: Iterable[tuple[int, str, Key]]) -> list[dict[str, Key]]:
    """Group rows of version number, name and identity into the names of each version, newest first."""
    versions: dict[int, dict[str, Key]] = {}
    for number, name, key in rows:
        versions.setdefault(number, {})[name] = key
    return [versions[number] for number in sorted(versions, reverse=True)]
