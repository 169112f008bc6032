"""The card of publishing: decisions on levels that wait for the reader's vote. It names nothing of what they are on."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints.choices import InfohazardLevel
from sprints.publishing import subjects
from sprints.publishing.agreements import Vote
from sprints.publishing.choices import Capacity
from whitebox.people.models import User
from whitebox.prepared import Call, prepared
from whitebox.web.cards import Card, Section, Viewer


def cards(viewer: Viewer) -> list[Card]:
    """Return what decisions on levels ask of a person now: a vote, or readers to ask. One query, and a few if any."""
    owed = list(_owed(viewer.user.pk))
    votes = [one for one in owed if one.is_yes is None]
    readers = [one for one in owed if one.is_yes is not None]
    return [*_to_vote(viewer.user, votes), *_to_ask(viewer.user, readers)]


def foreseen(viewer: Viewer) -> Call:
    """Return what the cards ask."""
    return _owed.call(viewer.user.pk)


def _to_vote(user: User, votes: list[Vote]) -> list[Card]:
    if not votes:
        return []
    title = ngettext(
        "%(count)d decision on a level waits for your vote",
        "%(count)d decisions on levels wait for your vote",
        len(votes),
    )
    return _card(user, votes, title, _("Read and vote"))


def _to_ask(user: User, votes: list[Vote]) -> list[Card]:
    if not votes:
        return []
    title = ngettext(
        "%(count)d decision on a level waits for outside readers",
        "%(count)d decisions on levels wait for outside readers",
        len(votes),
    )
    return _card(user, votes, title, _("Ask them"))


def _card(user: User, votes: list[Vote], title: str, action: str) -> list[Card]:
    """Return one card that leads to what is due soonest of what the person can open, then to what was asked first."""
    ranked = sorted(votes, key=lambda one: (one.due_at is None, one.due_at or one.asked_at, one.pk))
    first = next((one for one in ranked if subjects.may_read(user, one.change.subject)), None)
    if first is None:
        return []
    return [
        Card(
            Section.NEXT,
            title=title % {"count": len(votes)},
            due_at=first.due_at if first.is_yes is None else None,
            zone=subjects.cohort_of(first.change.subject).zone,
            action=action,
            address=subjects.shown(first.change.subject).level_address,
            order=35,
        )
    ]


@prepared
def _owed(user: int) -> QuerySet[Vote]:
    """Return votes still to give, and those of a coordinator who has agreed but asked no outside reader yet."""
    coordinates = Q(capacity=Capacity.COORDINATOR, change__clock_from__isnull=False)
    is_asked = Exists(Vote.objects.filter(change=OuterRef("change"), capacity=Capacity.READER))
    to_give = Q(is_yes=None, given_up_at=None) & (Q(capacity=Capacity.AUTHOR) | coordinates)
    to_ask = coordinates & Q(is_yes=True, change__wanted=InfohazardLevel.PUBLIC) & ~is_asked
    owed = Vote.objects.filter(to_give | to_ask, user=user, change__outcome="")
    return owed.select_related("change").order_by("asked_at", "pk")
