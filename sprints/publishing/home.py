"""The cards of publishing: votes that wait for a person, and wordings that wait for an author's consent."""

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.choices import InfohazardLevel
from sprints.publishing import subjects
from sprints.publishing.agreements import Vote
from sprints.publishing.choices import Capacity
from sprints.publishing.models import Author
from whitebox.prepared import prepared
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> list[Card]:
    """Return what waits for a person: one query for the votes and one for the consents."""
    if not viewer.memberships:
        return []
    return [*_votes(viewer), *_consents(viewer)]


def _votes(viewer: Viewer) -> list[Card]:
    waiting = (
        Vote.objects.waiting()
        .filter(user=viewer.user)
        .select_related("change__writeup__latest", "change__excursion", "change__entry__excursion")
    )
    return [_vote(one) for one in waiting if one.capacity == Capacity.AUTHOR or one.change.clock_from is not None]


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


def _consents(viewer: Viewer) -> list[Card]:
    """Ask for consent once a write-up is public and waits for its authors."""
    return [
        Card(
            Section.NEXT,
            title=_("Consent to “%(title)s”") % {"title": one.writeup.latest.title if one.writeup.latest else ""},
            action=_("Read and consent"),
            address=reverse("publishing:writeup", args=[one.writeup_id]) + "#gate",
            order=35,
        )
        for one in _unconsented(viewer.user.pk)
    ]


@prepared
def _owed(user: int) -> QuerySet[Vote]:
    """Return the votes that a person owes, each with what it is about."""
    return (
        Vote.objects.waiting()
        .filter(user=user)
        .select_related("change__writeup__latest", "change__excursion", "change__entry__excursion")
    )


@prepared
def _unconsented(user: int) -> QuerySet[Author]:
    """Return a person's authorships of what is cleared, not published, and newer than their consent."""
    cleared = Author.objects.filter(
        user=user, writeup__level=InfohazardLevel.PUBLIC, writeup__published_at__isnull=True
    )
    return cleared.exclude(consents_to=F("writeup__latest")).select_related("writeup__latest")
