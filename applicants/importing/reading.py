"""From rows and a map to candidates for applications, with every reason against each row."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from applicants import answers as rules
from applicants import sources
from applicants.addresses import address_key
from applicants.answers import Answer
from applicants.importing import choices, moments
from applicants.importing.mapping import AnswerMap, ImportMap
from applicants.importing.sheets import LONGEST_CELL, Row, Sheet, same
from applicants.models import Identity
from applicants.questionnaire import Question, Questionnaire
from whitebox.people.zones import names

DECIMAL_COMMA = re.compile(r"^\d{1,9},\d{1,2}$")
LONGEST_WORD = 300  # characters of one that is offered as a spelling of a choice
BARE_HOST = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or the whole file (row 1), cannot be taken. It never holds what a person wrote."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row as an application."""

    row: int
    key: str  # of the row in its tool; a hash, for some tools' rows are known by an address only
    identity: Mapping[str, str]
    answers: Mapping[str, Answer]
    submitted_at: datetime | None
    source: str

    @property
    def email_key(self) -> str:
        return address_key(self.identity["email"])


@dataclass
class Reading:
    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unknown: dict[str, Counter[str]] = field(default_factory=dict)  # words that are no choice, by question
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Places:
    """Where each part of a row stands, looked up once a file."""

    id: Sequence[int]
    submitted_at: int | None
    source: int | None
    identity: Mapping[str, Sequence[int]]
    answers: Mapping[str, Sequence[int]]


def wrong_with(sheet: Sheet, mapping: ImportMap, questionnaire: Questionnaire) -> list[Refusal]:
    """Return what keeps the whole file from being read by a map: columns and questions that are not there."""
    found = [
        Refusal(1, str(column), _missing(sheet, key, str(column)))
        for key, column in mapping.columns()
        if sheet.place(column) is None
    ]
    known = {question.slug for question in questionnaire.questions}
    found += [
        Refusal(1, "", _("The round's form has no question “%(slug)s”.") % {"slug": slug})
        for slug, answer in mapping.answers.items()
        for slug in (slug, answer.other)
        if slug not in known | {"refuse", "drop"}
    ]
    found += [
        Refusal(1, "", _("The map says nothing on the required question “%(slug)s”.") % {"slug": question.slug})
        for question in questionnaire.questions
        if question.required and question.slug not in mapping.answers
    ]
    return found


def _missing(sheet: Sheet, key: str, column: str) -> str:
    near = sheet.nearest(column)
    reason = _("The file has no column “%(column)s”, which the map names for %(key)s.") % {"column": column, "key": key}
    return f"{reason} {_('Did you mean “%(near)s”?') % {'near': near}}" if near else reason


def read(sheet: Sheet, mapping: ImportMap, questionnaire: Questionnaire, *, zone: str) -> Reading:
    """Read every row. Nothing is written. `zone` is that of moments that name none, where the map names none."""
    reader = _Reader(sheet, mapping, questionnaire, mapping.zone or zone)
    for row in sheet.rows:
        reader.take(row)
    return reader.reading


