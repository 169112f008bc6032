"""The cards of sprints: claims that end soon, excursions near the end of their budget."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.excursions import budget_in_words
from sprints.models import Claim, Excursion
from whitebox.web.cards import Card, Section, Viewer

SOON = timedelta(days=7)


def cards(viewer: Viewer) -> list[Card]:
    """Return what a person's research asks for next. Two queries."""
    return [*_claims(viewer), *_excursions(viewer)]


def _claims(viewer: Viewer) -> list[Card]:
    ending = Claim.objects.active().filter(membership__user=viewer.user, ends_at__lte=viewer.now + SOON)
    return [
        Card(
            Section.NEXT,
            title=_("Your claim on problem %(number)s ends") % {"number": claim.problem.number},
            due_at=claim.ends_at,
            zone=claim.zone,
            action=_("Renew or release"),
            address=reverse("sprints:problem", args=[claim.problem_id]),
        )
        for claim in ending.select_related("problem")
    ]


def _excursions(viewer: Viewer) -> list[Card]:
    running = Excursion.objects.filter(claim__membership__user=viewer.user, verdict__isnull=True)
    return [
        Card(
            Section.NEXT,
            title=_("Excursion: %(question)s") % {"question": excursion.question},
            detail=budget_in_words(excursion, viewer.now),
            action=_("Write an entry") if _has_time(excursion, viewer) else _("Give a verdict"),
            address=reverse("sprints:excursion", args=[excursion.pk]),
            order=60,
        )
        for excursion in running.select_related("claim")
    ]


def _has_time(excursion: Excursion, viewer: Viewer) -> bool:
    return excursion.day_at(viewer.now) < excursion.budget_days
