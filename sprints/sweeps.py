"""What runs out by itself: claims past their last day, and those of people who left."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sprints import claims
from sprints.models import Claim


def expire_claims(now: datetime) -> int:
    """End the claims whose last day is over. The letter about it is a reminder's work."""
    return sum(claims.expire(claim, now=now) for claim in Claim.objects.active().filter(ends_at__lte=now))


def free_claims_of_leavers(now: datetime) -> int:
    """Free the problems of people who withdrew, were disqualified, or moved to another cohort."""
    left = Claim.objects.active().filter(membership__state__in=claims.LEFT)
    return sum(claims.free(claim, now=now) for claim in left)


SWEEPS: Iterable[Callable[[datetime], int]] = (expire_claims, free_claims_of_leavers)