class _Reader:
    def __init__(self, sheet: Sheet, mapping: ImportMap, questionnaire: Questionnaire, zone: str) -> None:
        self.sheet, self.mapping, self.questionnaire = sheet, mapping, questionnaire
        self.reading = Reading()
        self.places = _places(sheet, mapping)
        self.names = sheet.names()
        self.questions = {question.slug: question for question in questionnaire.questions}
        self.ways = {
            slug: choices.known(self.questions[slug], answer.values) for slug, answer in mapping.answers.items()
        }
        self.zone = zone
        self.clock = _clock_of(sheet, self.places.submitted_at, zone)
        self.day_first = self._day_first()
        self.refused: list[Refusal] = []  # of the present row

    def take(self, row: Row) -> None:
        self.refused = []
        if extra := [cell for cell in row.cells[len(self.sheet.header) :] if cell.strip()]:
            self._refuse(row, "", _("This row has %(count)d cells more than the header.") % {"count": len(extra)})
        for place in row.too_long:
            reason = _("This is longer than %(limit)d characters.") % {"limit": LONGEST_CELL}
            self._refuse(row, self.names[place] if place < len(self.names) else "", reason)
        if row.too_long:
            self.reading.refused += self.refused
            return
        candidate = Candidate(
            row=row.number,
            key="",
            identity=self._identity(row),
            answers=self._answers(row),
            submitted_at=self._submitted_at(row),
            source=sources.named(row.cell(self.places.source)) if self.places.source is not None else "",
        )
        if self.refused:
            self.reading.refused += self.refused
        else:
            self.reading.candidates.append(_with_key(candidate, [row.cell(place) for place in self.places.id]))

    def _refuse(self, row: Row, column: str, reason: str) -> None:
        self.refused.append(Refusal(row.number, column, reason))

    def _column(self, places: Sequence[int]) -> str:
        return self.names[places[0]] if places else ""

    def _day_first(self) -> bool:
        """Return how the column of moments writes its days, and say so where nothing decides."""
        place = self.places.submitted_at
        if self.mapping.dates is not None or place is None:
            return self.mapping.dates == "day-first"
        found = moments.is_day_first(row.cell(place) for row in self.sheet.rows)
        if found is None and any(moments.YEAR_LAST.match(row.cell(place).strip()) for row in self.sheet.rows):
            self.reading.notes.append(
                _("Dates such as 3/1/2026 are read as month, then day. If that is wrong, say dates = “day-first”.")
            )
        return bool(found)

    def _submitted_at(self, row: Row) -> datetime | None:
        place = self.places.submitted_at
        text = row.cell(place).strip() if place is not None else ""
        if not text:
            return None
        try:
            return moments.parsed(text, self.clock, day_first=self.day_first)
        except moments.NoMomentError:
            self._refuse(row, self._column([place or 0]), _("This is not a moment that can be read."))
            return None

    def _identity(self, row: Row) -> dict[str, str]:
        found = {}
        for name, places in self.places.identity.items():
            parts = [rules.plain(row.cell(place)) for place in places]
            found[name] = ("\n" if name in {"links", "relations"} else " ").join(part for part in parts if part)
        found["name"] = " ".join(found["name"].split())
        found["email"] = parseaddr(found["email"])[1] if "<" in found["email"] else found["email"]
        found["email"] = found["email"].removeprefix("mailto:")
        for name, value in found.items():
            if reason := self._wrong_with_identity(name, value):
                self._refuse(row, self._column(self.places.identity[name]), reason)
        if found.get("zone", "") not in names():
            found["zone"] = self.zone  # tools that ask for a zone take any words
        return found

    def _wrong_with_identity(self, name: str, value: str) -> str:
        if not value and name in {"name", "email"}:
            return _("This needs a value: without it nobody knows who applied.")
        longest = getattr(Identity._meta.get_field(name), "max_length", None)  # noqa: SLF001  # Django's documented API of models
        if name != "zone" and longest is not None and len(value) > longest:
            return _("This is longer than %(limit)d characters.") % {"limit": longest}
        if name == "email":
            try:
                validate_email(value)
            except ValidationError:
                return _("This is not an e-mail address.")
        return ""

    def _answers(self, row: Row) -> dict[str, Answer]:
        given: dict[str, Answer] = {}
        wrong: set[str] = set()
        elsewhere: dict[str, list[str]] = {}
        for slug, answer in self.mapping.answers.items():
            question = self.questions[slug]
            given[slug], unknown = self._answer(row, question, answer)
            if unknown:
                self._sort_out(row, question, answer, unknown, wrong, elsewhere)
        for slug, texts in elsewhere.items():
            given[slug] = "\n".join([*filter(None, [str(given.get(slug) or "")]), *texts])
        for problem in rules.problems(self.questionnaire, given):
            slug = problem.question.slug
            if slug not in wrong and not self._is_kept(problem.question, given.get(slug)):
                self._refuse(row, self._column(self.places.answers.get(slug, ())), problem.message)
        return {slug: value for slug, value in given.items() if not rules.is_empty(value)}

    def _sort_out(  # what one answer leaves over, and where it may go
        self,
        row: Row,
        question: Question,
        answer: AnswerMap,
        unknown: Sequence[str],
        wrong: set[str],
        elsewhere: dict[str, list[str]],
    ) -> None:
        offered = [word for word in unknown if len(word) <= LONGEST_WORD]
        self.reading.unknown.setdefault(question.slug, Counter()).update(offered)
        if answer.other == "refuse":
            wrong.add(question.slug)
            reason = _("This is no choice of “%(slug)s”. Say in the map which one it means.") % {"slug": question.slug}
            self._refuse(row, self._column(self.places.answers[question.slug]), reason)
        elif answer.other != "drop":
            elsewhere.setdefault(answer.other, []).extend(unknown)

    def _is_kept(self, question: Question, value: Answer) -> bool:
        """Tell whether an answer is only longer than the form allows, and the map keeps those."""
        is_text = isinstance(value, str) and 0 < len(value) <= rules.LONGEST
        return self.mapping.long_answers == "keep" and is_text and question.kind in {"short", "long"}

    def _answer(self, row: Row, question: Question, answer: AnswerMap) -> tuple[Answer, Sequence[str]]:
        """Return an answer and the words in it that are no choice."""
        if answer.value is not None:
            texts = [str(answer.value).lower() if isinstance(answer.value, bool) else answer.value]
            headers = [""]
        else:
            places = self.places.answers[question.slug]
            texts = [rules.plain(row.cell(place)) for place in places]
            headers = [self.sheet.header[place] for place in places]
        filled = [(header, text) for header, text in zip(headers, texts, strict=True) if text]
        if question.options:
            return self._chosen(question, filled)
        if question.kind == "consent":
            return _consent(question, [text for _header, text in filled], self.ways[question.slug])
        return _written(question, [text for _header, text in filled]), ()

    def _chosen(self, question: Question, filled: Sequence[tuple[str, str]]) -> tuple[Answer, Sequence[str]]:
        ways = self.ways[question.slug]
        found = [_of_cell(question, header, text, ways, alone=len(filled) == 1) for header, text in filled]
        options = list(dict.fromkeys(option for one in found for option in one.options))
        unknown = [word for one in found for word in one.unknown]
        if question.kind == "multiple":
            return options, unknown
        # One column for the choice and one for “Other”: the choice counts where both are filled.
        return (options[0] if options else ""), ([] if len(options) == 1 else unknown or options[1:])


