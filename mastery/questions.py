"""A check's questions as its version stores them, and what a grader or a page reads from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mastery.choices import QuestionKind
from mastery.grading.code import Exercise, Limits, Tolerance
from mastery.models import Attempt, CheckVersion


@dataclass(frozen=True, slots=True)
class Option:
    html: str
    feedback_html: str
    is_correct: bool


@dataclass(frozen=True, slots=True)
class Level:
    level: int
    html: str


@dataclass(frozen=True, slots=True)
class Question:
    """One item of one form. Only the fields of its kind are filled."""

    slug: str
    objective: str
    kind: QuestionKind
    points: int
    prompt_html: str
    explanation_html: str = ""
    options: tuple[Option, ...] = ()
    answer: Decimal = Decimal(0)
    absolute: Decimal | None = None
    relative: Decimal | None = None
    unit: str = ""
    accepted: tuple[str, ...] = ()
    in_order: tuple[str, ...] = ()  # HTML of each part, in the right order
    rubric: tuple[Level, ...] = ()
    mastered_from: int = 0
    words: int = 0
    exercise_html: str = ""
    exercise: Exercise | None = None

    @property
    def is_graded_at_once(self) -> bool:
        return self.kind not in {QuestionKind.CODE, QuestionKind.WRITTEN}


def form_of(version: CheckVersion, form: str) -> tuple[Question, ...]:
    """Return the questions of one form, in order."""
    return tuple(question(stored) for stored in version.specification["forms"][form])


def of_attempt(attempt: Attempt) -> tuple[Question, ...]:
    return form_of(attempt.check_version, attempt.form)


def one_of(questions: Sequence[Question], slug: str) -> Question | None:
    return next((found for found in questions if found.slug == slug), None)


def question(stored: Mapping[str, Any]) -> Question:
    """Read one stored item; `pack.py` wrote it."""
    return Question(
        slug=stored["slug"],
        objective=stored["objective"],
        kind=QuestionKind(stored["kind"]),
        points=stored["points"],
        prompt_html=stored["prompt_html"],
        explanation_html=stored.get("explanation_html", ""),
        options=tuple(Option(one["html"], one["feedback_html"], one["correct"]) for one in stored.get("options", ())),
        answer=Decimal(stored.get("answer", "0")),
        absolute=_decimal(stored.get("absolute")),
        relative=_decimal(stored.get("relative")),
        unit=stored.get("unit", ""),
        accepted=tuple(stored.get("accepted", ())),
        in_order=tuple(stored.get("in_order", ())),
        rubric=tuple(Level(one["level"], one["html"]) for one in stored.get("rubric", ())),
        mastered_from=stored.get("mastered_from", 0),
        words=stored.get("words", 0),
        exercise_html=stored.get("exercise_html", ""),
        exercise=_exercise(stored["exercise"]) if "exercise" in stored else None,
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _exercise(stored: Mapping[str, Any]) -> Exercise:
    return Exercise(
        function=stored["function"],
        starter=stored["starter"],
        reference=stored["reference"],
        cases=stored["cases"],
        compare=Tolerance(**stored["compare"]),
        limits=Limits(**stored["limits"]),
    )
