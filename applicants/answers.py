"""What an answer may be, and what is still missing before an application can be submitted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.questionnaire import Question, Questionnaire
from whitebox import digits

Answer = str | bool | list[str] | None
Answers = Mapping[str, Answer]
LONGEST = 40_000  # characters of one answer; far above every limit of words
UNKEPT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
valid_link = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer cannot be submitted as it is."""

    question: Question
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One question with its answer in words, for a reader."""

    question: Question
    text: str
    choices: Sequence[tuple[str, bool]] = ()  # a scale's sentences, and which one was chosen
    words: int | None = None

    @property
    def is_upload(self) -> bool:
        """Tell whether a file of ours answers it; what another tool kept is a text with an address."""
        return self.question.kind == "file" and digits.whole(self.text) is not None


def plain(text: str) -> str:
    """Return a text as it is stored: plain line ends, and no sign that a database or a spreadsheet cannot keep."""
    return UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def word_count(text: str) -> int:
    return len(text.split())


def is_empty(answer: Answer) -> bool:
    return answer is None or answer is False or (not isinstance(answer, bool) and not answer)


def wrong_with(question: Question, answer: Answer) -> str:
    """Return what is wrong with a given answer, or an empty text. A missing one is not wrong here."""
    if is_empty(answer):
        return ""
    if isinstance(answer, str):
        return _too_long(question, answer) or _malformed(question, answer)
    if isinstance(answer, list) and not set(answer) <= set(question.options):
        return _("Choose from the list.")
    return ""


def _too_long(question: Question, text: str) -> str:
    count = word_count(text)
    if len(text) > LONGEST:
        return _("This is too long to be kept.")
    if question.words is None or count <= question.words:
        return ""
    over = count - question.words
    return ngettext(
        "You have %(count)d words and the limit is %(limit)d. Take out %(over)d word.",
        "You have %(count)d words and the limit is %(limit)d. Take out %(over)d words.",
        over,
    ) % {"count": count, "limit": question.words, "over": over}


def _malformed(question: Question, text: str) -> str:
    if question.kind == "link" and not _is_link(text):
        return _("Write a whole address that starts with https://.")
    if question.kind == "number" and not _is_number(text):
        return _("Write a number, for example 12.")
    if question.kind in {"single", "scale"} and text not in question.options:
        return _("Choose from the list.")
    return ""


def _is_link(text: str) -> bool:
    try:
        valid_link(text)
    except ValidationError:
        return False
    return True


def _is_number(text: str) -> bool:
    whole, point, part = text.partition(".")
    return (
        len(text) <= 12 and whole.isascii() and whole.isdigit() and (not point or (part.isascii() and part.isdigit()))
    )


def problems(questionnaire: Questionnaire, answers: Answers) -> list[Problem]:
    """Return all that keeps answers from being submitted, in the order of the form."""
    found = []
    for question in questionnaire.questions:
        answer = answers.get(question.slug)
        missing = _("This needs an answer.") if question.required and is_empty(answer) else ""
        if message := missing or wrong_with(question, answer):
            found.append(Problem(question, message))
    return found


def shown(questions: Sequence[Question], answers: Answers) -> list[Shown]:
    """Return questions with their answers in words."""
    return [_shown(question, answers.get(question.slug)) for question in questions]


def _shown(question: Question, answer: Answer) -> Shown:
    if question.kind in {"scale", "single"}:
        text = answer if isinstance(answer, str) else ""
        return Shown(question, text, [(option, option == answer) for option in question.options])
    if question.kind == "multiple":
        chosen = answer if isinstance(answer, list) else []
        return Shown(question, ", ".join(chosen), [(option, option in chosen) for option in question.options])
    if question.kind == "consent":
        return Shown(question, _("Yes") if answer else _("No"))
    text = answer if isinstance(answer, str) else ""
    return Shown(question, text, words=word_count(text) if question.kind == "long" else None)
