"""Letters about claims: three days before the last day, and when it is over."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sprints.choices import ClaimState
from sprints.claims import WARNED_BEFORE, shown, warning_key
from sprints.models import Claim
from whitebox.outbox.letters import Request
from whitebox.people.choices import Role
from whitebox.people.models import Membership

TOLD_WITHIN = timedelta(days=3)  # after a longer outage a letter about an old end would only confuse


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters about claims that are due by `now`. Three queries."""
    organizers = _organizers()
    soon = Claim.objects.active().with_people().filter(ends_at__gt=now, ends_at__lte=now + WARNED_BEFORE)
    for claim in soon:
        if warned_from(claim) <= now:
            yield _letter("claim-expiring", warning_key(claim), claim, organizers, now)
    over = Claim.objects.with_people().filter(state=ClaimState.EXPIRED, ended_at__gt=now - TOLD_WITHIN)
    for claim in over:
        yield _letter("claim-expired", f"claim-expired:{claim.pk}", claim, organizers, now)


def warned_from(claim: Claim) -> datetime:
    """Return when a warning makes sense: three days before the end, but not in the first half of a short claim."""
    return max(claim.ends_at - WARNED_BEFORE, claim.set_at + (claim.ends_at - claim.set_at) / 2)


def _letter(kind: str, key: str, claim: Claim, organizers: Mapping[int, str], now: datetime) -> Request:
    cohort = claim.membership.cohort
    return Request(
        kind=kind,
        dedup_key=key,
        to=claim.membership.user,
        due_at=now,
        about=f"claim:{claim.pk}",
        cohort_id=cohort.pk,
        context={
            "problem": f"{claim.problem.number} {claim.problem.title}",
            "until": shown(claim.until),
            "reader_zone_note": _zone_note(claim),
            "link": settings.SITE_URL + reverse("sprints:problem", args=[claim.problem_id]),
            "organizer_name": organizers.get(cohort.pk, ""),
            "programme": cohort.title,
        },
    )


def _zone_note(claim: Claim) -> str:
    """Say the end in the reader's clock where it is another one."""
    theirs = claim.ends_at.astimezone(ZoneInfo(claim.membership.user.zone))
    if theirs.utcoffset() == claim.ends_at.astimezone(ZoneInfo(claim.zone)).utcoffset():
        return ""
    return _("%(moment)s your time") % {"moment": date_format(theirs, "D j M, H:i")}


def _organizers() -> dict[int, str]:
    """Return the name that signs a cohort's letters: the organizer who has been there longest."""
    found = Membership.objects.active().filter(role=Role.ORGANIZER).select_related("user").order_by("-joined_at", "-pk")
    return {one.cohort_id: one.user.called for one in found}
