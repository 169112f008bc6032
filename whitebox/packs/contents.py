"""The files of a pack, read once and kept: what is checked is what is stored, whatever happens to the folder.

Links, devices and whatever else is no plain file are named and not opened. Sizes are capped before anything is read.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

LARGEST_FILE: Final = 1_000_000  # bytes
MOST_BYTES: Final = 64_000_000  # of all files together
MOST_FILES: Final = 5_000
LONGEST_NAME: Final = 200  # characters of a path
SKIPPED: Final = (".", "__")  # how names begin that no pack has: .git, __pycache__, __MACOSX
SPLIT: Final = "split it, or make its figures smaller"

Refusal = tuple[str, str]  # what is wrong with a file, and what to do


class ContentsError(Exception):
    """The whole cannot be read as a pack. The message says why, the hint what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Contents:
    """Files by their path with forward slashes, and those that are there but were not read."""

    files: Mapping[str, bytes]
    refused: Mapping[str, Refusal] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all names and contents, in order of names."""
        total = hashlib.sha256()
        for file in sorted(self.files):
            total.update(f"{file}\0{len(self.files[file])}\0".encode())
            total.update(self.files[file])
        return total.hexdigest()

    @cached_property
    def names(self) -> list[str]:
        return sorted(self.files)

    def matching(self, pattern: str) -> list[str]:
        """Return the names that match a glob, sorted. `*` stays inside one folder, `**/` crosses them."""
        found = _pattern(pattern)
        return [name for name in self.names if found.fullmatch(name)]


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    known = {"**/": "(?:[^/]+/)*", "*": "[^/]*"}
    parts = re.split(r"(\*\*/|\*)", glob)
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts), re.DOTALL)


class Collector:
    """Gathers files under the limits that hold for every way in. Raises ContentsError where the whole is too much."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.refused: dict[str, Refusal] = {}
        self._folded: dict[str, str] = {}
        self._left = MOST_BYTES

    def admit(self, name: str, size: int) -> bool:
        """Say whether a file of this name and size may be read; note why not."""
        if len(self.files) + len(self.refused) >= MOST_FILES:
            raise ContentsError(f"a pack has at most {MOST_FILES:,} files", "is this the right folder?")
        wrong = _wrong_name(name) or self._twin(name)
        if wrong is None and size > LARGEST_FILE:
            wrong = (f"the file is larger than {LARGEST_FILE:,} bytes", SPLIT)
        if wrong is not None:
            self.refuse(name, *wrong)
        return wrong is None

    def add(self, name: str, content: bytes) -> None:
        if len(content) > LARGEST_FILE:
            self.refuse(name, f"the file is larger than {LARGEST_FILE:,} bytes", SPLIT)
            return
        self._left -= len(content)
        if self._left < 0:
            raise ContentsError(f"the files take more than {MOST_BYTES:,} bytes together", "is this the right folder?")
        self.files[name] = content

    def refuse(self, name: str, message: str, hint: str = "") -> None:
        self.refused[name] = (message, hint)

    def contents(self) -> Contents:
        return Contents(self.files, self.refused)

    def _twin(self, name: str) -> Refusal | None:
        """Two names that differ in capitals only are one file on many disks."""
        twin = self._folded.setdefault(name.casefold(), name)
        return None if twin == name else (f"the name differs from {twin} in capitals only", "rename one of them")


def _wrong_name(name: str) -> Refusal | None:
    if not _is_text(name):
        return "the file's name is not UTF-8, or has characters that cannot be shown", "use plain letters"
    if len(name) > LONGEST_NAME:
        return f"the path has more than {LONGEST_NAME} characters", "shorten the names of folders"
    return None


def _is_text(name: str) -> bool:
    return name.isprintable() and not any("\ud800" <= letter <= "\udfff" for letter in name)


def is_skipped(name: str) -> bool:
    return any(part.startswith(SKIPPED) and part not in {".", ".."} for part in name.split("/"))


def from_folder(root: Path) -> Contents:
    """Read a folder. Raises ContentsError."""
    root = root.resolve()
    if not root.is_dir():
        raise ContentsError(f"there is no folder {root}")
    collector = Collector()
    for path, entry in _entries(root, root, collector):
        name = path.relative_to(root).as_posix()
        if not stat.S_ISREG(entry.st_mode):
            collector.refuse(name, *_no_file(path, root, entry.st_mode))
        elif collector.admit(name, entry.st_size):
            _read(path, name, collector)
    return collector.contents()


def _entries(folder: Path, root: Path, collector: Collector) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield everything below a folder that is no folder itself, without following a link."""
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as wrong:
        collector.refuse(folder.relative_to(root).as_posix(), f"the folder cannot be read: {wrong.strerror}")
        return
    for entry in found:
        if entry.name.startswith(SKIPPED):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(folder / entry.name, root, collector)
        else:
            yield folder / entry.name, entry.stat(follow_symlinks=False)


def _no_file(path: Path, root: Path, mode: int) -> Refusal:
    if not stat.S_ISLNK(mode):
        return "this is a device, a socket or a pipe, not a file", "take it out of the pack"
    try:
        leads_out = not path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # A link that leads to itself.
        leads_out = False
    where = "this link leads out of the pack" if leads_out else "this is a link, not a file"
    return where, "put the file itself here"


def _read(path: Path, name: str, collector: Collector) -> None:
    try:
        # A file that became a link or a pipe meanwhile is not opened, and a file that grew is cut and refused.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            collector.add(name, file.read(LARGEST_FILE + 1))
    except OSError as wrong:
        collector.refuse(name, f"the file cannot be read: {wrong.strerror}")


def write(contents: Contents, root: Path) -> None:
    """Write the files into an empty or new folder."""
    for name in contents.names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.files[name])


def of(files: Iterable[tuple[str, bytes]]) -> Contents:
    """Collect files from elsewhere under the same limits."""
    collector = Collector()
    for name, content in files:
        if collector.admit(name, len(content)):
            collector.add(name, content)
    return collector.contents()
