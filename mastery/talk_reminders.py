"""Who is reminded of a talk: both sides on the day before, and who has not booked one after two days."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from mastery import notices, talk_letters
from mastery.choices import AttemptState
from mastery.models import Attempt
from mastery.talks import Talk
from whitebox.outbox.letters import Request
from whitebox.people.choices import MembershipState

DAY_BEFORE = timedelta(hours=24)
TOO_LATE = timedelta(hours=1)  # a letter so close to the talk would be no help
JUST_TOLD = timedelta(hours=6)  # the letter of the booking says the same
TO_BOOK = timedelta(days=2)


def due(now: datetime) -> Iterator[Request]:
    yield from _tomorrow(now)
    yield from _to_book(now)


def _tomorrow(now: datetime) -> Iterator[Request]:
    ahead = Talk.objects.booked().filter(
        slot__starts_at__gt=now + TOO_LATE, slot__starts_at__lte=now + DAY_BEFORE, booked_at__lte=now - JUST_TOLD
    )
    for talk in ahead.with_people().prefetch_related("seconds__mentor__user").order_by("pk"):
        yield from talk_letters.tomorrow(talk, due_at=now)


def _to_book(now: datetime) -> Iterator[Request]:
    booked = Talk.objects.filter(attempt=OuterRef("pk"))
    waiting = Attempt.objects.filter(
        ~Exists(booked),
        state=AttemptState.NEEDS_TALK,
        submitted_at__lte=now - TO_BOOK,
        membership__state=MembershipState.ACTIVE,
    )
    for attempt in waiting.with_check().select_related("membership__mentor__user").order_by("pk"):
        page = reverse("mastery:book_talk", args=[attempt.pk])
        yield talk_letters.to_book(page, attempt.pk, attempt.membership.user, notices.about(attempt), due_at=now)
