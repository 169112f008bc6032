"""Talks in calendars, of both sides. Titles name the check only: no names, no scores, no question."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from mastery.choices import TalkState
from mastery.talks import SecondExaminer, Talk
from whitebox.people.models import User
from whitebox.web.feed import Item


def items(user: User) -> Iterable[Item]:
    """Return every talk somebody had, holds or joined, cancelled ones too. Two queries."""
    mine = Q(attempt__membership__user=user) | Q(slot__mentor__user=user)
    talks = Talk.objects.filter(mine).select_related("slot", "attempt__check_version")
    joined = SecondExaminer.objects.filter(mentor__user=user).select_related(
        "talk__slot", "talk__attempt__check_version"
    )
    return [*(_item(one, one.booked_at) for one in talks.order_by("pk")), *_joined(joined.order_by("pk"))]


def _joined(rows: Iterable[SecondExaminer]) -> Iterator[Item]:
    latest = {one.talk_id: one for one in rows}  # somebody may leave and join again
    for one in latest.values():
        yield _item(one.talk, one.since, left_at=one.left_at)


def _item(talk: Talk, since: datetime, *, left_at: datetime | None = None) -> Item:
    slot = talk.slot
    return Item(
        uid=f"talk-{talk.pk}",
        title=_("Talk: %(check)s") % {"check": talk.attempt.check_version.title},
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        zone=slot.zone,
        changed_at=max(moment for moment in (since, talk.ended_at, left_at) if moment),
        place=slot.place,
        is_cancelled=talk.state == TalkState.CANCELLED or left_at is not None,
        address=settings.SITE_URL + reverse("mastery:talk", args=[talk.pk]),
    )
