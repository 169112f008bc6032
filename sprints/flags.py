"""The early warnings of research: an excursion that stands still, and one on which nobody has checked in.

What is secret is left out: the board is read by mentors, and a line there would say that it exists.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from sprints import check_ins
from sprints.choices import InfohazardLevel
from sprints.models import Excursion
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency

STILL_AFTER = timedelta(days=7)  # without an entry in the log
LONG_UNSEEN = 2 * check_ins.EVERY  # a second check-in was missed too


def raised(cohort: Cohort, people: Sequence[Membership], now: datetime) -> Iterator[Flag]:
    """Yield the flags: one query whatever the number of people and excursions."""
    for one in _open(people):
        yield from _standing_still(one, now)
        yield from _unseen(one, now)


def _open(people: Sequence[Membership]) -> QuerySet[Any]:
    return (
        Excursion.objects.filter(verdict=None, claim__membership__in=[one.pk for one in people])
        .exclude(level=InfohazardLevel.SECRET)
        .select_related("claim")
        .annotate(
            written_at=Coalesce(Max("entries__written_at"), "opened_at"),
            looked_at=Coalesce(Max("check_ins__at"), "opened_at"),
        )
        .order_by("opened_at", "pk")
    )


def _standing_still(one: Any, now: datetime) -> Iterator[Flag]:
    days, day = (now - one.written_at).days, one.day_at(now)
    if now - one.written_at < STILL_AFTER:
        return
    words = ngettext(
        "No entry for %(days)d day under “%(question)s”: day %(day)d of %(budget)d.",
        "No entry for %(days)d days under “%(question)s”: day %(day)d of %(budget)d.",
        days,
    )
    yield Flag(
        one.claim.membership_id,
        "excursion",
        gettext_lazy("excursion stands still"),
        words % {"days": days, "question": one.question, "day": day, "budget": one.budget_days},
        Urgency.SOON if day > one.budget_days else Urgency.WATCH,
        since=one.written_at,
        address=reverse("sprints:excursion", args=[one.pk]),
        evidence=gettext_lazy("the log"),
    )


def _unseen(one: Any, now: datetime) -> Iterator[Flag]:
    unseen = now - one.looked_at
    if unseen < check_ins.EVERY:
        return
    words = ngettext(
        "Nobody has checked in on “%(question)s” for %(days)d day.",
        "Nobody has checked in on “%(question)s” for %(days)d days.",
        unseen.days,
    )
    yield Flag(
        one.claim.membership_id,
        "check-in",
        gettext_lazy("check-in missed"),
        words % {"days": unseen.days, "question": one.question},
        Urgency.SOON if unseen >= LONG_UNSEEN else Urgency.WATCH,
        since=one.looked_at,
        address=reverse("sprints:excursion", args=[one.pk]),
        evidence=gettext_lazy("the log"),
    )
