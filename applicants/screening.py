"""The organizer's list of a round: where each application stands, in one query, the latest arrival on top.

It is no ranking: that is the board. So its order tells nothing about scores, and it stays as fast in a large round.
"""

from decimal import Decimal
from typing import Annotated, TypedDict

from django.db.models import BooleanField, Exists, ExpressionWrapper, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_stubs_ext import Annotations

from applicants import blindness, conflicts
from applicants.calibrations import Summary
from applicants.choices import ApplicationState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Round
from whitebox.people.models import User


class Figures(TypedDict):
    """What is counted for each application."""

    reviews_done: int
    mean: Decimal | None
    pending: str | None
    released: str | None
    offer_state: str | None
    has_conflict: bool
    waits_for_own: bool  # the organizer has still to judge it, so what others found stays hidden


Row = Annotated[Application, Annotations[Figures]]


def rows(round_: Round, user: User) -> "QuerySet[Row]":
    """Return the round's applications with reviews done, mean, decisions and offer, seen by the organizer `user`.

    Each figure is a subquery of its own: aggregates over two relations in one query would multiply each other. Ask it
    for a few rows by their keys, since SQLite works the figures out for all that it sorts.
    """
    summary = Summary.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"))
    decided = Decision.objects.filter(application=OuterRef("pk"), superseded_at=None)
    barred = conflicts.of_user(user.pk).filter(application__round=round_).values("application")
    unread = blindness.own_open(user.pk).filter(application__round=round_).values("application")
    return (
        Application.objects.filter(round=round_)
        .exclude(state=ApplicationState.DRAFT)
        .select_related("stage")
        .annotate(
            reviews_done=Coalesce(Subquery(summary.values("reviews")[:1], output_field=IntegerField()), 0),
            mean=Subquery(summary.values("mean")[:1]),
            pending=Subquery(decided.filter(released_at=None).values("code")[:1]),
            released=Subquery(decided.filter(released_at__isnull=False).values("code")[:1]),
            offer_state=Subquery(Offer.objects.filter(application=OuterRef("pk")).order_by("-pk").values("state")[:1]),
            # Not correlated, so that they are asked once: by application they took SQLite longer than all the rest.
            has_conflict=ExpressionWrapper(Q(pk__in=barred), output_field=BooleanField()),
            waits_for_own=ExpressionWrapper(Q(pk__in=unread), output_field=BooleanField()),
        )
        .order_by("-pk")
    )


def listed(
    round_: Round, user: User, *, stage: str = "", state: str = "", decision: str = ""
) -> "QuerySet[Application, int]":
    """Return the keys of a round's applications, the latest first, filtered by stage, state and released decision.

    A filter leaves out what its answer would tell of: an application that `user` has a conflict with, and by a decision
    one that they have still to judge.
    """
    found = Application.objects.filter(round=round_).exclude(state=ApplicationState.DRAFT)
    if stage or state:
        found = found.filter(conflicts.none_with(user.pk, "pk"))
    if stage:
        found = found.filter(stage__slug=stage)
    if state:
        found = found.filter(state=state)
    if decision:
        released = Decision.objects.filter(application=OuterRef("pk"), superseded_at=None, released_at__isnull=False)
        found = found.filter(Exists(released.filter(code=decision)), blindness.may_be_compared(user.pk, "pk"))
    return found.order_by("-pk").values_list("pk", flat=True)


def drafts(round_: Round) -> int:
    """Return how many people have started and not submitted."""
    return Application.objects.filter(round=round_, state=ApplicationState.DRAFT).count()
