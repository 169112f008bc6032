"""Letters about breaches: the person hears what stands about them, organizers that their word is missing."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState, Role
from whitebox.people.conduct import Breach, BreachVoice
from whitebox.people.models import Membership

TOLD_WITHIN = timedelta(days=3)  # after a longer outage news would only confuse
AGAIN_AFTER = timedelta(days=3)


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters that are due by `now`. Four queries; what happened is told on the pages, never in a letter."""
    recorded = Breach.objects.standing().filter(at__gt=now - TOLD_WITHIN)
    for breach in recorded.select_related("membership__user", "membership__cohort", "signature__version__policy"):
        yield _told(breach, now)
    undecided = list(Breach.objects.undecided().select_related("membership__cohort").order_by("at", "pk"))
    if undecided:
        yield from _asked(undecided, now)


def _told(breach: Breach, now: datetime) -> Request:
    cohort = breach.membership.cohort
    return Request(
        kind="breach-recorded",
        dedup_key=f"breach-recorded:{breach.pk}",
        to=breach.membership.user,
        due_at=now,
        about=f"breach:{breach.pk}",
        cohort_id=cohort.pk,
        context={
            "policy": breach.signature.version.policy.title,
            "flagged": "yes" if breach.is_flagged else "",
            "link": settings.SITE_URL + reverse("people:policies"),
            "programme": cohort.title,
        },
    )


def _asked(undecided: list[Breach], now: datetime) -> Iterator[Request]:
    """Ask each organizer who has said nothing yet, and once more; nobody is asked about themselves."""
    organizers: dict[int, list[Membership]] = defaultdict(list)
    found = Membership.objects.filter(
        cohort__in={one.membership.cohort_id for one in undecided},
        role=Role.ORGANIZER,
        state=MembershipState.ACTIVE,
    )
    for one in found.select_related("user").order_by("joined_at", "pk"):
        organizers[one.cohort_id].append(one)
    spoken = set(BreachVoice.objects.filter(breach__in=undecided).values_list("breach", "by"))
    for breach in undecided:
        kind = "breach-to-decide" if breach.at > now - AGAIN_AFTER else "breach-to-decide-again"
        cohort = breach.membership.cohort
        for organizer in organizers[cohort.pk]:
            if organizer.user_id == breach.membership.user_id or (breach.pk, organizer.user_id) in spoken:
                continue
            yield Request(
                kind=kind,
                dedup_key=f"{kind}:{breach.pk}:{organizer.user_id}",
                to=organizer.user,
                due_at=now,
                about=f"breach:{breach.pk}",
                cohort_id=cohort.pk,
                context={
                    "cohort": cohort.title,
                    "link": settings.SITE_URL + reverse("people:breaches", args=[cohort.slug]),
                    "programme": cohort.title,
                },
            )