def _of_cell(question: Question, header: str, text: str, ways: Mapping[str, str], *, alone: bool) -> choices.Chosen:
    """Read one cell. In a column for one choice alone, any mark chooses what the header says."""
    if question.kind != "multiple":
        return choices.one(text, ways)
    if same(text) in choices.NO and same(text) not in ways:
        return choices.Chosen(())
    marked = choices.one(header, ways)
    if same(text) in choices.YES and marked.options:
        return marked
    whole = choices.one(text, ways)
    return whole if not whole.unknown else choices.several(text, ways)


def _consent(question: Question, texts: Sequence[str], ways: Mapping[str, str]) -> tuple[Answer, Sequence[str]]:
    text = texts[0] if texts else ""
    told = ways.get(same(text), text)
    agreed = choices.consent(told, question)
    return (bool(agreed), () if agreed is not None else (text,))


def _written(question: Question, texts: Sequence[str]) -> str:
    text = "\n".join(texts)
    if question.kind == "number":
        text = text.replace(",", ".") if DECIMAL_COMMA.match(text) else text
        return text.removesuffix(".0")
    if question.kind == "link" and BARE_HOST.match(text):
        return f"https://{text}"
    return text


def _places(sheet: Sheet, mapping: ImportMap) -> Places:
    def at(columns: Sequence[str | int]) -> list[int]:
        return [place for column in columns if (place := sheet.place(column)) is not None]

    return Places(
        id=at(mapping.id or []),
        submitted_at=next(iter(at([mapping.submitted_at] if mapping.submitted_at is not None else [])), None),
        source=next(iter(at([mapping.source] if mapping.source is not None else [])), None),
        identity={name: at(columns) for name, columns in mapping.identity.items()},
        answers={slug: at(answer.columns or []) for slug, answer in mapping.answers.items()},
    )


def _clock_of(sheet: Sheet, place: int | None, zone: str) -> ZoneInfo:
    """Return the zone of the column of moments: Typeform writes (UTC) into its header."""
    is_utc = place is not None and re.search(r"\((?:utc|gmt)\)", sheet.header[place], re.IGNORECASE)
    return ZoneInfo("UTC" if is_utc else zone)


def _with_key(candidate: Candidate, cells: Sequence[str]) -> Candidate:
    parts = [cell.strip() for cell in cells]
    known = "\x1f".join(parts) if any(parts) else f"person:{candidate.email_key}"
    return replace(candidate, key=sha256(known.encode()).hexdigest())
