"""Files that applicants send: small PDFs, told by their content, kept under random names."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from applicants import applying
from applicants.models import Application, Upload
from whitebox.errors import RuleViolation

LARGEST = 10 * 1024 * 1024  # bytes
PDF_STARTS = b"%PDF-"
HEAD = 1024  # bytes; readers accept the mark anywhere in the first kilobyte, but we want it first


def wrong_with(file: "UploadedFile[Any]") -> str:
    """Return why a file cannot be taken, or an empty text. Its name and what the browser says are not believed."""
    if not file.size:
        return _("This file is empty.")
    if file.size > LARGEST:
        return _("This file is larger than 10 MB. Make it smaller, or give a link instead.")
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return "" if head.startswith(PDF_STARTS) else _("This is not a PDF. Save it as a PDF and choose it again.")


@transaction.atomic
def keep(application: Application, question: str, file: "UploadedFile[Any]") -> Upload:
    """Store a file as the answer to a question. The one before stays while a submitted revision names it."""
    if refused := wrong_with(file):
        raise RuleViolation(refused)
    upload = Upload(application=application, question=question, size=file.size or 0, filename=_plain(file.name))
    upload.file = file
    upload.save()
    applying.save_answers(application, {question: str(upload.pk)})
    return upload


def _plain(name: str | None) -> str:
    kept = "".join(sign for sign in (name or "") if sign.isprintable() and sign not in '/\\"')
    return kept[-200:] or "file.pdf"


def download(upload: Upload) -> FileResponse:
    """Answer with a file as a download that no browser opens as a page of ours."""
    return FileResponse(
        upload.file.open("rb"),
        as_attachment=True,
        filename=upload.filename,
        content_type="application/pdf",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
