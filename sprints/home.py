"""The cards of sprints: claims that end soon, excursions near the end of their budget."""

from datetime import timedelta
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints import access, check_ins
from sprints.choices import ClaimState
from sprints.excursions import budget_in_words
from sprints.models import Claim, Excursion
from whitebox import addresses
from whitebox.people.choices import Role
from whitebox.prepared import Call, prepared
from whitebox.web.cards import Card, Section, Viewer

SOON = timedelta(days=7)
MOST_COUNTED = 50


def cards(viewer: Viewer) -> list[Card]:
    """Return what a person's research asks for next. One query, and one more for those who mentor."""
    held = _held(viewer.user.pk)
    ending = {
        claim.pk: claim for claim in held if claim.state == ClaimState.ACTIVE and claim.ends_at <= viewer.now + SOON
    }
    running = [_running(claim) for claim in held if getattr(claim, "running", None)]  # Django sets it only where one is
    return [
        *(_claim_card(claim) for claim in ending.values()),
        *(_excursion_card(excursion, viewer) for excursion in running),
        *_check_in_cards(viewer),
    ]


def _check_in_cards(viewer: Viewer) -> list[Card]:
    """Name the excursion that has waited longest for its mentor, and say how many wait."""
    if not any(one.role == Role.MENTOR for one in viewer.memberships):
        return []
    mentoring = access.active(viewer.user).filter(role=Role.MENTOR)
    waiting = list(check_ins.waiting_for(mentoring, viewer.now)[:MOST_COUNTED])
    if not waiting:
        return []
    title = ngettext(
        "%(count)d excursion waits for your check-in", "%(count)d excursions wait for your check-in", len(waiting)
    )
    return [
        Card(
            Section.NEXT,
            title=title % {"count": len(waiting)},
            action=_("Check in"),
            address=addresses.address("sprints:excursion", waiting[0].pk) + "#check-ins",
            order=40,
        )
    ]


def foreseen(viewer: Viewer) -> Call:
    """Return what the cards of everybody ask."""
    return _held.call(viewer.user.pk)


@prepared
def _held(user: int) -> QuerySet[Any]:
    """Return claims that run or have a running excursion, one row for each such excursion as `running`."""
    running = FilteredRelation("excursions", condition=Q(excursions__verdict__isnull=True))
    found = Claim.objects.filter(access.held_by(user)).annotate(running=running)
    wanted = found.filter(Q(state=ClaimState.ACTIVE) | Q(running__isnull=False)).order_by("pk")
    return wanted.select_related("problem", "running")  # type: ignore[misc]  # the plugin misses FilteredRelation


def _running(claim: Any) -> Excursion:
    excursion: Excursion = claim.running
    excursion.claim = claim
    return excursion


def _claim_card(claim: Claim) -> Card:
    return Card(
        Section.NEXT,
        title=_("Your claim on problem %(number)s ends") % {"number": claim.problem.number},
        due_at=claim.ends_at,
        zone=claim.zone,
        action=_("Renew or release"),
        address=addresses.address("sprints:problem", claim.problem_id),
    )


def _excursion_card(excursion: Excursion, viewer: Viewer) -> Card:
    return Card(
        Section.NEXT,
        title=_("Excursion: %(question)s") % {"question": excursion.question},
        detail=budget_in_words(excursion, viewer.now),
        action=_("Write an entry") if _has_time(excursion, viewer) else _("Give a verdict"),
        address=addresses.address("sprints:excursion", excursion.pk),
        order=60,
    )


def _has_time(excursion: Excursion, viewer: Viewer) -> bool:
    return excursion.day_at(viewer.now) < excursion.budget_days
