"""What changed between two wordings, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from sprints.publishing.models import Revision

CONTEXT = 2  # unchanged lines around a change
MOST_LINES = 4_000  # beyond it only the fact is shown: comparing takes the square of it


@dataclass(frozen=True, slots=True)
class Line:
    mark: str  # "+", "-", " " or "…" where lines are left out
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    lines: Sequence[Line]


def changes(old: Revision, new: Revision) -> list[Part]:
    """Return the parts that differ: title, abstract, text, references."""
    fields = (
        (_("title"), old.title, new.title),
        (_("abstract"), old.abstract, new.abstract),
        (_("text"), old.source, new.source),
        (_("references"), old.bibliography, new.bibliography),
    )
    return [Part(label, compared(was, now)) for label, was, now in fields if was != now]


def compared(old: str, new: str) -> list[Line]:
    """Return two texts as one, with what went and what came. The lines marked "+" and " " are the new one's."""
    was, now = old.splitlines(), new.splitlines()
    if len(was) + len(now) > MOST_LINES:
        return [Line("…", "")]
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    lines: list[Line] = []
    for place, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if place or group[0][1] > 0:
            lines.append(Line("…", ""))
        for step in group:
            lines.extend(_step(step, was, now))
    return lines


def _step(step: tuple[str, int, int, int, int], was: list[str], now: list[str]) -> Iterator[Line]:
    kind, first, last, start, end = step
    if kind == "equal":
        yield from (Line(" ", text) for text in was[first:last])
        return
    yield from (Line("-", text) for text in was[first:last])
    yield from (Line("+", text) for text in now[start:end])
