"""The file of a backup: a compressed tar of the database, the uploads and a manifest, sealed where a key is set."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol, cast

from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.operation.backups.inventory import Inventory, Table
from whitebox.operation.backups.sealing import Sealing, Unsealing, is_sealed

FORMAT = 1
DATABASE, MANIFEST, UPLOADS = "database", "manifest.json", "uploads"


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the kind of database, its tables, and the SHA-256 of the dump and of each upload by name."""

    made_at: datetime
    kind: str
    database: str
    tables: Inventory
    uploads: Mapping[str, str]

    def as_json(self) -> str:
        tables = {name: asdict(table) for name, table in self.tables.items()}
        said = {
            "made_at": self.made_at.isoformat(),
            "kind": self.kind,
            "database": self.database,
            "uploads": dict(self.uploads),
        }
        return json.dumps({"format": FORMAT, **said, "tables": tables}, indent=1)

    @classmethod
    def read(cls, text: str) -> "Manifest":
        """Raises RuleViolation for a format that this version does not know."""
        said: dict[str, Any] = json.loads(text)
        if said.get("format") != FORMAT:
            raise RuleViolation(_("This backup was made by another version of WhiteBox. Restore it with that one."))
        tables = {name: Table(**table) for name, table in said["tables"].items()}
        made_at = datetime.fromisoformat(said["made_at"])
        return cls(made_at, said["kind"], said["database"], tables, said["uploads"])

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


@contextmanager
def writing(file: Path, key: bytes | None) -> Iterator[tarfile.TarFile]:
    """Open a new backup that only its owner can read."""
    with ExitStack() as stack:
        below: IO[bytes] = stack.enter_context(file.open("xb"))
        file.chmod(0o600)
        if key is not None:
            below = cast("IO[bytes]", stack.enter_context(Sealing(below, key)))
        packed = stack.enter_context(gzip.GzipFile(fileobj=below, mode="wb", compresslevel=6))
        yield stack.enter_context(tarfile.open(fileobj=packed, mode="w|"))


@contextmanager
def reading(file: Path, key: bytes | None) -> Iterator[tarfile.TarFile]:
    """Open a backup. Raises RuleViolation where it needs a key, another key, or is damaged."""
    with ExitStack() as stack:
        below: IO[bytes] = stack.enter_context(file.open("rb"))
        if is_sealed(below):
            if key is None:
                raise RuleViolation(_("This backup is sealed. Set BACKUP_KEY to the key it was made with."))
            below = cast("IO[bytes]", stack.enter_context(io.BufferedReader(Unsealing(below, key))))
        try:
            packed = stack.enter_context(gzip.GzipFile(fileobj=below, mode="rb"))
            yield stack.enter_context(tarfile.open(fileobj=packed, mode="r|"))
            while packed.read(1 << 20):
                pass  # The checksum stands at the very end.
        except (OSError, EOFError, zlib.error, tarfile.TarError) as wrong:
            raise RuleViolation(_("The backup is damaged: %(wrong)s") % {"wrong": type(wrong).__name__}) from wrong


def add(tar: tarfile.TarFile, name: str, content: Readable, size: int) -> str:
    """Put a file into the archive and return its SHA-256."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    watched = _Watched(content)
    tar.addfile(entry, cast("IO[bytes]", watched))
    return watched.sum.hexdigest()


class _Watched:
    """A file whose bytes are added up while they are read."""

    def __init__(self, below: Readable) -> None:
        self._below, self.sum = below, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._below.read(size)
        self.sum.update(data)
        return data


def names_in(storage: Storage, folder: str = "") -> Iterator[str]:
    """Yield the name of each file in a storage, at any depth."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for deeper in sorted(folders):
        yield from names_in(storage, f"{folder}/{deeper}" if folder else deeper)


def extracted(file: Path, folder: Path, key: bytes | None) -> Manifest:
    """Read a whole backup into `folder` and check each upload against the manifest.

    Raises RuleViolation where anything lacks or is not what was written.
    """
    with reading(file, key) as tar:
        for entry in tar:
            _check_name(entry)
            _write(tar, entry, folder / entry.name)
    if not (folder / MANIFEST).is_file() or not (folder / DATABASE).is_file():
        raise RuleViolation(_("The backup is not whole: its manifest or its database is missing."))
    manifest = Manifest.read((folder / MANIFEST).read_text())
    if _digest(folder / DATABASE) != manifest.database:
        raise RuleViolation(_("The backup is damaged: its database is not what it was."))
    for name, expected in manifest.uploads.items():
        there = folder / UPLOADS / name
        if not there.is_file() or _digest(there) != expected:
            raise RuleViolation(_("The backup is damaged: the upload %(name)s is not what it was.") % {"name": name})
    return manifest


def _write(tar: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> None:
    """Write a plain file as our own: Python before 3.11.4 has no filter for the owners and modes that a tar names."""
    content = tar.extractfile(entry)
    if content is None:
        raise TypeError(f"{entry.name} is no plain file.")
    place.parent.mkdir(parents=True, exist_ok=True)
    with content, place.open("wb") as copy:
        shutil.copyfileobj(content, copy)


def _check_name(entry: tarfile.TarInfo) -> None:
    path = PurePosixPath(entry.name)
    if not entry.isfile() or path.is_absolute() or ".." in path.parts:
        raise RuleViolation(_("The backup is none of ours: it holds %(name)s.") % {"name": entry.name})


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
