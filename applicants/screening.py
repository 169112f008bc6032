"""The organizer's list of a round: where each application stands, in one query."""

from decimal import Decimal
from typing import Annotated, TypedDict

from django.db.models import Avg, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django_stubs_ext import Annotations

from applicants.choices import ApplicationState, ReviewState
from applicants.judgements import ConflictOfInterest, Decision, Offer, Review
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


Row = Annotated[Application, Annotations[Figures]]


def rows(round_: Round, user: User) -> "QuerySet[Row]":
    """Return the round's applications with reviews done, mean, decisions and offer, seen by the organizer `user`.

    Each figure is a subquery of its own: aggregates over two relations in one query would multiply each other.
    """
    submitted = Review.objects.filter(
        assignment__application=OuterRef("pk"), assignment__stage=OuterRef("stage"), state=ReviewState.SUBMITTED
    ).order_by()
    by_application = submitted.values("assignment__application")
    decided = Decision.objects.filter(application=OuterRef("pk"), superseded_at=None)
    return (
        Application.objects.filter(round=round_)
        .exclude(state=ApplicationState.DRAFT)
        .select_related("stage")
        .annotate(
            reviews_done=Coalesce(
                Subquery(by_application.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
            ),
            mean=Subquery(by_application.annotate(m=Avg("total")).values("m")),
            pending=Subquery(decided.filter(released_at=None).values("code")[:1]),
            released=Subquery(decided.filter(released_at__isnull=False).values("code")[:1]),
            offer_state=Subquery(Offer.objects.filter(application=OuterRef("pk")).order_by("-pk").values("state")[:1]),
            has_conflict=Exists(
                ConflictOfInterest.objects.filter(application=OuterRef("pk"), reviewer__membership__user=user)
            ),
        )
        .order_by(F("mean").desc(nulls_last=True), "pk")
    )


def drafts(round_: Round) -> int:
    """Return how many people have started and not submitted."""
    return Application.objects.filter(round=round_, state=ApplicationState.DRAFT).count()
