"""Times for talks: opened by those who teach, booked by those whose attempt waits for a talk, given back.

Every verb here locks the attempt's person and the attempt first, and the time after them.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import examiners, questions, talk_letters
from mastery.choices import AttemptState, QuestionKind, TalkState
from mastery.holding import hold
from mastery.models import Attempt
from mastery.questions import Question
from mastery.talks import OralSlot, Talk
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState
from whitebox.people.hours import Hours, overlaps
from whitebox.people.models import Membership, User

NOTICE = timedelta(hours=2)  # nobody can book what begins sooner
MOVES = 3  # how often somebody may give a talk of one attempt back
MOVABLE_UNTIL = timedelta(hours=6)  # before it starts
MOST_WEEKS = 12
BOOKABLE = (AttemptState.NEEDS_MARK, AttemptState.NEEDS_TALK)
SEEDS = 2**31
UNHELD_AFTER = timedelta(hours=1)  # nobody began it: the person may choose another time


@transaction.atomic
def open_slots(
    mentor: Membership, series: Sequence[Hours], *, place: str, by: User, now: datetime | None = None
) -> list[OralSlot]:
    """Offer the times of one stretch of a day or of several; those offered already stay, so twice adds nothing.

    All of them or none. Raises RuleViolation for anybody who does not teach, for times in the past, for a stretch with
    no room, and where a time would overlap another of the same person.
    """
    now = now or timezone.now()
    # One person may teach in several cohorts: all their memberships are the lock of their time.
    mine = Membership.objects.active().filter(user=by, role__in=examiners.TEACHES).select_for_update()
    if mentor.pk not in {one.pk for one in mine.order_by("pk")}:
        raise RuleViolation(_("Only those who teach in a cohort offer times for talks."))
    starts = [(start, hours) for hours in series for start in hours.starts()]
    if not starts or min(start for start, _hours in starts) <= now or any(not one.starts() for one in series):
        raise RuleViolation(_("No talk fits there. Choose hours in the future, long enough for one talk."))
    taken = set(OralSlot.objects.filter(mentor__user=by, cancelled_at=None).values_list("starts_at", "minutes"))
    fresh = [(start, hours) for start, hours in starts if (start, hours.minutes) not in taken]
    if any(overlaps(start, hours.minutes, taken) for start, hours in fresh):
        raise RuleViolation(_("These hours overlap with times that you offer already. Nothing was opened."))
    return OralSlot.objects.bulk_create(_slot(mentor, start, hours, place, now) for start, hours in fresh)


def _slot(mentor: Membership, start: datetime, hours: Hours, place: str, now: datetime) -> OralSlot:
    local = start.astimezone(ZoneInfo(hours.zone))
    return OralSlot(
        mentor=mentor,
        on=local.date(),
        at=local.time(),
        zone=hours.zone,
        starts_at=start,
        minutes=hours.minutes,
        place=place,
        opened_at=now,
    )


def asked_in_talks(attempt: Attempt) -> list[Question]:
    """Return the items of an attempt that are answered in a talk, in the order of the form."""
    return [one for one in questions.of_attempt(attempt) if one.kind == QuestionKind.ORAL]


def still_to_talk(attempt: Attempt) -> list[Question]:
    """Return the items of an attempt that wait for a talk: none once they have a grade, or before it is handed in."""
    if attempt.state not in BOOKABLE:
        return []
    graded = set(attempt.events.values_list("item", flat=True))
    return [one for one in asked_in_talks(attempt) if one.slug not in graded]


def current(attempt: Attempt) -> Talk | None:
    """Return the talk of an attempt that counts now: the last one, for a new one is made when the one before ended."""
    return Talk.objects.filter(attempt=attempt).with_people().order_by("-pk").first()


def free(studying: Membership, now: datetime) -> QuerySet[OralSlot]:
    """Return the times somebody can book now, earliest first: none with themselves or where a conflict is declared."""
    taken = Talk.objects.filter(slot=OuterRef("pk")).exclude(state=TalkState.CANCELLED)
    offered = OralSlot.objects.filter(
        mentor__in=examiners.of_person(studying), cancelled_at=None, starts_at__gt=now + NOTICE
    )
    return offered.filter(~Exists(taken)).select_related("mentor__user").order_by("starts_at", "pk")


def moves_left(attempt: Attempt) -> int:
    """Return how often the person may still give a talk of this attempt back."""
    return max(0, MOVES - Talk.objects.filter(attempt=attempt, is_own_choice=True).count())


def may_move(talk: Talk, now: datetime) -> bool:
    """Tell whether it is early enough to choose another time."""
    return talk.state == TalkState.BOOKED and now <= talk.slot.starts_at - MOVABLE_UNTIL


@transaction.atomic
def book(attempt: Attempt, slot: OralSlot, *, by: User, now: datetime | None = None) -> Talk:
    """Take a time for an attempt's talk, or another one in place of the present; both sides are told.

    The same time twice returns the same talk. Raises RuleViolation for anybody but the person, where nothing waits for
    a talk, where the time is gone, and where they have moved too often or too late.
    """
    now = now or timezone.now()
    held = hold(attempt.pk)
    if held.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person whose attempt it is books its talk."))
    present = Talk.objects.booked().filter(attempt=held).with_people().first()
    if present is not None and present.slot_id == slot.pk:
        return present
    if not still_to_talk(held):
        raise RuleViolation(_("Nothing of this attempt waits for a talk."))
    wanted = sorted({slot.pk} | ({present.slot_id} if present else set()))
    list(OralSlot.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    chosen = _bookable(held, slot, present, now)
    if present is not None:
        _make_room(present, by=by, now=now)
    made = Talk.objects.create(slot=chosen, attempt=held, seed=secrets.randbelow(SEEDS), booked_at=now)
    told = Talk.objects.with_people().get(pk=made.pk)
    talk_letters.send(talk_letters.booked(told))
    return told


def _make_room(present: Talk, *, by: User, now: datetime) -> None:
    """Give the present time back, or close one that passed with nobody there to begin it."""
    if present.begun_at is None and now > present.slot.ends_at + UNHELD_AFTER:
        end(present, TalkState.CANCELLED, reason=_("It did not take place."), by=by, now=now)
    else:
        _give_back(present, _("The participant chose another time."), by=by, now=now)


def _bookable(attempt: Attempt, slot: OralSlot, present: Talk | None, now: datetime) -> OralSlot:
    studying = examiners.present(attempt)
    if studying is None:
        raise RuleViolation(_("You do not take part in a cohort now, so no talk was booked."))
    found = free(studying, now).filter(pk=slot.pk).first()
    if found is None:
        raise RuleViolation(
            _("Somebody else has just taken this time, or it is offered no longer. Choose another one.")
        )
    others = Talk.objects.booked().filter(attempt__membership__user=studying.user_id)
    if present is not None:
        others = others.exclude(pk=present.pk)
    times = others.values_list("slot__starts_at", "slot__minutes")
    if overlaps(found.starts_at, found.minutes, times):
        raise RuleViolation(_("You have another talk at that time. Choose another one."))
    return found


@transaction.atomic
def cancel(talk: Talk, *, by: User, now: datetime | None = None) -> None:
    """Give a time back without taking another one. Twice changes nothing.

    Raises RuleViolation for anybody but the person, and where they have moved too often or it is too close.
    """
    now = now or timezone.now()
    attempt = hold(talk.attempt_id)
    if attempt.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person whose attempt it is gives its time back."))
    held = Talk.objects.with_people().get(pk=talk.pk)
    if held.state == TalkState.CANCELLED:
        return
    _give_back(held, _("The participant gave the time back."), by=by, now=now)


def _give_back(talk: Talk, reason: str, *, by: User, now: datetime) -> None:
    if talk.state != TalkState.BOOKED or talk.begun_at is not None:
        raise RuleViolation(_("This talk has begun or is over."))
    if not may_move(talk, now):
        raise RuleViolation(_("This talk is too close to be moved. Write to your mentor if you cannot come."))
    if not moves_left(talk.attempt):
        raise RuleViolation(
            _("You have moved this talk as often as you can. Write to your mentor: they can take the time back.")
        )
    talk.is_own_choice = True
    end(talk, TalkState.CANCELLED, reason=reason, by=by, now=now)
    talk_letters.send(talk_letters.given_back(talk))


@transaction.atomic
def take_back(slot: OralSlot, *, reason: str, by: User, now: datetime | None = None) -> None:
    """Offer a time no more. Who had booked it is told and may choose another one. Twice changes nothing.

    Raises RuleViolation for anybody but its mentor, without a reason where somebody had booked it, once it has begun,
    and where somebody booked it at this very moment.
    """
    now = now or timezone.now()
    if slot.mentor.user_id != by.pk:
        raise RuleViolation(_("Only who offers a time takes it back."))
    live = Talk.objects.filter(slot=slot).exclude(state=TalkState.CANCELLED)
    seen = live.first()
    if seen is not None:
        hold(seen.attempt_id)
    held = OralSlot.objects.select_for_update().get(pk=slot.pk)
    if held.cancelled_at is not None:
        return
    talk = live.with_people().first()
    if talk != seen:  # Booked or given back between the two looks: the locks would come in the wrong order.
        raise RuleViolation(_("Somebody booked this time just now. Reload the page."))
    if held.starts_at <= now:
        raise RuleViolation(_("This time has begun. Record how the talk went, or that nobody came."))
    if talk is not None and not reason.strip():
        raise RuleViolation(_("Say why: the participant reads it."))
    held.cancelled_at = now
    held.save(update_fields=["cancelled_at"])
    if talk is not None:
        end(talk, TalkState.CANCELLED, reason=reason.strip()[:300], by=by, now=now)
        talk_letters.send([talk_letters.cancelled(talk)])


def end(talk: Talk, state: TalkState, *, reason: str = "", by: User | None, now: datetime) -> None:
    """Write down how a talk ended, inside the caller's transaction."""
    talk.state, talk.reason, talk.ended_at, talk.ended_by = state, reason, now, by
    talk.save(update_fields=["state", "reason", "ended_at", "ended_by", "is_own_choice"])


