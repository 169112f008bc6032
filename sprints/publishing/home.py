"""The cards of publishing: votes that wait for a person."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sprints.publishing import subjects
from sprints.publishing.agreements import Vote
from sprints.publishing.choices import Capacity
from whitebox.prepared import prepared
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> list[Card]:
    """Return the votes that wait for a person: one query. Whoever is asked for one is in a cohort."""
    if not viewer.memberships:
        return []
    owed = _owed(viewer.user.pk)
    return [_vote(one) for one in owed if one.capacity == Capacity.AUTHOR or one.change.clock_from is not None]


def _vote(vote: Vote) -> Card:
    shown = subjects.shown(vote.change.subject)
    return Card(
        Section.NEXT,
        title=_("Vote on the level of “%(title)s”") % {"title": shown.title},
        detail=_("asked: %(wanted)s") % {"wanted": vote.change.wanted},
        due_at=vote.due_at,
        action=_("Read and vote"),
        address=shown.level_address,
        order=30,
    )


@prepared
def _owed(user: int) -> QuerySet[Vote]:
    """Return the votes that a person owes, each with what it is about."""
    return (
        Vote.objects.waiting()
        .filter(user=user)
        .select_related("change__writeup__latest", "change__excursion", "change__entry__excursion")
    )
