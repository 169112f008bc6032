"""Claims in a person's calendar, at the very moment at which pages and letters say they end."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.models import Claim
from whitebox.people.models import User
from whitebox.web.feed import Item

SHOWN_FOR = timedelta(minutes=30)


def items(user: User) -> list[Item]:
    """Return the ends of a person's active claims. Two queries."""
    held = Claim.objects.active().filter(membership__user=user).select_related("problem")
    return [_item(claim) for claim in held.prefetch_related("renewals")]


def _item(claim: Claim) -> Item:
    return Item(
        uid=f"claim-{claim.pk}",
        title=_("Claim on problem %(number)s ends") % {"number": claim.problem.number},
        starts_at=claim.ends_at - SHOWN_FOR,
        ends_at=claim.ends_at,
        zone=claim.zone,
        changed_at=claim.set_at,
        sequence=len(claim.renewals.all()),
        address=settings.SITE_URL + reverse("sprints:problem", args=[claim.problem_id]),
    )
