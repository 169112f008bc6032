"""Who is reminded of what: correctives that stay open, answers that wait for a mark."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery import notices
from mastery.models import Attempt, CorrectiveAssignment, ObjectiveMastery
from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState
from whitebox.people.models import User
from whitebox.web.templatetags.moments import duration

CORRECTIVE_OPEN = timedelta(days=3)
MARK_WAITING = (timedelta(hours=48), timedelta(hours=24))


def due(now: datetime) -> Iterator[Request]:
    yield from _open_correctives(now)
    yield from _waiting_marks(now)


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


def _waiting_marks(now: datetime) -> Iterator[Request]:
    """Tell whoever teaches once after 24 and once after 48 hours that work waits, all of it in one letter."""
    late = Attempt.objects.markable().filter(submitted_at__lte=now - MARK_WAITING[-1]).with_check()
    piles: dict[User, list[Attempt]] = defaultdict(list)
    for attempt in late.select_related("membership__mentor__user").order_by("submitted_at", "pk"):
        for teacher in notices.teachers(attempt.membership):
            piles[teacher].append(attempt)
    for teacher, pile in piles.items():
        waited = now - (pile[0].submitted_at or now)
        hours = next(int(limit.total_seconds() // 3600) for limit in MARK_WAITING if waited >= limit)
        yield Request(
            kind="mark-waiting",
            dedup_key=f"mark-waiting:{teacher.pk}:{pile[0].pk}:{hours}",
            to=teacher,
            context=notices.about(pile[0])
            | {
                "days": waited.days,
                "items": "\n".join(_line(attempt, now) for attempt in pile),
                "link": f"{settings.SITE_URL}{reverse('mastery:desk')}",
            },
            due_at=now,
            about=f"mastery.attempt:{pile[0].pk}",
            cohort_id=pile[0].membership.cohort_id,
        )


def _line(attempt: Attempt, now: datetime) -> str:
    return _("• %(check)s, form %(form)s, waiting for %(length)s") % {
        "check": attempt.check_version.title,
        "form": attempt.form,
        "length": duration(now - (attempt.submitted_at or now)),
    }
