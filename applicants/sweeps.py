"""What runs out by itself."""

from datetime import datetime

from applicants import calibrating, replies, summaries, tasks
from applicants.choices import OfferState
from applicants.importing import waiting
from applicants.judgements import Offer

EVERYTHING = ("application__round__cohort", "application__round__form__version", "application__identity")


def expire_offers(now: datetime) -> int:
    """End each offer whose time is over, in a transaction of its own: one that is locked holds up no other."""
    over = Offer.objects.filter(state=OfferState.OPEN, expires_at__lte=now).select_related(*EVERYTHING)
    return sum(replies.expire(offer, now=now) for offer in over.order_by("expires_at", "pk")[:200])


def calibrate(_now: datetime) -> int:
    """Open summary rows that are missing, and hand out the fits that are due: those a broker lost, and late ones."""
    summaries.open_missing()
    due = list(calibrating.waiting())
    for round_id, stage in due:
        tasks.refit.delay_on_commit(round_id, stage)
    return len(due)


SWEEPS = (waiting.sweep, expire_offers, calibrate)
