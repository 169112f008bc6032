"""Guessing which column is what: by its header, by what stands in it, by the tool that wrote the file."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from applicants.importing import choices
from applicants.importing.sheets import Sheet, same
from applicants.questionnaire import Question, Questionnaire

LOOKED_AT = 200  # rows
LIKELY = 0.55  # how alike a header and a question must be
EMAIL = re.compile(r"\be-?mail\b|^correo")
NAMES = (
    ("first", re.compile(r"^(?:your )?(?:first|given) ?names?$|^forename$")),
    ("last", re.compile(r"^(?:your )?(?:last|family) ?names?$|^surname$")),
    (
        "name",
        re.compile(r"^(?:(?:what(?:'s| is) )?(?:your |applicant'?s? )?(?:full |complete |whole )?names?)(?: \(.*\))?$"),
    ),
)
SENT = (
    re.compile(r"^submit date"),
    re.compile(r"^(?:timestamp|submitted(?: at| on)?|date submitted|submission (?:date|time)|submitted time)"),
    re.compile(r"^(?:created(?: time| at| on)?|date created|completed(?: at)?)"),
)
IDS = (
    re.compile(r"^(?:token|(?:response|submission|record|respondent|row) ?id|record_id\(\))$"),
    re.compile(r"^(?:#|id|no|number)$"),
)
SCHOOL = re.compile(r"\b(?:school|university|college|employer|affiliation|institution|organi[sz]ation)\b")
LINKS = re.compile(r"\b(?:linkedin|github|portfolio|website|homepage)\b")
ZONE = re.compile(r"\btime ?zone\b")
SOURCE = re.compile(r"^(?:via|source|utm_source|ref|referr?er)$")
SHORT = 60  # characters of a header that names a fact rather than asks a question
TYPEFORM, GOOGLE, AIRTABLE, OTHER = "typeform", "google-forms", "airtable", "other"
Targets = dict[int, str]  # by the place of a column: name, email, answers.motivation, …


def tool_of(sheet: Sheet) -> str:
    headers = {same(name) for name in sheet.header}
    if headers & {"network id", "submit date (utc)", "response type"} or {"#", "token"} <= headers:
        return TYPEFORM
    if same(sheet.header[0]) == "timestamp":
        return GOOGLE
    return AIRTABLE if headers & {"record id", "created time", "last modified"} else OTHER


def targets(sheet: Sheet, questionnaire: Questionnaire) -> Targets:
    """Return what each column probably is. A column that is nothing we ask for has no place here."""
    return _Guess(sheet, questionnaire).made()


def as_map(found: Mapping[int, str], sheet: Sheet) -> dict[str, Any]:
    """Return the data of a map from what the columns are."""
    names = sheet.names()
    data: dict[str, Any] = {"tool": tool_of(sheet), "identity": {}, "answers": {}}
    lists = {"first": "name", "last": "name"}
    for target, place in sorted((target, place) for place, target in found.items()):
        column = names[place] or place + 1
        if target.startswith("answers."):
            data["answers"].setdefault(target.removeprefix("answers."), {"columns": []})["columns"].append(column)
        elif target in {"submitted_at", "source"}:
            data[target] = column
        elif target == "id":
            data.setdefault("id", []).append(column)
        else:
            data["identity"].setdefault(lists.get(target, target), []).append(column)
    if "id" not in data and data["tool"] == GOOGLE and "submitted_at" in data and "email" in data["identity"]:
        data["id"] = [data["submitted_at"], data["identity"]["email"][0]]  # Google numbers nothing
    return data


class _Guess:
    def __init__(self, sheet: Sheet, questionnaire: Questionnaire) -> None:
        self.sheet, self.questionnaire = sheet, questionnaire
        self.headers = [same(name) for name in sheet.header]
        self.found: Targets = {}

    def made(self) -> Targets:
        self._email()
        self._names()
        self._first("submitted_at", SENT)
        self._first("id", IDS)
        self._choice_columns()
        self._questions()
        for place in self._free():
            if (target := self._fact(place)) is not None:
                self.found[place] = target
        return self.found

    def _free(self) -> list[int]:
        return [place for place, header in enumerate(self.headers) if header and place not in self.found]

    def _cells(self, place: int) -> list[str]:
        cells = (row.cell(place).strip() for row in self.sheet.rows[:LOOKED_AT])
        return [cell for cell in cells if cell]

    def _email(self) -> None:
        """Prefer a header that says so, then a column full of addresses."""
        share = {place: _share(self._cells(place), _is_address) for place in self._free()}
        named = [place for place in share if EMAIL.search(self.headers[place]) and share[place] >= 0.3]
        full = [place for place in share if share[place] >= 0.8]
        best = max(named or full, key=lambda place: share[place], default=None)
        if best is not None:
            self.found[best] = "email"

    def _names(self) -> None:
        for target, pattern in NAMES:
            if target == "name" and {"first", "last"} <= set(self.found.values()):
                return
            place = next((one for one in self._free() if pattern.match(self.headers[one].rstrip(" *:?."))), None)
            if place is not None:
                self.found[place] = target

    def _first(self, target: str, patterns: Sequence[re.Pattern[str]]) -> None:
        """Give a target to the column that fits the first pattern which fits any."""
        for pattern in patterns:
            for place in self._free():
                if pattern.match(self.headers[place].rstrip("*:?. ") or self.headers[place]):
                    self.found[place] = target
                    return

    def _choice_columns(self) -> None:
        """Find the columns of one choice each that Typeform writes, side by side, “Other” among them."""
        for question in self.questionnaire.questions:
            options = {same(option) for option in question.options}
            if question.kind != "multiple":
                continue
            runs = self._runs(options)
            best = max(runs, key=lambda run: sum(self.headers[place] in options for place in run), default=[])
            if sum(self.headers[place] in options for place in best) >= min(2, len(options)):
                self.found |= dict.fromkeys(best, f"answers.{question.slug}")

    def _runs(self, options: set[str]) -> list[list[int]]:
        runs: list[list[int]] = [[]]
        for place, header in enumerate(self.headers):
            is_other = header in {"other", "others"} and bool(self._cells(place))
            if place not in self.found and (header in options or (is_other and runs[-1])):
                runs[-1].append(place)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]

    def _questions(self) -> None:
        """Give each question the column most like it, the surest pair first."""
        taken = set(self.found.values())
        asked = [question for question in self.questionnaire.questions if f"answers.{question.slug}" not in taken]
        pairs = [
            (self._likeness(place, question), place, question.slug) for place in self._free() for question in asked
        ]
        done: set[str] = set()
        for likeness, place, slug in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            if likeness >= LIKELY and place not in self.found and slug not in done:
                self.found[place] = f"answers.{slug}"
                done.add(slug)

    def _likeness(self, place: int, question: Question) -> float:
        """Return how surely a column answers a question, from 0 to about 1.5."""
        header = self.headers[place].strip(" *:?._")
        label = max(_alike(header, text) for text in (same(question.label), question.slug.replace("-", " ")))
        if not question.options or not (cells := self._cells(place)):
            return label
        ways = choices.known(question, {})
        numbers = {str(number) for number in range(len(question.options) + 1)}
        fit = _share(cells, lambda cell: not choices.several(cell, ways).unknown and cell not in numbers)
        # What stands in a column says much, but two questions may share their choices.
        return label + 0.5 * fit if fit >= 0.5 else label * 0.9

    def _fact(self, place: int) -> str | None:
        header = self.headers[place]
        if len(header) > SHORT:
            return None
        taken = set(self.found.values())
        for target, pattern in (("school", SCHOOL), ("zone", ZONE), ("source", SOURCE), ("links", LINKS)):
            if pattern.search(header) and (target == "links" or target not in taken):
                return target
        return None


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _share(cells: Sequence[str], is_so: Any) -> float:
    return sum(bool(is_so(cell)) for cell in cells) / len(cells) if cells else 0.0


def _alike(header: str, text: str) -> float:
    text = text.strip(" *:?._")
    if header == text:
        return 1.0
    if min(len(header), len(text)) >= 12 and (header in text or text in header):
        return 0.9
    one, other = set(re.findall(r"\w{3,}", header)), set(re.findall(r"\w{3,}", text))
    shared = len(one & other) / len(one | other) if one | other else 0.0
    letters = SequenceMatcher(None, header[:300], text[:300])
    # The real likeness takes long, and is never more than these.
    if 0.95 * min(letters.real_quick_ratio(), letters.quick_ratio()) < LIKELY * 0.9:
        return shared
    return max(shared, 0.95 * letters.ratio())
