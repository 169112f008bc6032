"""What goes with a letter: small texts, such as an item for a calendar, kept in its row until it leaves."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.mime.text import MIMEText
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text with a file name. `parameters` stand behind its type, as `method=REQUEST` does for calendars."""

    name: str
    content: str
    subtype: str = "plain"  # of text/
    parameters: Mapping[str, str] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """Return it as it is kept in a letter's row."""
        return asdict(self) | {"parameters": dict(self.parameters)}


def part_of(row: Mapping[str, Any]) -> MIMEText:
    """Return a kept attachment as a part of a mail."""
    kept = Attachment(**row)
    part = MIMEText(kept.content, kept.subtype, "utf-8")
    for name, value in kept.parameters.items():
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=kept.name)
    return part
