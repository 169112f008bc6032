"""What the pages of a check show, put together so that a template asks nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum.models import ObjectiveVersion
from mastery import allowances, answer_text, attempts, disputing, forms, gating, ledger, outcomes, questions
from mastery.choices import CheckKind, QuestionKind
from mastery.forms import AttemptForm
from mastery.gating import Standing
from mastery.judgements import Dispute
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, GradeEvent
from mastery.outcomes import Outcome
from mastery.questions import Question
from whitebox.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Introduction:
    """The page before a form is started."""

    check: CheckVersion
    standing: Standing
    due_at: datetime | None
    threshold: int
    questions: int
    points: int
    needed: int  # points that reach the threshold
    kinds: list[str]
    attempts: list[Attempt]
    allowed: timedelta | None  # on the clock that runs, for this person

    @property
    def chances(self) -> list[dict[str, int]]:
        return [
            {"right": right, "percent": outcomes.chance(self.questions, self.threshold, right)} for right in (5, 6, 9)
        ]

    @property
    def is_mastery(self) -> bool:
        return self.check.for_check.kind == CheckKind.MASTERY


def introduction(version: CheckVersion, record: gating.Record, due_at: datetime | None) -> Introduction:
    cohort = record.membership.cohort
    standing = record.standing(version)
    asked = questions.form_of(version, standing.form or version.forms[0])
    total = sum(question.points for question in asked)
    threshold = ledger.threshold(cohort.threshold_percent, version, cohort.started_at)
    return Introduction(
        check=version,
        standing=standing,
        due_at=due_at,
        threshold=threshold,
        questions=len(asked),
        points=total,
        needed=outcomes.smallest_pass(total, threshold),
        kinds=[str(kind.label) for kind in QuestionKind if any(question.kind == kind for question in asked)],
        attempts=record.attempts.get(version.for_check_id, []),
        allowed=_allowed(record.membership, version),
    )


def _allowed(membership: Membership, version: CheckVersion) -> timedelta | None:
    now = timezone.now()
    closing = allowances.closes_at(membership, version, now)
    return closing - now if closing else None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an ordering item with its place."""

    name: str
    html: str
    place: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of the attempt page with its control."""

    number: int
    question: Question
    control: BoundField
    parts: list[Part] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)  # of code in several: name of the control, file, text


def items(attempt: Attempt, form: AttemptForm) -> list[ItemView]:
    numbered = enumerate(form.asked, start=1)
    return [item(number, question, attempt.seed, form) for number, question in numbered if question in form.shown]


@dataclass(frozen=True, slots=True)
class Turning:
    """Where one stands in an attempt that shows one item a page."""

    item: Question | None  # None on the last page, which lists all and hands in
    place: int
    pages: int
    before: str  # the page before; empty on the first
    after: str
    listed: list[tuple[int, Question, bool]]  # number, item, and whether it is answered

    @property
    def left(self) -> int:
        return sum(not answered for _number, _question, answered in self.listed)


END = "end"


def turning(asked: tuple[Question, ...], values: dict[str, attempts.Value], wanted: str) -> Turning:
    """Return the page called `wanted`; without one, that of the first item without an answer."""
    left = {question.slug for question in attempts.unanswered(asked, values)}
    names = [question.slug for question in asked] + [END]
    present = wanted if wanted in names else next((name for name in names if name in left), END)
    place = names.index(present)
    return Turning(
        item=asked[place] if present != END else None,
        place=place + 1,
        pages=len(asked),
        before=names[place - 1] if place else "",
        after=names[min(place + 1, len(asked))],
        listed=[(number, one, one.slug not in left) for number, one in enumerate(asked, start=1)],
    )


def item(number: int, question: Question, seed: int, form: AttemptForm) -> ItemView:
    """Return one item with its control, its parts in the order that `seed` gives."""
    bound = form[question.slug]
    if question.exercise is not None and question.exercise.files:
        texts = bound.value() or []
        names = enumerate(question.exercise.files)
        files = [Part(f"{bound.html_name}_{n}", file, texts[n] if n < len(texts) else "") for n, file in names]
        return ItemView(number, question, bound, files=files)
    if question.kind != QuestionKind.ORDERING:
        return ItemView(number, question, bound)
    chosen = bound.value() or []
    order = forms.shuffled(question, seed)
    parts = [
        Part(f"{bound.html_name}_{shown}", question.in_order[part], chosen[shown] if shown < len(chosen) else "")
        for shown, part in enumerate(order)
    ]
    return ItemView(number, question, bound, parts, [str(place) for place in range(1, len(order) + 1)])


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    objective: ObjectiveVersion
    outcome: Outcome
    is_mastered: bool  # by this or another attempt
    assignment: CorrectiveAssignment | None

    @property
    def look(self) -> str:
        return "mastered" if self.is_mastered else "not_yet"


@dataclass(frozen=True, slots=True)
class GradedItem:
    number: int
    question: Question
    objective: ObjectiveVersion
    event: GradeEvent
    answer: Any  # text, or a list of HTML
    is_html: bool
    dispute: Dispute | None = None
    may_dispute: bool = False

    @property
    def answer_html(self) -> str:
        """A written answer as safe HTML; nothing for the other kinds."""
        if self.question.kind != QuestionKind.WRITTEN or not self.answer:
            return ""
        return answer_text.shown(str(self.answer), prefix=f"item-{self.number}")

    @property
    def look(self) -> str:
        return "mastered" if self.event.points == self.event.total else "not_yet"

    @property
    def label(self) -> str:
        return _("right") if self.event.points == self.event.total else _("not yet")


@dataclass(frozen=True, slots=True)
class Result:
    attempt: Attempt
    is_mine: bool
    is_mastery: bool
    whole: Outcome
    objectives: list[ObjectiveResult]
    items: list[GradedItem]
    next: Standing

    @property
    def is_all_mastered(self) -> bool:
        return all(one.is_mastered for one in self.objectives)


def result(attempt: Attempt, reader: User) -> Result:
    """Return a graded attempt with everything that may be shown after grading."""
    events = list(attempt.events.select_related("by"))
    asked, graded = questions.of_attempt(attempt), ledger.current(events)
    stated = objectives_of(attempt)
    has = ledger.mastered_of_module(attempt)
    reached = ledger.results(attempt, events)
    is_mastery = attempt.for_check.kind == CheckKind.MASTERY
    given = {one.objective_id: one for one in attempt.assignments.select_related("corrective")}
    return Result(
        attempt=attempt,
        is_mine=attempt.membership.user_id == reader.pk,
        is_mastery=is_mastery,
        whole=outcomes.whole(ledger.terms(asked, graded), ledger.points_of(events), attempt.threshold_percent),
        objectives=[
            ObjectiveResult(
                stated[slug],
                found,
                found.is_reached or (is_mastery and slug in has),
                given.get(stated[slug].objective_id),
            )
            for slug, found in sorted(reached.items(), key=lambda pair: stated[pair[0]].position)
        ],
        items=_graded_items(attempt, asked, events, stated, is_mine=attempt.membership.user_id == reader.pk),
        next=gating.standing(attempt.membership, attempt.check_version),
    )


def objectives_of(attempt: Attempt) -> dict[str, ObjectiveVersion]:
    """Return the objectives of the attempt's module as its pack version words them."""
    found = ObjectiveVersion.objects.filter(
        module_version__version_id=attempt.check_version.version_id,
        module_version__module_id=attempt.for_check.module_id,
    ).select_related("objective")
    return {one.objective.slug: one for one in found}