def let_fall(now: datetime) -> int:
    """Cancel talks ahead that have lost their sense, and return how many.

    The person or the examiner left the cohort, a conflict was declared, or nothing waits for the talk any longer.
    """
    ahead = Talk.objects.booked().filter(begun_at=None, slot__starts_at__gt=now).with_people().order_by("pk")
    return sum(_let_fall(one, now) for one in ahead)


def _let_fall(talk: Talk, now: datetime) -> int:
    reason = _lost_sense(talk)
    if not reason:
        return 0
    with transaction.atomic():
        hold(talk.attempt_id)
        held = Talk.objects.booked().filter(pk=talk.pk, begun_at=None).with_people().first()
        if held is None:
            return 0  # Moved or begun meanwhile.
        end(held, TalkState.CANCELLED, reason=reason, by=None, now=now)
        talk_letters.send([talk_letters.cancelled(held), *talk_letters.given_back(held)])
    return 1


def _lost_sense(talk: Talk) -> str:
    if talk.attempt.membership.state != MembershipState.ACTIVE:
        return _("You are in another cohort now, or in none.")
    if talk.attempt.state not in BOOKABLE:
        return _("Nothing of this attempt waits for a talk any longer.")
    if not examiners.may_examine(talk.slot.mentor.user, talk.attempt):
        return _("This mentor cannot hold the talk. Choose another time.")
    return ""


def slots_of(user: User, since: datetime) -> list[tuple[OralSlot, Talk | None]]:
    """Return the times somebody offers from a moment on, each with the talk that counts. Two queries."""
    offered = OralSlot.objects.filter(mentor__user=user, starts_at__gte=since, cancelled_at=None)
    found = list(offered.select_related("mentor__cohort"))
    live = Talk.objects.filter(slot__in=found).exclude(state=TalkState.CANCELLED).with_people()
    by_slot = {one.slot_id: one for one in live}
    return [(slot, by_slot.get(slot.pk)) for slot in found]


def by_day(slots: Iterable[OralSlot], zone: str) -> list[tuple[datetime, list[OralSlot]]]:
    """Group times by the reader's day, in their order."""
    found: dict[object, tuple[datetime, list[OralSlot]]] = {}
    for slot in slots:
        local = slot.starts_at.astimezone(ZoneInfo(zone))
        found.setdefault(local.date(), (local, []))[1].append(slot)
    return list(found.values())
