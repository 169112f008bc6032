"""What the marking desk shows: the queue, and one answer beside its rubric."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.models import Corrective, ObjectiveVersion
from mastery import answer_text, attempts, disputing, ledger, levels, marking, phrases, questions, reading, second_marks
from mastery.choices import QuestionKind, TalkState
from mastery.judgements import Dispute, ReusableComment, SecondMark
from mastery.mark_reminders import TARGET
from mastery.models import Attempt, CheckVersion, GradeEvent
from mastery.questions import Question
from mastery.talks import Talk
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


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a mark: the oldest answers, and how many there are in all."""

    entries: list[Entry]
    left: int


def queue(user: User) -> Queue:
    """Return what waits for a mark by `user`, oldest first: three queries, and three more for a long queue."""
    now = timezone.now()
    first, second = list(_first(user, now)), list(_second(user, now))
    shown = sorted([*first, *second], key=lambda one: one.since)
    is_long = len({one.attempt.pk for one in first}) == MOST_ENTRIES
    left = (_answers_left(user) if is_long else len(first)) + (
        second_marks.waiting_for(user).count() if len(second) == MOST_ENTRIES else len(second)
    )
    return Queue(shown, left)


def _answers_left(user: User) -> int:
    """Count the answers of all attempts that wait, by form: each item that people mark, less those that are marked."""
    waiting = marking.waiting(user).order_by()
    attempts_of = dict[tuple[int, str], int]()
    for version, form, count in waiting.values_list("check_version", "form").annotate(Count("pk")):
        attempts_of[version, form] = count
    events = GradeEvent.objects.filter(attempt__in=waiting.values("pk"), supersedes=None).order_by()
    rows = events.values_list("attempt__check_version", "attempt__form", "item").annotate(Count("pk"))
    marked = {(version, form, item): count for version, form, item, count in rows}
    versions = CheckVersion.objects.in_bulk({version for version, _form in attempts_of})
    return sum(
        count - marked.get((version, form, question.slug), 0)
        for (version, form), count in attempts_of.items()
        for question in questions.form_of(versions[version], form)
        if question.may_need_a_person
    )


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
    mark: GradeEvent | None
    correctives: list[Corrective]
    comments: list[ReusableComment]

    notes: str = ""  # of a talk, for those who teach

    @property
    def is_marked(self) -> bool:
        return self.mark is not None

    @property
    def is_talk(self) -> bool:
        return self.question.kind == QuestionKind.ORAL

    @property
    def asked_html(self) -> str:
        """The question that was drawn in a talk."""
        return str(self.mark.detail.get("asked_html", "")) if self.mark else ""

    @property
    def levels(self) -> list[tuple[int, str]]:
        return levels.described(self.question)

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
    """Return one answer of an attempt for marking; None where people do not mark it, and of a talk before its outcome.

    What was noted in a talk is for those who teach, and not for somebody who has still to mark it blind.
    """
    question = questions.one_of(questions.of_attempt(attempt), item)
    mark = ledger.current(attempt.events.filter(item=item)).get(item)
    if question is None or not question.is_judged_by_people:
        return None
    if question.kind == QuestionKind.ORAL and mark is None:
        return None
    objective = reading.objectives_of(attempt)[question.objective]
    return Sheet(
        attempt=attempt,
        question=question,
        objective=objective,
        answer=str(attempts.answers_of(attempt).get(item, "")),
        mark=mark,
        correctives=list(objective.correctives.all()),
        comments=list(phrases.for_marking(user, attempt.membership.cohort)),
        notes=_notes(attempt, user) if question.kind == QuestionKind.ORAL else "",
    )


def _notes(attempt: Attempt, user: User) -> str:
    if attempt.membership.user_id == user.pk or second_marks.hides(user, attempt):
        return ""
    held = Talk.objects.filter(attempt=attempt, state=TalkState.HELD).order_by("pk").last()
    return held.notes if held else ""


def given(user: User) -> list[GradeEvent]:
    """Return the marks that `user` gave and that count, latest first: one query."""
    found = GradeEvent.objects.filter(by=user, detail__by_person=True, superseded_by=None)
    loaded = found.select_related("attempt__check_version", "attempt__membership__user", "objective", "dispute")
    return list(loaded.order_by("-pk")[:MOST_GIVEN])
