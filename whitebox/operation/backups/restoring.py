"""Put a backup back, into a database and a storage that hold nothing."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.operation.backups import archive
from whitebox.operation.backups.archive import DATABASE, UPLOADS, Manifest
from whitebox.operation.backups.databases import database_of
from whitebox.operation.backups.inventory import differences


def restore(file: Path, *, key: bytes | None) -> Manifest:
    """Restore database and uploads, and compare every row with the manifest.

    The backup is read and checked as a whole before anything is written. Raises RuleViolation where it is damaged, of
    another kind of database, or where something is there already.
    """
    database = database_of(settings.DATABASES["default"])
    if not database.is_empty():
        raise RuleViolation(
            _("The database is not empty, so nothing was restored. Make an empty one and let DATABASE_URL name it.")
        )
    if any(archive.names_in(default_storage)):
        raise RuleViolation(
            _("There are uploads already, so nothing was restored. Let MEDIA_ROOT name an empty folder.")
        )
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR, prefix="restoring-") as scratch:
        folder = Path(scratch)
        manifest = archive.extracted(file, folder, key)
        if manifest.kind != database.kind:
            raise RuleViolation(
                _("This backup is of %(its)s, and DATABASE_URL names %(ours)s.")
                % {"its": manifest.kind, "ours": database.kind}
            )
        found = database.load(folder / DATABASE)
        _store(folder / UPLOADS, manifest)
    if wrong := [*differences(manifest.tables, found)]:
        raise RuleViolation(_("Restored, but not the same: %(wrong)s") % {"wrong": "; ".join(wrong)})
    return manifest


def _store(folder: Path, manifest: Manifest) -> None:
    for name in manifest.uploads:
        with (folder / name).open("rb") as content:
            stored = default_storage.save(name, File(content))
        if stored != name:
            raise RuleViolation(_("The storage keeps %(name)s under another name.") % {"name": name})
