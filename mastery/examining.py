"""A talk as it happens: it begins, its questions are drawn, notes are kept, and its outcome goes into the ledger."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import booking, drawing, examiners, heard, ledger, levels, marking, settling
from mastery.choices import TalkState
from mastery.holding import hold
from mastery.ledger import Mark
from mastery.questions import Question
from mastery.talks import LONGEST_NOTES, DrawnQuestion, SecondExaminer, Talk
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Said:
    """What a talk showed about one objective: the level of the rubric, and words for the participant."""

    level: int
    comment: str = ""


@transaction.atomic
def begin(talk: Talk, *, by: User, now: datetime | None = None) -> Talk:
    """Draw the questions of a talk, once its time has come. Twice changes nothing: a question is drawn once.

    Raises RuleViolation before its time, for anybody who does not hold or join it, and for a talk that is over.
    """
    now = now or timezone.now()
    held = _held(talk, by)
    if held.begun_at is not None:
        return held
    if held.state != TalkState.BOOKED:
        raise RuleViolation(_("This talk is %(state)s.") % {"state": held.get_state_display()})
    if now < held.slot.starts_at:
        raise RuleViolation(_("The talk has not begun yet. Its question is drawn at its start, not before."))
    _draw(held, now)
    held.begun_at = now
    held.save(update_fields=["begun_at"])
    return held


def _draw(talk: Talk, now: datetime) -> None:
    for item in booking.still_to_talk(talk.attempt):
        # Two items may draw from one bank: what the first got counts for the second.
        among = drawing.candidates([one.slug for one in item.talk], _had(talk, item.bank))
        question = drawing.chosen(talk.seed, item.slug, among)
        DrawnQuestion.objects.create(
            talk=talk, item=item.slug, bank=item.bank, question=question, chosen_from=among, at=now
        )


def _had(talk: Talk, bank: str) -> Mapping[str, int]:
    """Return how often this person was asked each question of a bank, in all of their record."""
    record = Membership.objects.of_record(talk.attempt.membership.first_key)
    asked = DrawnQuestion.objects.filter(
        talk__attempt__membership__in=record.values("pk"),
        talk__attempt__for_check=talk.attempt.for_check_id,
        bank=bank,
    )
    return Counter(asked.values_list("question", flat=True))


@transaction.atomic
def keep_notes(talk: Talk, notes: str, *, by: User) -> None:
    """Keep what was noted in a talk, for those who teach. Raises RuleViolation before it begins."""
    held = _held(talk, by)
    if held.begun_at is None:
        raise RuleViolation(_("Begin the talk first."))
    held.notes = notes.replace("\x00", "")[:LONGEST_NOTES]
    held.save(update_fields=["notes"])


@transaction.atomic
def judge(talk: Talk, outcome: Mapping[str, Said], *, by: User, now: datetime | None = None) -> None:
    """Give the outcome of a talk per objective: it goes into the ledger like every mark, and the attempt moves on.

    Who else heard the talk is asked for a mark of their own. Twice changes nothing. Raises RuleViolation where an item
    has no level of its rubric, before the talk begins, and for anybody who does not hold or join it.
    """
    held = _held(talk, by)
    if held.state == TalkState.HELD:
        return
    if held.state != TalkState.BOOKED or held.begun_at is None:
        raise RuleViolation(_("Begin the talk first. Its outcome belongs to the question that is drawn then."))
    attempt = held.attempt
    items = booking.still_to_talk(attempt)
    missing = [one for one in items if one.slug not in outcome]
    if missing:
        raise RuleViolation(_("Choose a level for each objective of the talk."))
    drawn = dict(held.drawn.values_list("item", "question"))
    marks = [_mark(one, outcome[one.slug], drawn.get(one.slug, "")) for one in items]
    given = ledger.record(attempt, marks, by=by)
    for listener in examiners.listeners(held, without=by):
        heard.ask(given, attempt, listener)
    booking.end(held, TalkState.HELD, by=by, now=now or timezone.now())
    settling.settle(attempt)


def _mark(item: Question, said: Said, question: str) -> Mark:
    """Return the mark of one objective. It is in no random sample of second marks: nobody hears a talk again."""
    level = levels.clamped(item, said.level)
    asked = next((one.html for one in item.talk if one.slug == question), "")
    detail = marking.said(level, said.comment) | {"in_talk": True, "asked_html": asked}
    return Mark(item.slug, levels.points_at(item, level), detail)


@transaction.atomic
def miss(talk: Talk, *, by: User, now: datetime | None = None) -> None:
    """Write down that the participant did not come. It costs no attempt: they book another time. Twice changes nothing.

    Raises RuleViolation before its time, and for a talk that ended otherwise.
    """
    now = now or timezone.now()
    held = _held(talk, by)
    if held.state == TalkState.NO_SHOW:
        return
    if held.state != TalkState.BOOKED:
        raise RuleViolation(_("This talk is %(state)s.") % {"state": held.get_state_display()})
    if now < held.slot.starts_at:
        raise RuleViolation(_("The talk has not begun yet. You can take the time back instead."))
    booking.end(held, TalkState.NO_SHOW, by=by, now=now)


@transaction.atomic
def join(talk: Talk, *, by: User, now: datetime | None = None) -> SecondExaminer:
    """Join a talk as its second examiner, who may give the outcome too. Twice changes nothing.

    Raises RuleViolation for anybody who may not examine this person, and where somebody else has joined.
    """
    hold(talk.attempt_id)
    held = Talk.objects.with_people().get(pk=talk.pk)
    membership = examiners.by_which(by, held.attempt)
    if membership is None:
        raise RuleViolation(
            _("Only those who teach in this cohort join a talk, and nobody in their own or with a conflict.")
        )
    if held.state != TalkState.BOOKED:
        raise RuleViolation(_("This talk is %(state)s.") % {"state": held.get_state_display()})
    if held.slot.mentor.user_id == by.pk:
        raise RuleViolation(_("You hold this talk yourself."))
    present = held.seconds.filter(left_at=None).first()
    if present is not None and present.mentor_id != membership.pk:
        raise RuleViolation(_("Somebody else joins this talk already."))
    return present or SecondExaminer.objects.create(talk=held, mentor=membership, since=now or timezone.now())


@transaction.atomic
def leave(talk: Talk, *, by: User, now: datetime | None = None) -> None:
    """Join a talk no longer. Twice changes nothing."""
    joined = SecondExaminer.objects.filter(talk=talk, mentor__user=by, left_at=None)
    joined.update(left_at=now or timezone.now())


def _held(talk: Talk, by: User) -> Talk:
    """Lock a talk's person and attempt and return it as it is now, to somebody who holds or joins it."""
    attempt = hold(talk.attempt_id)
    held = Talk.objects.with_people().get(pk=talk.pk)
    held.attempt = attempt
    if not examiners.is_examiner(by, held):
        raise RuleViolation(_("Only those who hold or join this talk can do that, and nobody in their own."))
    return held
