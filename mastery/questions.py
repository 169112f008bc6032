"""A check's questions as its version stores them, and what a grader or a page reads from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mastery import variants
from mastery.choices import QuestionKind
from mastery.grading.code import Exercise, Limits, Tolerance
from mastery.models import Attempt, CheckVersion
from mastery.variants import Values


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
class TalkQuestion:
    """One question of a bank. Nobody sees it before it is drawn."""

    slug: str
    html: str
    listen_for_html: str = ""


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
    units: Mapping[str, Decimal] = field(default_factory=dict)  # other units, each in terms of `unit`
    accepted: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()  # regular expressions, of which one fits the whole answer
    in_order: tuple[str, ...] = ()  # HTML of each part, in the right order
    rubric: tuple[Level, ...] = ()
    mastered_from: int = 0
    words: int = 0
    exercise_html: str = ""
    exercise: Exercise | None = None
    bank: str = ""
    talk: tuple[TalkQuestion, ...] = ()

    @property
    def is_graded_at_once(self) -> bool:
        return self.kind not in {QuestionKind.CODE, QuestionKind.WRITTEN, QuestionKind.ORAL}

    @property
    def may_need_a_person(self) -> bool:
        """Whether a person marks it, or may have to: code without a sandbox, a pattern that took too long."""
        return self.kind in {QuestionKind.CODE, QuestionKind.WRITTEN} or bool(self.patterns)

    @property
    def is_judged_by_people(self) -> bool:
        """Whether its mark may be a person's: given at the desk, or the outcome of a talk."""
        return self.may_need_a_person or self.kind == QuestionKind.ORAL


def form_of(version: CheckVersion, form: str, seed: int = 0) -> tuple[Question, ...]:
    """Return the questions of one form, in order, with the values of one seed. A version in memory reads them once."""
    read: dict[tuple[str, int], tuple[Question, ...]] = version.__dict__.setdefault("read_forms", {})
    if (form, seed) not in read:
        read[form, seed] = tuple(question(one, drawn(one, seed)) for one in version.specification["forms"][form])
    return read[form, seed]


def of_attempt(attempt: Attempt) -> tuple[Question, ...]:
    return form_of(attempt.check_version, attempt.form, attempt.seed)


def on_version(attempt: Attempt, other: CheckVersion) -> tuple[Question, ...]:
    """Return the questions of an attempt as another version asks them, with the values that the person was shown.

    An item that is drawn from other names there is left out: the person was asked something else.
    """
    before = attempt.check_version.specification["forms"][attempt.form]
    shown = {one["slug"]: drawn(one, attempt.seed) for one in before}
    return tuple(
        question(stored, shown[stored["slug"]])
        for stored in other.specification["forms"][attempt.form]
        if stored["slug"] in shown and stored.get("values", {}).keys() == shown[stored["slug"]].keys()
    )


def drawn(stored: Mapping[str, Any], seed: int) -> dict[str, str]:
    """Return the values of one stored item for one seed; most items have none."""
    return variants.drawn(stored["values"], stored["slug"], seed) if stored.get("values") else {}


def one_of(questions: Sequence[Question], slug: str) -> Question | None:
    return next((found for found in questions if found.slug == slug), None)


def question(stored: Mapping[str, Any], values: Values | None = None) -> Question:
    """Read one stored item, which `check_store.py` wrote, with the values of an attempt."""
    values = values or {}

    def text(of: str) -> str:
        return variants.filled(of, values, values) if values else of

    return Question(
        slug=stored["slug"],
        objective=stored["objective"],
        kind=QuestionKind(stored["kind"]),
        points=stored["points"],
        prompt_html=text(stored["prompt_html"]),
        explanation_html=text(stored.get("explanation_html", "")),
        options=tuple(
            Option(text(one["html"]), text(one["feedback_html"]), one["correct"]) for one in stored.get("options", ())
        ),
        answer=_answer(stored.get("answer", "0"), values),
        absolute=_decimal(stored.get("absolute")),
        relative=_decimal(stored.get("relative")),
        unit=stored.get("unit", ""),
        units={name: Decimal(factor) for name, factor in stored.get("units", {}).items()},
        accepted=tuple(text(one) for one in stored.get("accepted", ())),
        patterns=tuple(stored.get("patterns", ())),
        in_order=tuple(stored.get("in_order", ())),
        rubric=tuple(Level(one["level"], one["html"]) for one in stored.get("rubric", ())),
        mastered_from=stored.get("mastered_from", 0),
        words=stored.get("words", 0),
        exercise_html=stored.get("exercise_html", ""),
        exercise=_exercise(stored["exercise"]) if "exercise" in stored else None,
        bank=stored.get("bank", ""),
        talk=tuple(
            TalkQuestion(one["slug"], one["html"], one["listen_for_html"]) for one in stored.get("questions", ())
        ),
    )


def _answer(text: str, values: Values) -> Decimal:
    return variants.result(text, values) if values else Decimal(text)


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
        files=tuple(stored.get("files", ())),
    )
