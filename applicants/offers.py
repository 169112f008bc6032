"""Places that are kept for people until a moment. The cohort's row is the lock of its seats.

Every verb here and in `replies` locks the cohort first, then the application, then the offer, so that no two of them
can wait for each other.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, letters
from applicants.choices import DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Round
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people import membership
from whitebox.people.models import Cohort, User


def lock_seats(round_: Round) -> Cohort:
    """Hold the cohort's row until the transaction ends: nobody else gives or takes a seat meanwhile."""
    return Cohort.objects.select_for_update().get(pk=round_.cohort_id)


def free_seats(cohort: Cohort) -> int:
    """Return how many offers can still be made: seats without those taken and those kept by open offers."""
    kept = Offer.objects.filter(application__round__cohort=cohort, state=OfferState.OPEN).count()
    return membership.free_seats(cohort) - kept


@transaction.atomic
def make(decision: Decision, *, now: datetime) -> Offer:
    """Keep a place for the applicant of a released decision; asking twice returns the same offer.

    Raises RuleViolation where every seat is taken or kept.
    """
    cohort = lock_seats(decision.application.round)
    present = Offer.objects.filter(decision=decision).first()
    if present is not None:
        return present
    if decision.code != DecisionCode.OFFER or decision.released_at is None:
        raise RuleViolation(_("Only a released offer keeps a place."))
    if free_seats(cohort) < 1:
        raise RuleViolation(_("All seats of %(cohort)s are taken or kept by open offers.") % {"cohort": cohort.title})
    expires_at = expiry(decision.application.round, now)
    return Offer.objects.create(application=decision.application, decision=decision, made_at=now, expires_at=expires_at)


def expiry(round_: Round, now: datetime) -> datetime:
    """Return when an offer made now ends: 23:59 of a day by the round's clock, for people remember days, not hours."""
    last_day = (now + timedelta(days=round_.offer_days)).astimezone(ZoneInfo(round_.zone))
    return last_day.replace(hour=23, minute=59, second=0, microsecond=0)


@transaction.atomic
def prolong(offer: Offer, until: datetime, *, by: User, now: datetime | None = None) -> None:
    """Let an open offer stand longer and tell the applicant. The same moment twice changes nothing.

    Raises RuleViolation for an offer that is no longer open, and for a moment before the present end.
    """
    now = now or timezone.now()
    lock_seats(offer.application.round)
    current = locked(offer)
    conflicts.require_none(by, current.application)
    blindness.require_compared(by, current.application)
    require_open(current, now)
    if until == current.expires_at:
        return
    if until < current.expires_at:
        raise RuleViolation(_("An offer that was made is never cut short. Choose a later moment."))
    current.expires_at = until
    current.save(update_fields=["expires_at"])
    outbox.queue(letters.offer_prolonged(current))


def locked(offer: Offer) -> Offer:
    """Hold an offer with its application, after the seats."""
    Application.objects.select_for_update().get(pk=offer.application_id)
    everything = ("application__round__cohort", "application__round__form__version", "application__identity")
    found = Offer.objects.select_for_update(of=("self",))
    return found.select_related(*everything, "application__stage").get(pk=offer.pk)


def require_open(offer: Offer, now: datetime) -> None:
    """Raise RuleViolation for an offer that cannot be answered any more."""
    if offer.state == OfferState.OPEN and now <= offer.expires_at:
        return
    if offer.state in {OfferState.OPEN, OfferState.EXPIRED}:
        raise RuleViolation(_("This offer has ended. Write to the organizers: they may still have a place."))
    raise RuleViolation(_("This offer was answered already. Reload the page to see where you stand."))
