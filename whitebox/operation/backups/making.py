"""Make a backup, and believe in it only after it has been read back."""

import fcntl
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.operation.backups import archive
from whitebox.operation.backups.archive import DATABASE, MANIFEST, UPLOADS, Manifest
from whitebox.operation.backups.databases import Database, database_of
from whitebox.operation.backups.inventory import differences

PATTERN = "whitebox-*.backup"


@dataclass(frozen=True, slots=True)
class Made:
    file: Path
    manifest: Manifest
    is_verified: bool


def make(destination: Path, *, key: bytes | None, is_verified: bool = True) -> Made:
    """Write a backup into the folder `destination` and verify it in a scratch database.

    A backup that does not verify is deleted. Raises RuleViolation, also where another one is being made there.
    """
    database = database_of(settings.DATABASES["default"])
    destination.mkdir(parents=True, exist_ok=True)
    with _alone(destination), tempfile.TemporaryDirectory(dir=destination, prefix="unfinished-") as scratch:
        unfinished = Path(scratch) / "backup"
        manifest = _write(unfinished, Path(scratch), database, default_storage, key)
        if is_verified:
            verify(unfinished, database, key)
        file = destination / f"whitebox-{manifest.made_at:%Y%m%dT%H%M%S%f}Z.backup"
        unfinished.rename(file)  # Under its name it is whole, and verified where that was asked for.
    return Made(file, manifest, is_verified)


def verify(file: Path, database: Database, key: bytes | None) -> Manifest:
    """Read a backup back and compare every upload and every row. Raises RuleViolation, naming what differs."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="unfinished-") as folder:
        manifest = archive.extracted(file, Path(folder), key)
        wrong = [*differences(manifest.tables, database.loaded_aside(Path(folder) / DATABASE, Path(folder)))]
    if wrong:
        raise RuleViolation(
            _("The backup does not hold what the database held: %(wrong)s") % {"wrong": "; ".join(wrong)}
        )
    return manifest


def prune(destination: Path, *, keep: int) -> int:
    """Delete the oldest backups beyond the newest `keep`, and return how many."""
    surplus = sorted(destination.glob(PATTERN))[:-keep]
    for file in surplus:
        file.unlink()
    return len(surplus)


def _write(file: Path, scratch: Path, database: Database, storage: Storage, key: bytes | None) -> Manifest:
    """The database comes first: an upload it knows was stored before it was known."""
    made_at = timezone.now()
    dump = scratch / DATABASE
    tables = database.dump(dump)
    with archive.writing(file, key) as tar:
        with dump.open("rb") as content:
            digest = archive.add(tar, DATABASE, content, dump.stat().st_size)
        uploads: dict[str, str] = {}
        for name in archive.names_in(storage):
            try:
                with storage.open(name) as upload:
                    uploads[name] = archive.add(tar, f"{UPLOADS}/{name}", upload, upload.size)
            except FileNotFoundError:
                continue  # Erased since it was listed.
        manifest = Manifest(made_at, database.kind, digest, tables, uploads)
        text = manifest.as_json().encode()
        archive.add(tar, MANIFEST, io.BytesIO(text), len(text))
    dump.unlink()
    return manifest


@contextmanager
def _alone(destination: Path) -> Iterator[None]:
    """Hold the folder. The lock goes with its process, however that ends."""
    with (destination / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuleViolation(_("Another backup is being made there.")) from None
        yield
