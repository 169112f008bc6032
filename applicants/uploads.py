"""Files that applicants send: small PDFs, told by their content, kept under random names."""

import io
from functools import partial
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from applicants import applying, pdfs
from applicants.models import Application, Upload
from whitebox import digits
from whitebox.errors import RuleViolation

LARGEST = 10 * 1024 * 1024  # bytes
MOST_FILES = 60  # of one application
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
    replaced = _unread(application, str(application.draft.answers.get(question) or ""))
    upload = store(application, question, file)
    applying.save_answers(application, {question: str(upload.pk)})
    for one in replaced:
        one.delete()
        transaction.on_commit(partial(one.file.delete, save=False))
    return upload


def store(application: Application, name: str, file: "UploadedFile[Any]") -> Upload:
    """Keep a file of an application under a name. Raises RuleViolation for what is no small PDF, and for too many."""
    if refused := wrong_with(file):
        raise RuleViolation(refused)
    if application.uploads.count() >= MOST_FILES:
        raise RuleViolation(
            _("We keep %(count)d files of one application, and have that many of yours. This one was not taken; those "
              "before it are kept. Write to the organizers if they must see it.")
            % {"count": MOST_FILES}
        )  # fmt: skip
    upload = Upload(application=application, question=name, size=file.size or 0, filename=_plain(file.name))
    upload.file = file
    upload.save()
    return upload


def _unread(application: Application, saved: str) -> list[Upload]:
    """Return the file that a draft names and no submitted revision does."""
    if any(saved in map(str, one.answers.values()) for one in application.revisions.all()):
        return []
    return list(Upload.objects.filter(application=application, pk=digits.key(saved)))


def _plain(name: str | None) -> str:
    kept = "".join(sign for sign in (name or "") if sign.isprintable() and sign not in '/\\"')
    return kept[-200:] or "file.pdf"


def download(upload: Upload) -> FileResponse:
    """Answer with a file as it was sent, as a download that no browser opens as a page of ours."""
    return _answer(upload.file.open("rb"), upload.filename)


def pages(upload: Upload, name: str) -> FileResponse:
    """Answer with the pages of a file by another name: neither tells who sent it. Refuses as `pdfs` does."""
    with upload.file.open("rb") as file:
        content = pdfs.cleaned(file)
    return _answer(io.BytesIO(content), name)


def _answer(file: "IO[bytes]", name: str) -> FileResponse:
    return FileResponse(
        file,
        as_attachment=True,
        filename=name,
        content_type="application/pdf",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
