"""The files of a version as the database keeps them."""

import hashlib

from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.packs.contents import Contents
from whitebox.packs.models import Blob, PackFile, PackVersion

BATCH = 200  # files of one statement


def keep(contents: Contents, version: PackVersion) -> None:
    """Store the files of a version; content that is there already is shared."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.files.items()}
    by_digest = {digests[name]: content for name, content in contents.files.items()}
    Blob.objects.bulk_create(
        (Blob(digest=digest, content=content) for digest, content in by_digest.items()),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    blobs: dict[str, int] = {}
    wanted = list(by_digest)
    for start in range(0, len(wanted), BATCH):
        found = Blob.objects.filter(digest__in=wanted[start : start + BATCH])
        blobs |= dict(found.values_list("digest", "pk"))
    PackFile.objects.bulk_create(
        (PackFile(version=version, path=name, blob_id=blobs[digest]) for name, digest in digests.items()),
        batch_size=BATCH,
    )


def contents_of(version: PackVersion) -> Contents:
    """Return the files of a version. Raises RuleViolation for one that was stored before files were kept."""
    rows = PackFile.objects.filter(version=version).values_list("path", "blob__content")
    files = {path: bytes(content) for path, content in rows}
    if not files:
        raise RuleViolation(
            _("%(version)s was loaded before files were kept. Load its folder again.") % {"version": version}
        )
    return Contents(files)
