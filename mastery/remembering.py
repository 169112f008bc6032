"""Cards follow what is mastered. Their state is the result of their log, which `worked_out` reads alone."""

import secrets
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from fsrs import Rating

from mastery import scheduling
from mastery.cards import RetentionCard, Review, ReviewAnswer, ReviewsOff
from mastery.choices import Recall
from mastery.models import CorrectiveAssignment, ObjectiveMastery
from mastery.scheduling import Memory
from whitebox.people.models import Membership, User
from whitebox.prepared import prepared

SEEDS = 2**31
AT_ONCE = 200  # people in one tick


def follow(now: datetime) -> int:
    """Make the cards that are missing and return how many. What was mastered counts as the first review.

    A sweep: whatever path mastery came by, its card is there a minute later, long before it is due for the first time.
    """
    found = _without_card().order_by("root").values_list("root", flat=True).distinct()[:AT_ONCE]
    return sum(_make(root) for root in list(found))


def _without_card() -> "QuerySet[Any]":
    has = RetentionCard.objects.filter(membership=OuterRef("root"), objective=OuterRef("objective"))
    rows = ObjectiveMastery.objects.annotate(root=Coalesce("membership__began_as", "membership"))
    return rows.filter(~Exists(has))


@transaction.atomic
def _make(root: int) -> int:
    # The root's row is the lock: two ticks at once make each card once.
    Membership.objects.select_for_update().get(pk=root)
    first: dict[int, ObjectiveMastery] = {}
    for mastery in _without_card().filter(membership__in=Membership.objects.of_record(root)).order_by("at", "pk"):
        first.setdefault(mastery.objective_id, mastery)
    helped = _helped(root)
    for objective, mastery in first.items():
        was_helped = objective in helped and helped[objective] <= mastery.at
        rating = Recall.HARD if was_helped else Recall.GOOD
        memory = scheduling.reviewed(None, Rating(rating), mastery.at)
        card = RetentionCard.objects.create(
            membership_id=root, objective_id=objective, seed=secrets.randbelow(SEEDS), number=1, **_columns(memory)
        )
        Review.objects.create(card=card, number=0, rating=rating, at=mastery.at)
    return len(first)


def _helped(root: int) -> dict[int, datetime]:
    """Return since when somebody had a corrective for an objective: then it was mastered with help."""
    record = Membership.objects.of_record(root)
    rows = CorrectiveAssignment.objects.filter(attempt__membership__in=record.values("pk"))
    return dict(rows.order_by("-opened_at").values_list("objective", "opened_at"))


def _columns(memory: Memory) -> dict[str, object]:
    return {
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "reviewed_at": memory.reviewed_at,
        "due_at": memory.due_at,
    }


def log(card: RetentionCard, rating: Recall, answer: ReviewAnswer, now: datetime) -> Review:
    """Append one review and let the card follow. The caller holds the card."""
    review = Review.objects.create(card=card, number=card.number, rating=rating, answer=answer, at=now)
    present = Memory(card.stability, card.difficulty, card.reviewed_at, card.due_at)
    for column, value in _columns(scheduling.reviewed(present, Rating(rating), now)).items():
        setattr(card, column, value)
    card.number += 1
    card.lapsed_at = now if rating == Recall.AGAIN else None
    card.save()
    return review


def worked_out(card: RetentionCard) -> Memory | None:
    """Return a card's memory from its log alone. `stored` is what the row says."""
    return scheduling.replayed(card.reviews.order_by("number").values_list("rating", "at"))


def stored(card: RetentionCard) -> Memory:
    return Memory(card.stability, card.difficulty, card.reviewed_at, card.due_at)


def awake(root: int) -> "QuerySet[RetentionCard]":
    """Return the cards of a record whose objectives are mastered now. The others rest."""
    record = Membership.objects.of_record(root)
    has = ObjectiveMastery.objects.filter(membership__among_few=record.values("pk"), objective=OuterRef("objective"))
    return RetentionCard.objects.filter(Exists(has), membership=root).select_related("objective")


@prepared
def asked_for(root: int, since: datetime) -> "QuerySet[Any]":
    """Return the cards that are awake, soonest due first; none where reviews are off.

    With each come the reviews `done` since a moment, of all cards (None for none), and `unjudged`, the key of its
    answer that waits for a judgement.
    """
    off = ReviewsOff.objects.filter(membership=root)
    reviews = Review.objects.filter(card__membership=root, number__gt=0, at__gte=since).order_by()
    done = reviews.values("card__membership").annotate(count=Count("pk")).values("count")
    unjudged = ReviewAnswer.objects.filter(card=OuterRef("pk"), review=None).order_by("pk").values("pk")
    wanted = awake(root).filter(~Exists(off)).order_by("due_at", "pk")
    return wanted.annotate(done=Subquery(done), unjudged=Subquery(unjudged[:1]))


def is_off(root: int) -> bool:
    return ReviewsOff.objects.filter(membership=root).exists()


@transaction.atomic
def switch(membership: Membership, *, off: bool, by: User) -> None:
    """Ask somebody for no reviews, or for them again. Twice changes nothing; the cards stay as they are."""
    if off:
        ReviewsOff.objects.get_or_create(membership_id=membership.first_key)
    else:
        ReviewsOff.objects.filter(membership=membership.first_key).delete()


def due_by_person(now: datetime) -> dict[int, list[RetentionCard]]:
    """Return the cards that are due, by the membership as which the record began; nobody's who switched them off."""
    record = ObjectiveMastery.objects.annotate(root=Coalesce("membership__began_as", "membership"))
    has = record.filter(root=OuterRef("membership"), objective=OuterRef("objective"))
    off = ReviewsOff.objects.filter(membership=OuterRef("membership"))
    due = RetentionCard.objects.filter(Exists(has), ~Exists(off), due_at__lte=now)
    found: dict[int, list[RetentionCard]] = defaultdict(list)
    for card in due.order_by(F("due_at").asc(), "pk"):
        found[card.membership_id].append(card)
    return found
