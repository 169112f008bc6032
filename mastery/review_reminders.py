"""Who is reminded that something mastered is due for a look: once a week, after two days, unless switched off."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum import syllabus
from mastery import remembering, review_items, reviewing
from mastery.cards import RetentionCard
from whitebox.outbox.letters import Request
from whitebox.people.choices import Role
from whitebox.people.models import Membership

WAITED = timedelta(days=2)


def due(now: datetime) -> Iterator[Request]:
    """Yield one letter a person and week: two queries for all, and what the packs say once a process."""
    cards = remembering.due_by_person(now - WAITED)
    studying = Membership.objects.active().filter(role=Role.PARTICIPANT, user__is_active=True)
    people = studying.annotate(root=Coalesce("began_as", "pk")).filter(root__in=cards)
    for membership in people.select_related("user", "cohort__adoption__version").order_by("pk"):
        request = _letter(membership, cards[membership.first_key], now)
        if request is not None:
            yield request


def _letter(membership: Membership, cards: list[RetentionCard], now: datetime) -> Request | None:
    followed = syllabus.of_page(membership.cohort)
    stated = {one.objective_id: one.number for some in followed.objectives.values() for one in some}
    asked = [one for one in cards if one.objective_id in stated and review_items.has_items(one, followed)]
    due = [_("Objective %(number)s") % {"number": stated[one.objective_id]} for one in asked[: reviewing.A_SESSION]]
    if not due:
        return None
    week = f"{now.astimezone(ZoneInfo(membership.user.zone)):%G%V}"
    return Request(
        kind="reviews-due",
        dedup_key=f"reviews-due:{membership.first_key}:{week}",
        to=membership.user,
        context={
            "items": due,
            "minutes": reviewing.MINUTES * len(due),
            "programme": membership.cohort.title,
            "link": f"{settings.SITE_URL}{reverse('mastery:reviews')}",
        },
        due_at=now,
        about=f"people.membership:{membership.pk}",
        cohort_id=membership.cohort_id,
    )
