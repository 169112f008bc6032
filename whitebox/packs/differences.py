"""What differs between two versions of a pack: by file and by what stands in it, not by line.

Entries of a list are matched by their slug, so that a new order is no difference; a renamed one by its alias.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from whitebox.packs import yaml_tree
from whitebox.packs.contents import Contents

KEYS: Final = ("slug", "number", "kind", "level")  # what tells the entries of a list apart
WITHIN: Final = " / "
LONGEST: Final = 80  # characters shown of a value
MOST_LINES: Final = 5_000  # of a text that is compared line by line


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    file: str  # as the newer version calls it
    place: str  # what in the file; empty where it is the whole
    kind: Kind
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.place}" if self.place else self.file
        values = f": {self.before} → {self.after}" if self.before or self.after else ""
        return f"{self.kind.value} {where}{values}"


def between(old: Contents, new: Contents) -> list[Difference]:
    """Return what `new` changes, in the order of its files."""
    names = _renamed(old, new)
    before = {_called(name, names): content for name, content in old.files.items()}
    found: list[Difference] = []
    for file in sorted({*before, *new.files}):
        if file not in before:
            found.append(Difference(file, "", Kind.ADDED))
        elif file not in new.files:
            found.append(Difference(file, "", Kind.REMOVED))
        elif before[file] != new.files[file]:
            found.extend(_of_file(file, before[file], new.files[file]))
    return found


def _renamed(old: Contents, new: Contents) -> dict[str, str]:
    """Return the new name of each folder of a module or check that took another slug, by its old name."""
    names: dict[str, str] = {}
    for pattern in ("modules/*/module.md", "modules/*/checks/*/check.yml"):
        homes = {_slug(old, file): file.rpartition("/")[0] for file in old.matching(pattern)}
        for file in new.matching(pattern):
            head = _head(new, file)
            known = [head.get("slug"), *(head.get("aliases") or ())]
            home = next((homes[slug] for slug in known if slug in homes), None)
            folder = file.rpartition("/")[0]
            if home is not None and _called(f"{home}/", names) != f"{folder}/":
                names[_called(home, names)] = folder
    return names


def _called(file: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        if file == old or file.startswith(f"{old}/"):
            file = new + file[len(old) :]
    return file


def _slug(contents: Contents, file: str) -> Any:
    return _head(contents, file).get("slug")


def _head(contents: Contents, file: str) -> Mapping[str, Any]:
    data = _data(file, contents.files[file].decode(errors="replace"))[0]
    return data if isinstance(data, dict) else {}


def _data(file: str, text: str) -> tuple[Any, str]:
    """Return what the YAML of a file says, and the Markdown below it."""
    text = text.replace("\r\n", "\n")
    if file.endswith((".yml", ".yaml")):
        return yaml_tree.read(text).data, ""
    head, found, body = text.removeprefix("---\n").partition("\n---\n")
    if file.endswith(".md") and text.startswith("---\n") and found:
        return yaml_tree.read(head).data, body
    return None, text


def _of_file(file: str, old: bytes, new: bytes) -> Iterator[Difference]:
    texts = [content.decode(errors="replace") for content in (old, new)]
    if file.endswith(".csv"):
        yield from _of_rows(file, *texts)
        return
    (was, body_was), (now, body_now) = (_data(file, text) for text in texts)
    yield from _of_values(file, (), was, now)
    if body_was != body_now:
        yield Difference(file, "text" if was is not None else "", Kind.CHANGED, *_lines(body_was, body_now))


def _of_values(file: str, place: Sequence[str], was: Any, now: Any) -> Iterator[Difference]:
    if isinstance(was, dict) and isinstance(now, dict):
        yield from _of_pairs(file, place, was, now)
    elif (keyed := _keyed(was)) is not None and (others := _keyed(now)) is not None:
        yield from _of_pairs(file, place, _by_present_names(keyed, others), others)
    elif was != now:
        before, after = _lines(was, now) if _is_text(was) and _is_text(now) else (_short(was), _short(now))
        yield Difference(file, WITHIN.join(place), Kind.CHANGED, before, after)


def _of_pairs(file: str, place: Sequence[str], was: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys([*was, *now]):
        inner = (*place, str(key))
        if key not in was:
            yield Difference(file, WITHIN.join(inner), Kind.ADDED, "", _short(now[key]))
        elif key not in now:
            yield Difference(file, WITHIN.join(inner), Kind.REMOVED, _short(was[key]), "")
        else:
            yield from _of_values(file, inner, was[key], now[key])


def _keyed(value: Any) -> dict[str, Any] | None:
    """Return a list of entries by what tells them apart, or None for any other value."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    for key in KEYS:
        names = [str(entry.get(key)) for entry in value if key in entry]
        if len(names) == len(value) == len(set(names)):
            return dict(zip(names, value, strict=True))
    return None


def _by_present_names(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    present = {alias: name for name, entry in now.items() for alias in entry.get("aliases") or () if alias not in now}
    return {present.get(name, name): entry for name, entry in was.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value.strip()


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ""
    shown = " ".join(_words(value).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def _words(value: Any) -> str:
    """Return a value as somebody would say it: the rows of a list apart, each with the names of its parts."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ("; " if any(isinstance(part, dict) for part in value) else ", ").join(map(_words, value))
    return str(value)


def _lines(was: str, now: str) -> tuple[str, str]:
    """Say how much of a text is another one."""
    old, new = was.splitlines()[:MOST_LINES], now.splitlines()[:MOST_LINES]
    same = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return f"{len(old) - same} of {len(old)} lines", f"{len(new) - same} of {len(new)} lines"


def _of_rows(file: str, was: str, now: str) -> Iterator[Difference]:
    old, new = ({tuple(row) for row in csv.reader(io.StringIO(text))} for text in (was, now))
    yield Difference(file, "rows", Kind.CHANGED, f"{len(old - new)} of {len(old)}", f"{len(new - old)} of {len(new)}")
