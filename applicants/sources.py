"""Which way people came: the ?via= of the link that led them here, and how far each way brought them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.text import slugify

from applicants import blindness, conflicts
from applicants.choices import ApplicationState, DecisionCode, ReviewState
from applicants.judgements import Decision, Review
from applicants.models import Application, Round
from whitebox.people.models import User

LONGEST = 60  # characters


@dataclass(frozen=True, slots=True)
class Way:
    """How many people of one source reached each step. Each step is counted among those who started."""

    source: str  # empty for people who came without a named link
    started: int
    submitted: int
    read: int
    offered: int
    enrolled: int

    @property
    def share(self) -> int | None:
        """Percent of those who started that submitted."""
        return round(100 * self.submitted / self.started) if self.started else None


def named(text: str) -> str:
    """Return a source as it is stored: “DLSU Manila” and “dlsu-manila” are one. What has no letters is no source."""
    return slugify(text)[:LONGEST].strip("-_")


def address(round_: Round, source: str) -> str:
    """Return the link to hand out, so that applications show which way people came."""
    return f"{settings.SITE_URL}{reverse('applicants:start', args=[round_.slug])}?via={source}"


@dataclass(frozen=True, slots=True)
class Funnel:
    """The ways people came, the largest first, and all of them together."""

    ways: Sequence[Way]
    together: Way
    barred: int  # applications that no step counts: whoever looks has a conflict with them
    unjudged: int  # applications counted as submitted only: whoever looks has still to judge them


def funnel(round_: Round, user: User) -> Funnel:
    """Count how far the people of each source came, erased ones included, as the organizer `user` may know it.

    A source can be one person, so the steps that a judgement leads to are counted without those whose judgement is
    none of their business now: see `blindness`. Three queries.
    """
    barred = conflicts.in_round(user.pk, round_)
    unjudged = blindness.unjudged(user.pk, round_) - barred
    released = Decision.objects.filter(application=OuterRef("pk"), released_at__isnull=False, code=DecisionCode.OFFER)
    reviewed = Review.objects.filter(assignment__application=OuterRef("pk"), state=ReviewState.SUBMITTED)
    found = Application.objects.filter(round=round_).exclude(pk__in=barred)
    marked = found.annotate(is_offered=Exists(released), is_read=Exists(reviewed))
    told = ~Q(pk__in=unjudged)
    counted = (
        marked.order_by()
        .values("source")
        .annotate(
            started=Count("pk"),
            submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
            read=Count("pk", filter=told & Q(is_read=True)),
            offered=Count("pk", filter=told & Q(is_offered=True)),
            enrolled=Count("pk", filter=told & Q(state=ApplicationState.ENROLLED)),
        )
    )
    ways = sorted((Way(**row) for row in counted), key=lambda way: (-way.started, way.source))
    return Funnel(ways, _together(ways), len(barred), len(unjudged))


def _together(ways: Sequence[Way]) -> Way:
    return Way(
        "",
        *(sum(getattr(way, step) for way in ways) for step in ("started", "submitted", "read", "offered", "enrolled")),
    )
