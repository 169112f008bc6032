"""A pack out of a zip that somebody uploaded: nothing is unpacked to disk, and nothing is read beyond the limits."""

import stat
import zipfile
import zlib
from typing import IO, Final

from whitebox.packs.contents import LARGEST_FILE, MOST_FILES, Collector, Contents, ContentsError, is_skipped

LARGEST_ZIP: Final = 20_000_000  # bytes
ENCRYPTED: Final = 0x1
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


def read(file: IO[bytes]) -> Contents:
    """Read a zip. Raises ContentsError where it is none, or too much; names that lead out are refused one by one."""
    if file.seek(0, 2) > LARGEST_ZIP:
        raise ContentsError(f"the zip is larger than {LARGEST_ZIP:,} bytes")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return _collected(archive)
    except BROKEN as wrong:
        raise ContentsError(f"this is not a zip that can be read: {str(wrong)[:200]}") from wrong


def _collected(archive: zipfile.ZipFile) -> Contents:
    entries = archive.infolist()
    if len(entries) > 2 * MOST_FILES:
        raise ContentsError(f"a pack has at most {MOST_FILES:,} files")
    collector = Collector()
    top = _top(entries)
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        if entry.is_dir() or is_skipped(name.removeprefix(top)):
            continue
        _collect(archive, entry, name.removeprefix(top), collector, seen)
    return collector.contents()


def _top(entries: list[zipfile.ZipInfo]) -> str:
    """Return the one folder that holds everything, where a zip has one."""
    names = [entry.filename for entry in entries if not is_skipped(entry.filename)]
    first = names[0].partition("/")[0] + "/" if names and "/" in names[0] else ""
    is_plain = first not in {"", "/", "../"} and "programme.yml" not in names
    return first if is_plain and all(name.startswith(first) for name in names) else ""


def _collect(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, collector: Collector, seen: set[str]) -> None:
    wrong = _wrong(entry, name, seen)
    seen.add(name)
    if wrong:
        collector.refuse(name, *wrong)
    elif collector.admit(name, entry.file_size):
        # The size that a zip states may be a lie, so no more than allowed is unpacked.
        with archive.open(entry) as opened:
            collector.add(name, opened.read(LARGEST_FILE + 1))


def _wrong(entry: zipfile.ZipInfo, name: str, seen: set[str]) -> tuple[str, str] | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name in seen:
        return "the zip holds this name twice", ""
    if "\\" in name or name.startswith("/") or ":" in name or any(part in {"", ".", ".."} for part in name.split("/")):
        return "this name leads out of the pack", "zip the folder itself"
    if kind not in {0, stat.S_IFREG}:
        return "this is a link or a device, not a file", "put the file itself here"
    if entry.flag_bits & ENCRYPTED:
        return "this file is locked with a password", "zip it without one"
    return None
