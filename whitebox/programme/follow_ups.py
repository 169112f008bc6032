"""Asking how people are 3, 6 and 12 months after the programme: by a mailed link, without an account.

The link is signed and stands for 60 days; it opens that one question sheet and nothing else.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from whitebox.outbox.letters import Request
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme.models import FollowUp

MONTHS = (3, 6, 12)
SALT = "programme.follow_up"
STANDS_FOR = timedelta(days=60)
NOT_LATER = timedelta(days=30)  # who was not asked by then (the server was down) is not asked at all
KIND = "follow-up"


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the times somebody is asked."""

    membership: Membership
    months: int
    on: date
    was_sent: bool
    answer: FollowUp | None


def finished(rows: QuerySet[Membership]) -> "QuerySet[Any]":
    """Return those who completed, with the moment as `finished_at`."""
    done = rows.filter(role=Role.PARTICIPANT, state=MembershipState.COMPLETED)
    return done.annotate(finished_at=Max("changes__at", filter=Q(changes__entered=F("state"))))


def asked_on(finished_on: date, months: int) -> date:
    """Return the day on which somebody is asked. From the last day of a month it is the last day of a shorter one."""
    years, month = divmod(finished_on.month - 1 + months, 12)
    year, month = finished_on.year + years, month + 1
    return date(year, month, min(finished_on.day, monthrange(year, month)[1]))


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters that are due and not written yet."""
    for months in MONTHS:
        # Months differ in length: the days decide below, the query only leaves out who is far away.
        around = Q(finished_at__lte=now - timedelta(days=28 * months))
        around &= Q(finished_at__gte=now - timedelta(days=31 * months + 1) - NOT_LATER)
        for one in _not_asked(finished(Membership.objects.all()).filter(around), months):
            today = now.astimezone(one.cohort.tz).date()
            day = asked_on(one.finished_at.astimezone(one.cohort.tz).date(), months)
            if day <= today <= day + NOT_LATER:
                yield _letter(one, months, now)


def _not_asked(rows: "QuerySet[Any]", months: int) -> "QuerySet[Any]":
    written = Letter.objects.filter(kind=KIND, recipient=OuterRef("user"), about=f"programme.follow_up:{months}")
    written = written.filter(cohort=OuterRef("cohort"))
    return rows.filter(~Exists(written), user__is_active=True).select_related("user", "cohort").order_by("pk")


def _letter(membership: Membership, months: int, now: datetime) -> Request:
    return Request(
        kind=KIND,
        dedup_key=f"follow-up:{membership.pk}:{months}",
        to=membership.user,
        about=f"programme.follow_up:{months}",
        cohort_id=membership.cohort_id,
        context={
            "cohort": membership.cohort.title,
            "months": months,
            "days": STANDS_FOR.days,
            "link": settings.SITE_URL + reverse("programme:follow_up", args=[token(membership, months)]),
        },
        due_at=now,
    )


def token(membership: Membership, months: int) -> str:
    return signing.dumps([membership.pk, months], salt=SALT)


def opened_or_404(token: str) -> tuple[Membership, int]:
    """Return whom a link asks, and after how many months.

    Raises Http404 for a link that is broken, too old, or whose person's record was erased or goes on.
    """
    try:
        pk, months = signing.loads(token, salt=SALT, max_age=STANDS_FOR)
    except (signing.BadSignature, TypeError, ValueError) as wrong:
        raise Http404 from wrong
    rows = finished(Membership.objects.filter(pk=pk, user__is_active=True))
    member: Membership | None = rows.select_related("user", "cohort").first()
    if member is None or months not in MONTHS:
        raise Http404
    return member, months


@transaction.atomic
def answer(membership: Membership, months: int, said: FollowUp) -> FollowUp:
    """Keep an answer; a later one takes its place while the link stands."""
    said.membership, said.months, said.answered_at = membership, months, timezone.now()
    present = FollowUp.objects.select_for_update().filter(membership=membership, months=months).first()
    said.pk = present.pk if present else None
    said.save(force_insert=present is None, force_update=present is not None)
    return said


def of_cohort(cohort: Cohort) -> Sequence[Asked]:
    """Return whom a cohort asks when, and what they said, the next first: three queries."""
    people = list(finished(Membership.objects.filter(cohort=cohort)).select_related("user"))
    answers = {(one.membership_id, one.months): one for one in FollowUp.objects.filter(membership__in=people)}
    sent = set(Letter.objects.filter(kind=KIND, cohort=cohort).values_list("recipient", "about"))
    found = [
        Asked(
            one,
            months,
            asked_on(one.finished_at.astimezone(cohort.tz).date(), months),
            (one.user_id, f"programme.follow_up:{months}") in sent,
            answers.get((one.pk, months)),
        )
        for one in people
        for months in MONTHS
        if one.finished_at is not None
    ]
    return sorted(found, key=lambda asked: (asked.on, asked.membership.pk))
