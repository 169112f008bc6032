"""The protocol of the home page: cards in five sections, in this order and nothing above them.

An app contributes `home.py` with `cards`, a function from a Viewer to cards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from whitebox import contributions
from whitebox.people.models import Membership, User


class Section(IntEnum):
    NEXT = 1
    NOT_YET = 2
    REVIEW = 3
    HELP = 4
    WEEKS = 5


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose home page it is: the person, all active memberships, and the one they study under now."""

    user: User
    memberships: Sequence[Membership]
    participation: Membership | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the home page. `template` replaces the line by an include-only template with `context`.

    A section whose contexts are frozen dataclasses of plain values is drawn once, see `whitebox.web.drawing`.
    """

    section: Section
    title: str = ""
    detail: str = ""
    due_at: datetime | None = None
    zone: str = ""  # the cohort's zone, shown beside the reader's
    minutes: int | None = None
    action: str = ""
    address: str = ""
    order: int = 50
    template: str = ""
    context: Any = None


Cards = Callable[[Viewer], Sequence[Card]]


def collect(viewer: Viewer) -> dict[str, list[Card]]:
    """Return every section's cards by its name in lower case: what is due soonest first, then by order."""
    found = [card for cards in contributions.attributes("home", "cards") for card in cards(viewer)]
    return {
        section.name.lower(): sorted((card for card in found if card.section == section), key=_rank)
        for section in Section
    }


def _rank(card: Card) -> tuple[bool, float, int, str]:
    return card.due_at is None, card.due_at.timestamp() if card.due_at else 0.0, card.order, card.title
