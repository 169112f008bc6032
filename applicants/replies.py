"""Answers to offers: a place is taken, given back, or falls free when its time is over."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import letters, offers, succession
from applicants.choices import ApplicationState, AssignmentState, OfferState
from applicants.judgements import Assignment, Offer
from applicants.models import Application, Identity, StageChange
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User, normalised


@transaction.atomic
def accept(offer: Offer, *, by: User | None = None, now: datetime | None = None) -> Membership:
    """Take the place: the applicant gets an account, a seat and a welcome. Twice returns the same membership.

    Whoever answers holds a link that was mailed to the address, so the account's address counts as verified.
    Raises RuleViolation when the offer is no longer open.
    """
    now = now or timezone.now()
    offers.lock_seats(offer.application.round)
    current = offers.locked(offer)
    application = current.application
    if current.state == OfferState.ACCEPTED and application.membership is not None:
        return application.membership
    offers.require_open(current, now)
    Offer.objects.filter(pk=current.pk).update(state=OfferState.ACCEPTED, answered_at=now)
    user = account_of(application.identity)
    seat = membership.enrol(user, application.round.cohort, Role.PARTICIPANT, by=by, reason=_("Accepted the offer."))
    _enter(application, seat)
    outbox.queue(letters.welcome(current, user))
    return seat


def _enter(application: Application, seat: Membership) -> None:
    application.state, application.membership = ApplicationState.ENROLLED, seat
    application.save(update_fields=["state", "membership"])
    Assignment.objects.filter(application=application, state=AssignmentState.OPEN).update(
        state=AssignmentState.DECLINED, reason=_("The applicant has a place.")
    )
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
    offers.lock_seats(offer.application.round)
    current = offers.locked(offer)
    if current.state == OfferState.DECLINED:
        return
    offers.require_open(current, now)
    Offer.objects.filter(pk=current.pk).update(state=OfferState.DECLINED, answered_at=now)
    succession.propose_next(current.application.round, by=None, now=now)


@transaction.atomic
def expire(offer: Offer, *, now: datetime) -> bool:
    """End an offer whose time is over, tell the applicant, propose the next. Return whether this call ended it."""
    offers.lock_seats(offer.application.round)
    ended = Offer.objects.filter(pk=offer.pk, state=OfferState.OPEN, expires_at__lte=now)
    if not ended.update(state=OfferState.EXPIRED):
        return False  # Answered, or ended by another worker, meanwhile.
    outbox.queue(letters.offer_expired(offer))
    succession.propose_next(offer.application.round, by=None, now=now)
    return True
