"""What a review asks: an item of the objective that the person has not seen lately, of any form of its checks.

Items that are graded at once come first. A written item is offered for a self-check only where the pack says what a
good answer is, and code always, because it has a right solution: one commits an answer, then sees that one beside it,
and only then judges. Code comes from forms that the person has handed in, while there are any: its solution gives
nothing away there.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db.models import Max

from curriculum.syllabus import VERSIONS, Syllabus
from mastery import questions
from mastery.cards import RetentionCard, ReviewAnswer
from mastery.choices import WAITING, AttemptState, QuestionKind
from mastery.models import Attempt, CheckVersion
from mastery.questions import Question
from whitebox.people.models import Membership

LATELY = timedelta(days=14)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[int, str, str]  # check, form, item


@dataclass(frozen=True, slots=True)
class Candidate:
    version: CheckVersion
    form: str
    question: Question

    @property
    def key(self) -> Key:
        return self.version.for_check_id, self.form, self.question.slug

    @property
    def is_self_check(self) -> bool:
        return not self.question.is_graded_at_once

    @property
    def name(self) -> str:
        """The item as a page sends it back."""
        return f"{self.version.pk}:{self.form}:{self.question.slug}"


def can_be_asked(question: Question) -> bool:
    has_model = bool(question.explanation_html and question.rubric)
    is_open = (question.kind == QuestionKind.WRITTEN and has_model) or question.exercise is not None
    return (question.is_graded_at_once and not question.patterns) or is_open  # a pattern may need a person


@lru_cache(maxsize=VERSIONS)
def objectives_with_items(version: int, _digest: str) -> frozenset[str]:
    """Return the modules and objectives of a version that a review can ask: one query a process."""
    found = CheckVersion.objects.filter(version=version).select_related("for_check")
    return frozenset(
        f"{one.for_check.module_id}:{question.objective}"
        for one in found
        for form in one.forms
        for question in questions.form_of(one, form)
        if can_be_asked(question)
    )


def has_items(card: RetentionCard, followed: Syllabus) -> bool:
    """Tell whether a card's objective has anything to ask in the version that is followed."""
    name = f"{card.objective.module_id}:{card.objective.slug}"
    return followed.key is not None and name in objectives_with_items(*followed.key)


def chosen(card: RetentionCard, followed: Syllabus) -> Candidate | None:
    """Return the item that a card asks next: the same until it is answered or a form is handed in. Four queries."""
    if followed.key is None:
        return None
    found = list(_candidates(card, followed.key[0], _unfinished(card)))
    if not found:
        return None
    forms, reviews = _seen(card)
    return min(found, key=lambda one: (_gives_away(one, forms), _rank(card, one, _last_seen(one.key, forms, reviews))))


def _gives_away(one: Candidate, forms: Mapping[tuple[int, str], datetime]) -> bool:
    """Tell whether comparing shows the solution of code that the person has never been asked for."""
    return one.question.exercise is not None and one.key[:2] not in forms


def _candidates(card: RetentionCard, version: int, unfinished: set[tuple[int, str]]) -> Iterator[Candidate]:
    checks = CheckVersion.objects.filter(version=version, for_check__module=card.objective.module_id)
    for one in checks.select_related("for_check").order_by("pk"):
        for form in one.forms:
            if (one.for_check_id, form) not in unfinished:
                for question in questions.form_of(one, form, card.next_seed):
                    if question.objective == card.objective.slug and can_be_asked(question):
                        yield Candidate(one, form, question)


def _unfinished(card: RetentionCard) -> set[tuple[int, str]]:
    """Return the forms that somebody is working on or waits for: a review must not tell what is right there."""
    record = Membership.objects.of_record(card.membership_id)
    going_on = Attempt.objects.filter(membership__in=record.values("pk"), state__in=[AttemptState.OPEN, *WAITING])
    return set(going_on.values_list("for_check", "form"))


def _seen(card: RetentionCard) -> tuple[Mapping[tuple[int, str], datetime], Mapping[Key, datetime]]:
    """Return when each form was last seen in an attempt, and each item in a review."""
    record = Membership.objects.of_record(card.membership_id)
    attempts = Attempt.objects.filter(membership__in=record.values("pk"), for_check__module=card.objective.module_id)
    rows = attempts.order_by().values_list("for_check", "form").annotate(last=Max("opened_at"))
    answers = ReviewAnswer.objects.filter(card=card).values_list("check_version__for_check", "form", "item", "at")
    return (
        {(check, form): last for check, form, last in rows},
        {(check, form, item): at for check, form, item, at in answers.order_by("at")},
    )


def _last_seen(key: Key, forms: Mapping[tuple[int, str], datetime], reviews: Mapping[Key, datetime]) -> datetime | None:
    moments = (forms.get(key[:2]), reviews.get(key))
    return max((one for one in moments if one is not None), default=None)


def _rank(card: RetentionCard, one: Candidate, seen: datetime | None) -> tuple[bool, bool, datetime, str]:
    """Order: not seen lately, graded at once, seen longest ago, and among equals by the card's secret."""
    lately = seen is not None and seen > card.due_at - LATELY
    tie = hashlib.sha256(f"{card.seed}:{card.number}:{one.name}".encode()).hexdigest()
    return lately, one.is_self_check, seen or NEVER, tie
