"""Reading the mails that the embedded default writes to files."""

import email
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    at: datetime | None
    text: str


def newest(folder: Path, *, limit: int, without: Container[str] = ()) -> list[Mail]:
    """Return the latest mails below `folder`, newest first, but not those to addresses in `without`.

    A folder that is not there holds none.
    """
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    found: list[Mail] = []
    for file in files:
        found.extend(mail for mail in reversed(_mails(file)) if mail.to.lower() not in without)
        if len(found) >= limit:
            break
    return found[:limit]


def _mails(file: Path) -> list[Mail]:
    """Read one file of Django's file backend: messages, each closed by a line of dashes."""
    chunks = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [_mail(chunk) for chunk in chunks if chunk.strip()]


def _mail(content: bytes) -> Mail:
    message = email.message_from_bytes(content.lstrip(), policy=policy.default)
    body = message.get_body(("plain",))
    date = message["date"]
    return Mail(
        to=str(message["to"]),
        subject=str(message["subject"]),
        # "-0000" means UTC without a place, for which the standard library leaves the zone out.
        at=parsedate_to_datetime(str(date)).replace(tzinfo=UTC) if date else None,
        text=str(body.get_content()) if body else "",
    )
