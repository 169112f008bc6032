"""The demonstration's talks: times on offer, one talk ahead, one held, one that nobody came to, two to be booked."""

from collections.abc import Sequence
from datetime import time, timedelta

from django.utils.translation import gettext as _

from mastery import booking, examining
from mastery.examining import Said
from mastery.models import Attempt, GradeEvent, ObjectiveMastery
from mastery.talks import OralSlot, Talk
from whitebox.people.hours import Hours
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

SAID = _("You saw at once that nothing is overwritten, and what follows. Say the sum aloud next time, too.")
NOTES = _("Needed one question to get to the final layer norm. Then all of it, freely.")
WEEKS = 3
LENGTH, PAUSE = 20, 10  # minutes


def fill(world: World, waiting: Sequence[Membership]) -> None:
    """Let mentors offer times; of those who wait for a talk, each meets another end."""
    held, missed, ahead, *_unbooked = waiting
    for number, mentor in enumerate(world.mentors):
        _offer(world, mentor, days=1 + number)
    for membership, went in ((held, _held), (missed, _missed)):
        if membership.mentor is not None:
            went(membership, _offer(world, membership.mentor, days=-1)[0])
    soon = OralSlot.objects.filter(mentor=ahead.mentor, starts_at__gt=world.now + booking.NOTICE).first()
    if soon is not None:
        booking.book(_attempt(ahead), soon, by=ahead.user)


def _offer(world: World, mentor: Membership, *, days: int) -> list[OralSlot]:
    """Open an afternoon, with the clock put back a day where it is a past one."""
    day = world.now.astimezone(world.cohort.tz).date() + timedelta(days=days)
    afternoon = Hours(day, time(16), time(17, 30), LENGTH, PAUSE, world.cohort.zone)
    series = afternoon.weekly(WEEKS if days > 0 else 1)
    opened = world.now if days > 0 else world.now + timedelta(days=days - 2)
    return booking.open_slots(mentor, series, place=world.cohort.place, by=mentor.user, now=opened)


def _attempt(membership: Membership) -> Attempt:
    found = Attempt.objects.filter(membership=membership, for_check__slug="transformer-mastery").with_check()
    return found.get()


def _held(membership: Membership, slot: OralSlot) -> None:
    talk, by = _booked(membership, slot), slot.mentor.user
    begun = examining.begin(talk, by=by, now=slot.starts_at)
    examining.keep_notes(begun, NOTES, by=by)
    examining.judge(begun, {one.item: Said(2, SAID) for one in begun.drawn.all()}, by=by, now=slot.ends_at)
    # The verbs write the present time, and a demonstration needs a past.
    GradeEvent.objects.filter(attempt=talk.attempt, by=by).update(at=slot.ends_at)
    ObjectiveMastery.objects.filter(attempt=talk.attempt).update(at=slot.ends_at)
    Attempt.objects.filter(pk=talk.attempt_id).update(graded_at=slot.ends_at)


def _missed(membership: Membership, slot: OralSlot) -> None:
    examining.miss(_booked(membership, slot), by=slot.mentor.user, now=slot.ends_at)


def _booked(membership: Membership, slot: OralSlot) -> Talk:
    day_before = slot.starts_at - timedelta(hours=20)
    return booking.book(_attempt(membership), slot, by=membership.user, now=day_before)
