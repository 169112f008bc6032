"""The demonstration's reviews: something is due for a look, and somebody has something to practise."""

from datetime import timedelta

from curriculum import syllabus
from mastery import remembering, review_items, reviewing
from mastery.cards import RetentionCard
from mastery.reviewing import Given
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

FORGETFUL = 1  # by place in the list: one look of theirs went wrong this morning


def fill(world: World) -> None:
    """Make the cards of all that is mastered; let one person have looked at one of theirs."""
    remembering.follow(world.now)
    person = world.participants[FORGETFUL]
    card = RetentionCard.objects.filter(membership=person, due_at__lte=world.now).order_by("due_at", "pk").first()
    if card is not None:
        _forgot(world, person, card)


def _forgot(world: World, person: Membership, card: RetentionCard) -> None:
    asked = review_items.chosen(card, syllabus.present(person.cohort_id))
    if asked is not None:
        unknown = Given(card.number, asked.name, "", is_unknown=True)
        reviewing.answer(card, unknown, by=person.user, now=world.now - timedelta(minutes=20))
