"""Grading of items whose answer can be compared at once. Nothing here reads or writes the database."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import regex  # type: ignore[import-untyped]  # it comes without types

from mastery.choices import QuestionKind
from mastery.questions import Question

Value = str | Sequence[str] | None

MATCH_SECONDS = 0.1
LONGEST_MATCHED = 300  # characters, as many as the page takes
LONGEST_NUMBER = 60  # characters; more would only cost time


@dataclass(frozen=True, slots=True)
class QuizMark:
    """Points for one item and, for choices, what to say about each chosen option."""

    points: int
    feedback_html: tuple[str, ...] = field(default=())
    is_unsure: bool = False  # A pattern took too long: a person has to look.


def grade(question: Question, value: Value) -> QuizMark:
    """Judge one answer: all of the item's points or none. An empty answer has no points.

    Choices are numbered from 0 as the pack lists them; an ordering gives the place, from 1,
    of each part in the right order.
    """
    try:
        return QuizMark(question.points if _is_right(question, value) else 0, _feedback(question, value))
    except TimeoutError:
        return QuizMark(0, is_unsure=True)


def _is_right(question: Question, value: Value) -> bool:
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return _chosen(question, value) == {
                str(number) for number, option in enumerate(question.options) if option.is_correct
            }
        case QuestionKind.NUMERIC:
            return _agrees(question, quantity(_text(value), question))
        case QuestionKind.SHORT:
            return _is_accepted(question, plain(_text(value)))
        case QuestionKind.ORDERING:
            return _list(value) == [str(place) for place in range(1, len(question.in_order) + 1)]
        case _:
            raise ValueError(f"{question.kind} is not graded here")


def _is_accepted(question: Question, given: str) -> bool:
    """Tell whether a text is one of the right answers or fits a pattern. Raises TimeoutError."""
    if given in {plain(accepted) for accepted in question.accepted}:
        return True
    return bool(given) and any(fits(pattern, given) for pattern in question.patterns)


def fits(pattern: str, given: str) -> bool:
    """Tell whether a pattern fits a whole normalised answer. Raises TimeoutError past a tenth of a second.

    The limit is one of wall time within the matching itself: the `re` of the standard library has none.
    """
    found = regex.fullmatch(pattern, given[:LONGEST_MATCHED], regex.IGNORECASE, timeout=MATCH_SECONDS)
    return found is not None


def quantity(text: str, question: Question) -> Decimal | None:
    """Read a number with or without one of the item's units, in terms of the unit that the item asks for."""
    typed = text.strip()
    for unit, factor in sorted({question.unit: Decimal(1), **question.units}.items(), key=lambda one: -len(one[0])):
        if unit and typed.endswith(unit):
            read = number(typed.removesuffix(unit))
            return None if read is None else read * factor
    return number(typed)


def number(text: str) -> Decimal | None:
    """Read a number as people type it, or return None. A decimal comma counts as a point."""
    typed = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    if "," in typed and "." not in typed:
        typed = typed.replace(",", ".", 1)
    if not typed or len(typed) > LONGEST_NUMBER or "_" in typed:
        return None
    try:
        read = Decimal(typed)
    except InvalidOperation:
        return None
    # An exponent of a million would make the next multiplication fill the memory.
    return read if read.is_finite() and abs(read.adjusted()) < 1000 else None


def _agrees(question: Question, given: Decimal | None) -> bool:
    if given is None:
        return False
    allowed = question.absolute if question.absolute is not None else Decimal(0)
    if question.relative is not None:
        allowed = max(allowed, question.relative * abs(question.answer))
    return abs(given - question.answer) <= allowed


def plain(text: str) -> str:
    """Return a text as short answers are compared: one form of each character, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _feedback(question: Question, value: Value) -> tuple[str, ...]:
    if question.kind not in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        return ()
    chosen = _chosen(question, value)
    return tuple(
        option.feedback_html
        for number, option in enumerate(question.options)
        if str(number) in chosen and option.feedback_html
    )


def _chosen(question: Question, value: Value) -> set[str]:
    return set(_list(value)) if question.kind == QuestionKind.MULTIPLE else {_text(value)}


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Value) -> list[str]:
    return [] if value is None or isinstance(value, str) else list(value)
