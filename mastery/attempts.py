"""The verbs of an attempt: start, save a draft, submit. Each can be asked twice without harm."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import allowances, gating, ledger, questions, queue, repeats, settling, variants
from mastery.choices import AttemptState, QuestionKind
from mastery.grading import code, quiz
from mastery.holding import hold
from mastery.ledger import Mark
from mastery.models import Answer, Attempt, CheckVersion
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User

Value = str | list[str]

SLOW_LINE = timedelta(seconds=20)
LONGEST_TEXT = 20_000  # characters of a written answer
LONGEST_CODE = code.SOURCE_BYTES + 1  # characters: one more than the sandbox takes, so that it says so
SEEDS = 2**31


@transaction.atomic
def start(membership: Membership, check: CheckVersion, *, token: str, by: User) -> Attempt:
    """Open the next form of a check and return the attempt; what is open or has this token already is returned.

    Raises RuleViolation with the next step where the gate is closed.
    """
    # The membership's row is the lock: two clicks queue here.
    held = Membership.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=membership.pk)
    if held.user_id != by.pk:
        raise RuleViolation(_("Only the person who studies can start an attempt."))
    record = Membership.objects.of_record(held.first_key)
    mine = Attempt.objects.filter(membership__in=record.values("pk"), for_check_id=check.for_check_id)
    present = mine.filter(client_token=token).first() or mine.filter(state=AttemptState.OPEN).first()
    if present is not None:
        return present
    standing = gating.require_start(held, check)
    now, earlier = timezone.now(), list(mine.values_list("form", "seed"))
    stored = check.specification["forms"][standing.form]
    used = [seed for form, seed in earlier if form == standing.form]
    return Attempt.objects.create(
        membership=held,
        for_check_id=check.for_check_id,
        check_version=check,
        form=standing.form,
        number=len(earlier) + 1,
        seed=variants.fresh_seed(stored, used, lambda: secrets.randbelow(SEEDS)),
        threshold_percent=ledger.threshold(held.cohort.threshold_percent, check, held.cohort.started_at),
        client_token=token,
        opened_at=now,
        closes_at=allowances.closes_at(held, check, now),
    )


@transaction.atomic
def save(attempt: Attempt, values: Mapping[str, Value], *, by: User) -> Attempt:
    """Keep a draft of some answers; the others stay as they are.

    Past its time the attempt is handed in as it was saved. Raises RuleViolation once it is submitted: what was sent by
    then is what counts.
    """
    current = _held(attempt, by)
    if is_over(current, timezone.now()):
        hand_in(current, in_time=False)
        return current
    if current.state != AttemptState.OPEN:
        raise RuleViolation(
            _("This attempt is submitted, so this change was not saved. What you had sent by then is kept.")
        )
    _keep(current, values)
    return current


@transaction.atomic
def submit(attempt: Attempt, values: Mapping[str, Value], *, by: User) -> Attempt:
    """Hand an attempt in: quiz items are graded now, code is queued, written answers go to the mentor.

    A second click finds it submitted and changes nothing. Past its time it is handed in as it was saved. Raises
    RuleViolation for too much code in an hour, and for code that was handed in before just as it is.
    """
    current = _held(attempt, by)
    if current.state != AttemptState.OPEN:
        return current  # The first click won; what it sent is kept.
    if is_over(current, timezone.now()):
        hand_in(current, in_time=False)
        return current
    _keep(current, values)
    asked = questions.of_attempt(current)
    repeats.refuse(current, asked, answers_of(current))
    if any(question.kind == QuestionKind.CODE for question in asked):
        queue.require_room(by, timezone.now())
    hand_in(current)
    return current


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Tell whether the clock of an open attempt has run out; what a slow line brings a moment later still counts."""
    is_open = attempt.state == AttemptState.OPEN
    return is_open and attempt.closes_at is not None and now >= attempt.closes_at + SLOW_LINE


def hand_in(attempt: Attempt, *, in_time: bool = True) -> None:
    """Take the saved answers of an open attempt as final. The caller holds it."""
    attempt.is_taken_at_due_time = not in_time
    attempt.state = AttemptState.SUBMITTED
    attempt.submitted_at = timezone.now()
    attempt.save(update_fields=["state", "submitted_at", "is_taken_at_due_time"])
    asked = questions.of_attempt(attempt)
    values = answers_of(attempt)
    marks = [_quiz_mark(one, values.get(one.slug)) for one in asked if one.is_graded_at_once]
    ledger.record(attempt, [mark for mark in marks if mark is not None])
    if any(question.kind == QuestionKind.CODE for question in asked):
        queue.enqueue(attempt)
    settling.settle(attempt)


def answers_of(attempt: Attempt) -> dict[str, Value]:
    return dict(attempt.answers.values_list("item", "value"))


def unanswered(asked: tuple[Question, ...], values: Mapping[str, Value]) -> list[Question]:
    """Return the items without an answer; starter code that nobody touched is none."""
    return [question for question in asked if not _is_answered(question, values.get(question.slug))]


def _is_answered(question: Question, value: Value | None) -> bool:
    if question.kind == QuestionKind.ORAL:
        return True  # It is answered in a talk, after the attempt is handed in.
    if value is None or (isinstance(value, list) and not any(value)):
        return False
    if isinstance(value, list):
        return question.kind != QuestionKind.ORDERING or all(value)
    is_untouched = question.exercise is not None and value.split() == question.exercise.starter.split()
    return bool(value.strip()) and not is_untouched


def _held(attempt: Attempt, by: User) -> Attempt:
    current = hold(attempt.pk)
    if current.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person whose attempt it is can change it."))
    return current


def _keep(attempt: Attempt, values: Mapping[str, Value]) -> None:
    known = {question.slug: question for question in questions.of_attempt(attempt)}
    now = timezone.now()
    rows = [
        Answer(attempt=attempt, item=item, value=_capped(known[item], value), saved_at=now)
        for item, value in values.items()
        if item in known
    ]
    if not rows:
        return
    Answer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt", "item"], update_fields=["value", "saved_at"]
    )
    attempt.saved_at = now
    attempt.save(update_fields=["saved_at"])


def _capped(question: Question, value: Value) -> Value:
    """Cut an answer to a length that can be stored and read; a NUL cannot be stored in PostgreSQL."""
    longest = LONGEST_CODE if question.kind == QuestionKind.CODE else LONGEST_TEXT
    if isinstance(value, str):
        return value.replace("\x00", "")[:longest]
    return [part.replace("\x00", "")[:200] for part in value[:100]]


def _quiz_mark(question: Question, value: Value | None) -> Mark | None:
    """Grade one answer; None where a pattern took too long, so that the mentor looks at it."""
    graded = quiz.grade(question, value)
    if graded.is_unsure:
        return None
    return Mark(question.slug, graded.points, {"feedback": list(graded.feedback_html)})
