"""Places that are kept, taken and given back. The cohort's row is the lock of its seats.

Every verb here locks the cohort first, then the application, then the offer, so that no two of them can wait for
each other.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import letters, waitlist
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Identity, Round, StageChange
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User, normalised


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
def accept(offer: Offer, *, by: User | None = None, now: datetime | None = None) -> Membership:
    """Take the place: the applicant gets an account, a seat and a welcome. Twice returns the same membership.

    Whoever answers holds a link that was mailed to the address, so the account's address counts as verified.
    Raises RuleViolation when the offer is no longer open.
    """
    now = now or timezone.now()
    lock_seats(offer.application.round)
    current = _locked(offer)
    application = current.application
    if current.state == OfferState.ACCEPTED and application.membership is not None:
        return application.membership
    _require_open(current, now)
    Offer.objects.filter(pk=current.pk).update(state=OfferState.ACCEPTED, answered_at=now)
    user = account_of(application.identity)
    seat = membership.enrol(user, application.round.cohort, Role.PARTICIPANT, by=by, reason=_("Accepted the offer."))
    _enter(application, seat)
    outbox.queue(letters.welcome(current, user))
    return seat


def _enter(application: Application, seat: Membership) -> None:
    application.state, application.membership = ApplicationState.ENROLLED, seat
    application.save(update_fields=["state", "membership"])
    StageChange.objects.create(
        application=application, left=application.stage, entered=application.stage, state=ApplicationState.ENROLLED
    )


def account_of(identity: Identity) -> User:
    """Return the account of an applicant's address, made where there is none; an existing one stays as it is."""
    address = normalised(identity.email)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name=identity.name, zone=identity.zone)
    if not user.is_active:
        raise RuleViolation(_("The account of this address is closed. Write to the organizers."))
    known = EmailAddress.objects.filter(user=user, email=address)
    if not known.exists():
        is_first = not EmailAddress.objects.filter(user=user, primary=True).exists()
        EmailAddress.objects.create(user=user, email=address, verified=True, primary=is_first)
    known.update(verified=True)
    return user


@transaction.atomic
def decline(offer: Offer, *, now: datetime | None = None) -> None:
    """Give the place back; the next on the waiting list is proposed. Twice changes nothing."""
    now = now or timezone.now()
    lock_seats(offer.application.round)
    current = _locked(offer)
    if current.state == OfferState.DECLINED:
        return
    _require_open(current, now)
    Offer.objects.filter(pk=current.pk).update(state=OfferState.DECLINED, answered_at=now)
    waitlist.propose_next(current.application.round)


@transaction.atomic
def expire(offer: Offer, *, now: datetime) -> bool:
    """End an offer whose time is over, tell the applicant, propose the next. Return whether this call ended it."""
    lock_seats(offer.application.round)
    ended = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN, expires_at__lte=now)
    if not ended.update(state=OfferState.EXPIRED):
        return False  # Answered, or ended by another worker, meanwhile.
    outbox.queue(letters.offer_expired(offer))
    waitlist.propose_next(offer.application.round)
    return True


def _locked(offer: Offer) -> Offer:
    Application.objects.select_for_update().get(pk=offer.application_id)
    everything = ("application__round__cohort", "application__round__form__version", "application__identity")
    found = Offer.objects.select_for_update(of=("self",))
    return found.select_related(*everything, "application__stage").get(pk=offer.pk)


def _require_open(offer: Offer, now: datetime) -> None:
    if offer.state == OfferState.OPEN and now <= offer.expires_at:
        return
    if offer.state in {OfferState.OPEN, OfferState.EXPIRED}:
        raise RuleViolation(_("This offer has ended. Write to the organizers: they may still have a place."))
    raise RuleViolation(_("This offer was answered already. Reload the page to see where you stand."))
