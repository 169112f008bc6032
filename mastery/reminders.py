"""Who is reminded of what: correctives that stay open, answers that wait for a mark."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from mastery import mark_reminders, notices, review_reminders, talk_reminders
from mastery.models import CorrectiveAssignment, ObjectiveMastery
from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState

OPTIONAL = {  # marking has a clock, and a talk has two sides
    "corrective-open": _lazy("A corrective has been open for three days"),
    "reviews-due": _lazy("Something you have mastered has been due for a look for two days"),
}
CORRECTIVE_OPEN = timedelta(days=3)


def due(now: datetime) -> Iterator[Request]:
    yield from _open_correctives(now)
    yield from mark_reminders.due(now)
    yield from talk_reminders.due(now)
    yield from review_reminders.due(now)


def _open_correctives(now: datetime) -> Iterator[Request]:
    """Remind a person once of each corrective that has been open for three days and is still needed."""
    has = ObjectiveMastery.objects.filter(membership=OuterRef("attempt__membership"), objective=OuterRef("objective"))
    waiting = CorrectiveAssignment.objects.filter(
        ~Exists(has),
        done_at=None,
        opened_at__lte=now - CORRECTIVE_OPEN,
        attempt__membership__state=MembershipState.ACTIVE,
    ).select_related(
        "corrective",
        "attempt__check_version",
        "attempt__for_check__module",
        "attempt__membership__user",
        "attempt__membership__cohort",
        "attempt__membership__mentor__user",
    )
    for one in waiting.iterator():
        address = reverse("mastery:corrective", args=[one.pk])
        yield Request(
            kind="corrective-open",
            dedup_key=f"corrective-open:{one.pk}",
            to=one.attempt.membership.user,
            context=notices.about(one.attempt)
            | {
                "corrective": one.corrective.title,
                "days": (now - one.opened_at).days,
                "link": f"{settings.SITE_URL}{address}",
            },
            due_at=now,
            about=f"mastery.assignment:{one.pk}",
            cohort_id=one.attempt.membership.cohort_id,
        )
