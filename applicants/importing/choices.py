"""From what a cell says to the choices of a question."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from applicants.importing.sheets import same, soft
from applicants.questionnaire import Question

BETWEEN = re.compile(r"\s*[,;|]\s*")
YES = {
    "1",
    "x",
    "y",
    "yes",
    "true",
    "on",
    "checked",
    "selected",
    "✓",
    "✔",
    "agree",
    "agreed",
    "accept",
    "accepted",
    "oo",
}
NO = {"", "0", "n", "no", "false", "off", "unchecked", "not selected", "disagree", "declined", "hindi"}
AGREEING = re.compile(
    r"^(?:yes\b|i (?:(?:hereby|do|also|fully|have read and) )?(?:agree|accept|consent|confirm|understand|want)\b|oo\b)"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Choices that were found, and words that are none."""

    options: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def known(question: Question, values: Mapping[str, str]) -> dict[str, str]:
    """Return each way to say a choice, by its spelling as choices compare. Empty means: leave it out."""
    told = {same(theirs): ours for theirs, ours in values.items()}
    numbers = {}
    if question.kind == "scale":
        numbers = {str(place): option for place, option in enumerate(question.options, start=1)}
    return numbers | {same(option): option for option in question.options} | told


def one(text: str, ways: Mapping[str, str]) -> Chosen:
    """Return the one choice that a cell says."""
    word = same(text)
    for spelling in (word, word.rstrip(". "), word.removesuffix(".0")):
        if spelling in ways:
            return Chosen((ways[spelling],) if ways[spelling] else ())
    return Chosen((), (text.strip(),))


def several(text: str, ways: Mapping[str, str]) -> Chosen:
    """Return the choices of a cell such as “a, b, c”, where a choice may hold a comma itself.

    The longest known choice wins at each place. What fits none is one unknown choice up to the next known one.
    """
    written = soft(re.sub(r"[\r\n]+", ";", text.strip()))
    whole = written.casefold()
    if len(whole) != len(written):
        written = whole  # a letter such as ß became two, so places do not agree
    by_length = sorted((way for way in ways if way), key=len, reverse=True)
    options: list[str] = []
    unknown: list[str] = []
    at, strange = 0, 0
    while at < len(whole):
        end = _end(whole, at, by_length)
        if end is None:
            following = BETWEEN.search(whole, at)
            at = following.end() if following else len(whole)
            continue
        unknown.append(written[strange:at])
        options.append(ways[whole[at:end].strip('"')])
        between = BETWEEN.match(whole, end)
        at = strange = between.end() if between else end
    unknown.append(written[strange:])
    return Chosen(
        tuple(dict.fromkeys(option for option in options if option)),
        tuple(rest for word in unknown if (rest := word.strip(' ,;|"'))),
    )


def _end(whole: str, at: int, ways: Sequence[str]) -> int | None:
    """Return where the choice that starts at a place ends, quotation marks around it included."""
    for way in ways:
        for spelling in (way, f'"{way}"'):
            end = at + len(spelling)
            if whole.startswith(spelling, at) and (end == len(whole) or BETWEEN.match(whole, end)):
                return end
    return None


def consent(text: str, question: Question) -> bool | None:
    """Return whether a cell agrees; None where it says neither yes nor no."""
    word = same(text)
    if word in YES or AGREEING.match(word) or word == same(question.label):
        return True
    return False if word in NO else None
