"""The figures of a log: small pictures told by their content, shown only to those who may read the entry."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation

LARGEST = 5 * 1024 * 1024  # bytes
MOST = 6  # figures of one entry
STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
WEBP = (b"RIFF", b"WEBP")  # at the beginning, and four bytes of length behind it


@dataclass(frozen=True, slots=True)
class NewFigure:
    """A picture on its way in, and the text that stands for it."""

    file: "UploadedFile[Any]"
    alt: str


def checked(figure: NewFigure, *, is_described: bool = True) -> str:
    """Return what kind of picture it is. Raises RuleViolation; neither its name nor the browser is believed."""
    if is_described and not figure.alt.strip():
        raise RuleViolation(_("Say in words what the figure shows: not everybody sees it."))
    if (figure.file.size or 0) > LARGEST:
        raise RuleViolation(_("The figure is larger than 5 MB. Make it smaller, or give a link instead."))
    figure.file.seek(0)
    head = figure.file.read(12)
    figure.file.seek(0)
    kind = _kind(head)
    if not kind:
        raise RuleViolation(_("The figure is no PNG, JPEG, GIF or WebP. Save it as one of these and choose it again."))
    return kind


def _kind(head: bytes) -> str:
    if head.startswith(WEBP[0]) and head[8:12] == WEBP[1]:
        return "image/webp"
    return next((kind for start, kind in STARTS if head.startswith(start)), "")


class Picture(Protocol):
    """A row that holds a picture."""

    file: Any
    content_type: str


def shown(figure: Picture, *, kept: str = "private, no-store") -> FileResponse:
    """Answer with a picture and nothing that a browser could take for a page. `kept` says who may keep it."""
    return FileResponse(
        figure.file.open("rb"),
        content_type=figure.content_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": kept,
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
