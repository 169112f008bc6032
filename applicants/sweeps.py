"""What runs out by itself."""

from datetime import datetime

from applicants import offers
from applicants.choices import OfferState
from applicants.judgements import Offer

EVERYTHING = ("application__round__cohort", "application__round__form__version", "application__identity")


def expire_offers(now: datetime) -> int:
    """End each offer whose time is over, in a transaction of its own: one that is locked holds up no other."""
    over = Offer.objects.filter(state=OfferState.OPEN, expires_at__lte=now).select_related(*EVERYTHING)
    return sum(offers.expire(offer, now=now) for offer in over.order_by("expires_at", "pk")[:200])


SWEEPS = (expire_offers,)
