"""The cards of sprints: claims that end soon, excursions near the end of their budget."""

from datetime import timedelta
from typing import Any

from django.db.models import FilteredRelation, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.choices import ClaimState
from sprints.excursions import budget_in_words
from sprints.models import Claim, Excursion
from whitebox.web.cards import Card, Section, Viewer

SOON = timedelta(days=7)


def cards(viewer: Viewer) -> list[Card]:
    """Return what a person's research asks for next. One query."""
    held = _held(viewer)
    ending = {
        claim.pk: claim for claim in held if claim.state == ClaimState.ACTIVE and claim.ends_at <= viewer.now + SOON
    }
    running = [_running(claim) for claim in held if claim.running]
    return [
        *(_claim_card(claim) for claim in ending.values()),
        *(_excursion_card(excursion, viewer) for excursion in running),
    ]


def _held(viewer: Viewer) -> list[Any]:
    """Return claims that end soon or have a running excursion, one row for each such excursion as `running`."""
    running = FilteredRelation("excursions", condition=Q(excursions__verdict__isnull=True))
    soon = Q(state=ClaimState.ACTIVE, ends_at__lte=viewer.now + SOON)
    found = Claim.objects.filter(membership__user=viewer.user).annotate(running=running)
    wanted = found.filter(soon | Q(running__isnull=False)).order_by("pk")
    return list(wanted.select_related("problem", "running"))  # type: ignore[misc]  # the plugin misses FilteredRelation


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
        address=reverse("sprints:problem", args=[claim.problem_id]),
    )


def _excursion_card(excursion: Excursion, viewer: Viewer) -> Card:
    return Card(
        Section.NEXT,
        title=_("Excursion: %(question)s") % {"question": excursion.question},
        detail=budget_in_words(excursion, viewer.now),
        action=_("Write an entry") if _has_time(excursion, viewer) else _("Give a verdict"),
        address=reverse("sprints:excursion", args=[excursion.pk]),
        order=60,
    )


def _has_time(excursion: Excursion, viewer: Viewer) -> bool:
    return excursion.day_at(viewer.now) < excursion.budget_days
