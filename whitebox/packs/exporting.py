"""A version as a folder or as one file, to be read, changed and loaded elsewhere."""

import io
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs import contents, storing
from whitebox.packs.contents import Contents
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.models import Cohort

STARTER = Path(__file__).resolve().parent / "starter"
MOMENT = (1980, 1, 1, 0, 0, 0)  # of every file in a zip, so that equal versions make equal zips


def export(cohort: Cohort, root: Path) -> PackVersion:
    """Write the pack that a cohort follows into a new or empty folder; loading it gives the same version again.

    Raises RuleViolation where the cohort follows none, or the folder holds something.
    """
    adoption = Adoption.objects.select_related("version").filter(cohort=cohort).first()
    if adoption is None:
        raise RuleViolation(_("This cohort follows no pack yet."))
    _write(storing.contents_of(adoption.version), root)
    return adoption.version


def start(root: Path) -> None:
    """Write a small commented pack into a new or empty folder. Raises RuleViolation where it holds something."""
    _write(contents.from_folder(STARTER), root)


def _write(files: Contents, root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise RuleViolation(_("%(folder)s is not an empty folder. Nothing was written.") % {"folder": root})
    contents.write(files, root)


def zipped(version: PackVersion) -> bytes:
    """Return a version as a zip, which the upload takes again."""
    return archive(storing.contents_of(version), version.pack)


def archive(files: Contents, folder: str) -> bytes:
    """Return files as a zip with one folder that holds them all."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in files.names:
            entry = zipfile.ZipInfo(f"{folder}/{name}", MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, files.files[name])
    return made.getvalue()
