"""Files that organizers uploaded to take over: kept until they are taken, for a day at most."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applicants.importing import sheets
from applicants.models import ImportFile, Round
from whitebox.errors import RuleViolation
from whitebox.people.models import User

LARGEST = 20 * 1024 * 1024  # bytes; larger files go through the command
KEPT = timedelta(days=1)


@transaction.atomic
def keep(round_: Round, file: "UploadedFile[Any]", *, by: User) -> ImportFile:
    """Store a file that can be read. Raises RuleViolation for one that cannot."""
    if (file.size or 0) > LARGEST:
        raise RuleViolation(_("This file is larger than 20 MB. Ask whoever runs the server to import it by command."))
    sheets.read(file.read())
    file.seek(0)
    kept = ImportFile(round=round_, filename=(file.name or "")[-200:], by=by)
    kept.file = file
    kept.save()
    return kept


def content_of(kept: ImportFile) -> bytes:
    """Return what stands in a file. Raises RuleViolation where the file is gone."""
    try:
        with kept.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as wrong:
        raise RuleViolation(_("This file is not kept any more. Upload it again.")) from wrong
    return content


@transaction.atomic
def drop(kept: ImportFile) -> None:
    """Delete a file. Twice changes nothing."""
    transaction.on_commit(partial(kept.file.storage.delete, str(kept.file.name)))
    ImportFile.objects.filter(pk=kept.pk).delete()


def sweep(now: datetime) -> int:
    """Delete files nobody took over within a day."""
    old = list(ImportFile.objects.filter(at__lte=now - KEPT))
    for kept in old:
        drop(kept)
    return len(old)
