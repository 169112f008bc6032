"""Reviews on the home page: what is due for a look, and what asks for practice."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curriculum import syllabus
from curriculum.models import ObjectiveVersion
from mastery import reviewing
from mastery.gating import Record
from whitebox import addresses
from whitebox.web.cards import Card, Section, Viewer


def of_learner(record: Record, viewer: Viewer) -> Iterator[Card]:
    """Return the cards of the section “review”: one query, none before something is mastered."""
    if not record.mastered:
        return
    found = reviewing.session(record.membership, syllabus.of_page(record.membership.cohort), viewer.now)
    stated = {one.objective_id: one for one in record.objectives}
    numbers = [stated[one.objective_id].number for one in found.cards if one.objective_id in stated]
    if numbers:
        title = ngettext(
            "%(count)d objective is due for a look: %(numbers)s",
            "%(count)d objectives are due for a look: %(numbers)s",
            len(numbers),
        )
        yield Card(
            Section.REVIEW,
            title=title % {"count": len(numbers), "numbers": ", ".join(numbers)},
            minutes=found.minutes,
            action=_("Review"),
            address=addresses.address("mastery:reviews"),
            order=10,
        )
    elif found.waiting:
        yield Card(
            Section.REVIEW,
            title=_("An answer of yours waits for your own judgement"),
            action=_("Compare"),
            address=addresses.address("mastery:review_answer", found.waiting),
            order=10,
        )
    for card in found.lapsed[: reviewing.A_SESSION]:
        if card.objective_id in stated:
            yield _practice(card, stated[card.objective_id])


def _practice(card: Any, objective: ObjectiveVersion) -> Card:
    return Card(
        Section.REVIEW,
        title=_("Practise %(number)s: %(text)s") % {"number": objective.number, "text": objective.text},
        detail=_("it was not there in the last look; you keep what you have mastered"),
        action=_("Practise"),
        address=addresses.address("mastery:review_practice", card.pk),
        order=20,
    )
