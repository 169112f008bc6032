"""A review: one item, answered, judged, logged. Three a day at most, so that it stays a matter of minutes.

A lapse asks for practice. It changes nothing in the ledger, so no gate that was open closes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum import syllabus
from curriculum.models import Corrective
from curriculum.syllabus import Syllabus
from mastery import levels, questions, remembering, review_items
from mastery.attempts import Value
from mastery.cards import RetentionCard, Review, ReviewAnswer
from mastery.choices import Recall
from mastery.grading import quiz
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people import access
from whitebox.people.models import Membership, User
from whitebox.prepared import Call

A_SESSION = 3  # reviews at most; the next session is on the next day by the reader's clock
MINUTES = 3  # about, for one review
LONGEST = 20_000  # characters of an answer


@dataclass(frozen=True)
class Session:
    """What somebody's reviews look like now."""

    root: int  # the membership as which the record began
    cards: Sequence[RetentionCard]  # to be asked now, soonest due first; no more than are left of the session
    due: int  # in all
    done: int  # today
    waiting: int | None  # the key of an own answer that waits for its self-check
    lapsed: Sequence[RetentionCard]  # that ask for practice
    next_at: datetime | None = None  # when the next one is due, where none is now

    @property
    def minutes(self) -> int:
        return MINUTES * len(self.cards)

    @cached_property
    def unjudged(self) -> ReviewAnswer | None:
        """The answer that waits: one query where there is one."""
        return ReviewAnswer.objects.get(pk=self.waiting) if self.waiting else None

    @cached_property
    def is_off(self) -> bool:
        """Tell whether they want no reviews: one query."""
        return remembering.is_off(self.root)


def session(membership: Membership, followed: Syllabus, now: datetime) -> Session:
    """Return the reviews of a person: one query."""
    root = membership.first_key
    cards = [one for one in remembering.asked_for(*_asked(membership, now)) if review_items.has_items(one, followed)]
    if not cards:
        return Session(root, [], 0, 0, None, [])
    done = cards[0].done or 0
    waiting = min((one.unjudged for one in cards if one.unjudged), default=None)
    due = [one for one in cards if one.due_at <= now and (waiting is None or one.unjudged != waiting)]
    left = max(0, A_SESSION - done - (waiting is not None))
    lapsed = [one for one in cards if one.lapsed_at]
    next_at = min((one.due_at for one in cards if one.due_at > now), default=None)
    return Session(root, due[:left], len(due), done, waiting, lapsed, next_at=next_at)


def foreseen(membership: Membership, now: datetime) -> Call:
    """Return what a session asks."""
    return remembering.asked_for.call(*_asked(membership, now))


def _asked(membership: Membership, now: datetime) -> tuple[int, datetime]:
    return membership.first_key, _midnight(membership.user, now)


def _midnight(user: User, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(user.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as a page sends it: to which review of the card, to which item, and whether something was looked up."""

    number: int
    name: str
    value: Value
    is_helped: bool = False
    is_unknown: bool = False  # they said so instead of an answer


@transaction.atomic
def answer(card: RetentionCard, given: Given, *, by: User, now: datetime | None = None) -> ReviewAnswer:
    """Take an answer. What is graded at once is logged; the rest waits for its self-check.

    An answer that is there already is returned, so a double click counts once. Raises RuleViolation for anybody but the
    person, for a card that is not due or rests, after the session's last, and where another item is asked now.
    """
    now = now or timezone.now()
    held = _held(card, by)
    sent = ReviewAnswer.objects.filter(card=held, number=given.number).first()
    if sent is not None:
        return sent  # The first click won.
    membership = _membership(by)
    followed = syllabus.present(membership.cohort_id)
    candidate = review_items.chosen(held, followed)
    if candidate is None or (given.number, given.name) != (held.number, candidate.name):
        raise RuleViolation(_("Another question is asked now. Load the page again; nothing was counted."))
    if held.pk not in {one.pk for one in session(membership, followed, now).cards}:
        raise RuleViolation(_("This objective is not due now, or today's reviews are done. Nothing was counted."))
    made = ReviewAnswer.objects.create(
        card=held,
        number=held.number,
        check_version=candidate.version,
        form=candidate.form,
        item=candidate.question.slug,
        seed=held.next_seed,
        value=_capped(given.value),
        is_helped=given.is_helped,
        at=now,
    )
    if given.is_unknown:
        remembering.log(held, Recall.AGAIN, made, now)
    elif not candidate.is_self_check:
        is_right = quiz.grade(candidate.question, given.value).points == candidate.question.points
        remembering.log(held, _rating(is_right=is_right, helped=given.is_helped), made, now)
    return made


@transaction.atomic
def judge(given: ReviewAnswer, level: int, *, by: User, now: datetime | None = None) -> Review:
    """Take a person's own judgement of an answer that they have committed. The first one counts.

    Raises RuleViolation for anybody but the person, and for a level that the rubric does not have.
    """
    held = _held(given.card, by)
    present = Review.objects.filter(answer=given).first()
    if present is not None:
        return present
    question = asked(given)
    if question is None or level not in levels.all_of(question):
        raise RuleViolation(_("Choose one of the levels of the rubric."))
    rating = _rating(is_right=level >= levels.mastery_level(question), helped=given.is_helped)
    return remembering.log(held, rating, given, now or timezone.now())


def _rating(*, is_right: bool, helped: bool) -> Recall:
    if not is_right:
        return Recall.AGAIN
    return Recall.HARD if helped else Recall.GOOD


@transaction.atomic
def practised(card: RetentionCard, *, by: User) -> None:
    """Take that somebody has practised what had lapsed. Twice changes nothing; the date of the next look stays."""
    held = _held(card, by)
    RetentionCard.objects.filter(pk=held.pk).update(lapsed_at=None)


def asked(given: ReviewAnswer) -> Question | None:
    """Return the item that an answer was given to, as it was asked."""
    return questions.one_of(questions.form_of(given.check_version, given.form, given.seed), given.item)


def practice(card: RetentionCard, followed: Syllabus) -> Corrective | None:
    """Return the corrective that a lapse leads to: with each lapse the next of the objective's list."""
    ways = [one for one in followed.correctives.values() if one.objective_version.objective_id == card.objective_id]
    lapses = Review.objects.filter(card=card, rating=Recall.AGAIN).count()
    ordered = sorted(ways, key=lambda one: one.position)
    return ordered[(max(lapses, 1) - 1) % len(ordered)] if ordered else None


def _held(card: RetentionCard, by: User) -> RetentionCard:
    held = (
        RetentionCard.objects.select_for_update(of=("self",)).select_related("objective", "membership").get(pk=card.pk)
    )
    if held.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person whose review it is answers it."))
    return held


def _membership(by: User) -> Membership:
    found = access.participation(by)
    if found is None:
        raise RuleViolation(_("You do not take part in a cohort now."))
    return found


def _capped(value: Value) -> Value:
    if isinstance(value, str):
        return value.replace("\x00", "")[:LONGEST]
    return [part.replace("\x00", "")[:200] for part in value[:100]]