def _graded_items(
    attempt: Attempt,
    asked: Sequence[Question],
    events: Sequence[GradeEvent],
    stated: dict[str, ObjectiveVersion],
    *,
    is_mine: bool,
) -> list[GradedItem]:
    grades = ledger.current(events)
    values = attempts.answers_of(attempt)
    disputes = {one.item: one for one in attempt.disputes.all()}
    now = timezone.now()
    return [
        GradedItem(
            number,
            question,
            stated[question.objective],
            grades[question.slug],
            *shown_answer(question, values.get(question.slug)),
            dispute=disputes.get(question.slug),
            may_dispute=is_mine
            and question.slug not in disputes
            and disputing.disputable(attempt, grades[question.slug], now),
        )
        for number, question in enumerate(asked, start=1)
        if question.slug in grades
    ]


def shown_answer(question: Question, value: attempts.Value | None) -> tuple[Any, bool]:
    """Return what the person answered, in words, and whether it is HTML that the pack rendered."""
    if question.options:
        chosen = {value} if isinstance(value, str) else set(value or ())
        return [option.html for number, option in enumerate(question.options) if str(number) in chosen], True
    if question.in_order and isinstance(value, list):
        placed = sorted(zip(value, question.in_order, strict=False), key=lambda pair: (len(pair[0]), pair[0]))
        return [html for _place, html in placed], True
    return value or "", False
