"""When an objective is due for a look again: FSRS-6 with its published weights, by the `fsrs` package.

No weights are fitted: one cohort is too small for it. Nothing is random (no fuzz), there are no steps within a day, and
all moments are aware and in UTC, so that the same log of reviews always gives the same dates. Pure: no database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fsrs import Card, Rating, Scheduler, State

RETENTION = 0.9  # how likely somebody is to know it still when it comes due
SCHEDULER = Scheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
NO_CARD = 0  # the package's own card ids come from a clock; ours are the primary keys, and it needs none


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of one card after its last review."""

    stability: float  # days until RETENTION is reached
    difficulty: float  # 1 to 10
    reviewed_at: datetime
    due_at: datetime


def reviewed(memory: Memory | None, rating: Rating, at: datetime) -> Memory:
    """Return a card's memory after one more review; None is a card that was never reviewed."""
    moment = at.astimezone(UTC)
    card, _log = SCHEDULER.review_card(_card(memory, moment), rating, moment)
    if card.stability is None or card.difficulty is None:
        raise ValueError("a card that was reviewed has a memory")
    return Memory(card.stability, card.difficulty, moment, card.due)


def replayed(log: Iterable[tuple[int, datetime]]) -> Memory | None:
    """Return the memory after a whole log of ratings and moments, earliest first."""
    memory = None
    for rating, at in log:
        memory = reviewed(memory, Rating(rating), at)
    return memory


def _card(memory: Memory | None, now: datetime) -> Card:
    if memory is None:
        return Card(card_id=NO_CARD, due=now)
    return Card(
        card_id=NO_CARD,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due_at.astimezone(UTC),
        last_review=memory.reviewed_at.astimezone(UTC),
    )
