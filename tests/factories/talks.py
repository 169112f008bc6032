"""Talks in every state, made by the verbs, with the clock given."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from mastery import booking, examining
from mastery.examining import Said
from mastery.models import Attempt
from mastery.talks import OralSlot, Talk
from tests.factories.mastery import Course, make_course, numeric, oral
from whitebox.people.hours import Hours
from whitebox.people.models import Membership

ORAL_FORMS: Mapping[str, list[dict[str, Any]]] = {
    form: [numeric(f"{form.lower()}-one", "first"), oral(f"{form.lower()}-talk", "second")] for form in "AB"
}
WELL, NOT_YET = Said(2, "Clear."), Said(0, "Look at it once more.")


def oral_course() -> Course:
    return make_course(ORAL_FORMS)


def hand_in(course: Course, form: str = "a") -> Attempt:
    """Hand in an attempt whose one other item is right, so that only the talk is missing."""
    return course.take({f"{form}-one": "4"})


def soon(**later: int) -> datetime:
    """Return a full hour, two days from now and later."""
    return timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2) + timedelta(**later)


def make_slot(mentor: Membership, starts_at: datetime | None = None, minutes: int = 20) -> OralSlot:
    starts = starts_at or soon()
    return OralSlot.objects.create(
        mentor=mentor,
        on=starts.date(),
        at=starts.time(),
        zone="UTC",
        starts_at=starts,
        minutes=minutes,
        place="Room 304",
    )


def book(course: Course, attempt: Attempt, slot: OralSlot | None = None) -> Talk:
    return booking.book(attempt, slot or make_slot(course.mentor), by=course.user)


def begin(course: Course, talk: Talk) -> Talk:
    return examining.begin(talk, by=course.mentor.user, now=talk.slot.starts_at)


def hold_talk(course: Course, talk: Talk, said: Said = WELL) -> None:
    """Begin a talk at its time and give its outcome."""
    begun = begin(course, talk)
    items = [one.item for one in begun.drawn.all()]
    examining.judge(begun, dict.fromkeys(items, said), by=course.mentor.user, now=begun.slot.ends_at)


def hours(day: date | None = None, first: time = time(9), last: time = time(11), zone: str = "UTC") -> Hours:
    return Hours(day or (datetime.now(UTC) + timedelta(days=3)).date(), first, last, minutes=30, pause=10, zone=zone)
