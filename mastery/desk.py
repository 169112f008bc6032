"""What the marking desk shows: the queue, and one answer beside its rubric."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.models import Corrective, ObjectiveVersion
from mastery import answer_text, attempts, disputing, levels, marking, phrases, questions, reading, second_marks
from mastery.choices import QuestionKind
from mastery.judgements import Dispute, ReusableComment, SecondMark
from mastery.mark_reminders import TARGET
from mastery.models import Attempt, GradeEvent
from mastery.questions import Question
from whitebox.people.models import User

MOST_ENTRIES = 100
MOST_GIVEN = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that waits for a mark, or for a second one."""

    attempt: Attempt
    item: str
    kind: str
    since: datetime
    waited: timedelta
    address: str
    is_second: bool = False

    @property
    def who(self) -> str:
        """Whose work it is; nobody's name stands at a second mark."""
        return _("Second mark") if self.is_second else self.attempt.membership.user.called

    @property
    def is_late(self) -> bool:
        return self.waited > TARGET


def entries(user: User) -> list[Entry]:
    """Return what waits for a mark by `user`, oldest first: three queries."""
    now = timezone.now()
    return sorted([*_first(user, now), *_second(user, now)], key=lambda one: one.since)


def _first(user: User, now: datetime) -> Iterator[Entry]:
    for attempt in marking.waiting(user).prefetch_related("events")[:MOST_ENTRIES]:
        since = attempt.submitted_at or attempt.opened_at
        for question in marking.unmarked(attempt, list(attempt.events.all())):
            address = reverse("mastery:mark", args=[attempt.pk, question.slug])
            yield Entry(attempt, question.slug, str(question.kind.label), since, now - since, address)


def _second(user: User, now: datetime) -> Iterator[Entry]:
    for one in second_marks.waiting_for(user)[:MOST_ENTRIES]:
        question = questions.one_of(questions.of_attempt(one.attempt), one.item)
        if question is not None:
            address = reverse("mastery:second_mark", args=[one.pk])
            waited = now - one.drawn_at
            yield Entry(one.attempt, one.item, str(question.kind.label), one.drawn_at, waited, address, is_second=True)


@dataclass(frozen=True, slots=True)
class Beside:
    """What waits beside the marks: disputes, and marks that differ."""

    to_answer: list[Dispute]
    to_decide: list[Dispute]
    to_settle: list[SecondMark]

    def __bool__(self) -> bool:
        return bool(self.to_answer or self.to_decide or self.to_settle)


def beside(user: User) -> Beside:
    """Return what `user` has to answer, decide and settle: four queries, and two for each pair of own marks."""
    return Beside(
        list(disputing.to_answer(user)[:MOST_ENTRIES]),
        list(disputing.to_decide(user)[:MOST_ENTRIES]),
        second_marks.to_settle(user),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer, its rubric, and what can be assigned where it is not mastered yet."""

    attempt: Attempt
    question: Question
    objective: ObjectiveVersion
    answer: str
    is_marked: bool
    correctives: list[Corrective]
    comments: list[ReusableComment]

    @property
    def levels(self) -> list[tuple[int, str]]:
        if self.question.rubric:
            return [(level.level, level.html) for level in self.question.rubric]
        return [(0, _("Does not do what is asked.")), (1, _("Does what is asked."))]

    @property
    def mastered_from(self) -> int:
        return levels.mastery_level(self.question)

    @property
    def is_code(self) -> bool:
        return self.question.kind == QuestionKind.CODE

    @property
    def answer_html(self) -> str:
        return answer_text.shown(self.answer)

    @property
    def words(self) -> int:
        return len(self.answer.split())


def sheet(attempt: Attempt, item: str, user: User) -> Sheet | None:
    """Return one answer of an attempt for marking; None where it is no item that people mark."""
    question = questions.one_of(questions.of_attempt(attempt), item)
    if question is None or not question.may_need_a_person:
        return None
    objective = reading.objectives_of(attempt)[question.objective]
    return Sheet(
        attempt=attempt,
        question=question,
        objective=objective,
        answer=str(attempts.answers_of(attempt).get(item, "")),
        is_marked=attempt.events.filter(item=item).exists(),
        correctives=list(objective.correctives.all()),
        comments=list(phrases.for_marking(user, attempt.membership.cohort)),
    )


def given(user: User) -> list[GradeEvent]:
    """Return the marks that `user` gave and that count, latest first: one query."""
    found = GradeEvent.objects.filter(by=user, detail__by_person=True, superseded_by=None)
    loaded = found.select_related("attempt__check_version", "attempt__membership__user", "objective", "dispute")
    return list(loaded.order_by("-pk")[:MOST_GIVEN])
