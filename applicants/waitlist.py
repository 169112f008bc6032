"""Who is next when a place comes free."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Round
from whitebox.people import membership
from whitebox.people.models import Cohort


def last_rank(round_: Round) -> int:
    """Return the place of the last person on the waiting list, 0 while it is empty."""
    found = Decision.objects.filter(application__round=round_).aggregate(last=Max("waitlist_rank"))
    return found["last"] or 0


def in_line(round_: Round) -> "list[Decision]":
    """Return the released waiting list in its order, without those who wait for another decision or have left."""
    waiting = Decision.objects.filter(
        application__round=round_,
        application__state=ApplicationState.SUBMITTED,
        code=DecisionCode.WAITLIST,
        released_at__isnull=False,
        superseded_at__isnull=True,
    )
    pending = Decision.objects.filter(
        application__round=round_, released_at__isnull=True, superseded_at__isnull=True
    ).values("application")
    return list(waiting.exclude(application__in=pending).select_related("application").order_by("waitlist_rank", "pk"))


@transaction.atomic
def propose_next(round_: Round) -> Decision | None:
    """Write a pending offer for the next in line where a seat is free for it; an organizer releases it.

    Returns None where nobody waits, or where the free seats are spoken for by offers that are pending already.
    """
    cohort = Cohort.objects.select_for_update().get(pk=round_.cohort_id)
    line = in_line(round_)
    if not line or _unpromised_seats(cohort) < 1:
        return None
    last = line[0].application.decisions.order_by("pk").last()
    return Decision.objects.create(
        application=line[0].application,
        code=DecisionCode.OFFER,
        reason=_("Next on the waiting list: a place came free."),
        supersedes=last,
    )


def _unpromised_seats(cohort: Cohort) -> int:
    kept = Offer.objects.filter(application__round__cohort=cohort, state=OfferState.OPEN).count()
    pending = Decision.objects.filter(
        application__in=Application.objects.filter(round__cohort=cohort),
        code=DecisionCode.OFFER,
        released_at__isnull=True,
        superseded_at__isnull=True,
    )
    return membership.free_seats(cohort) - kept - pending.count()
