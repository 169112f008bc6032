"""The files of a form as entries that are changed one at a time: sections, questions, criteria, stages.

Pure: what comes in and goes out are the files of a pack, in one spelling.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ValidationError

from applicants.form_versions import written
from applicants.pack import FORM, MAIN, RUBRIC, RUBRICS, STAGES, TASKS
from applicants.questionnaire import Levels, Question, Questionnaire, RubricFile, Section, StageEntry, StagesFile
from whitebox.errors import RuleViolation
from whitebox.packs import yaml_tree
from whitebox.packs.folder import sentence

Entry = dict[str, Any]
LONGEST_SLUG = 40  # characters of one that is made from a title


class Kind(models.TextChoices):
    SECTION = "section", gettext_lazy("step")
    QUESTION = "question", gettext_lazy("question")
    CRITERION = "criterion", gettext_lazy("criterion")
    STAGE = "stage", gettext_lazy("stage")


SCHEMAS: Mapping[Kind, type[BaseModel]] = {
    Kind.SECTION: Section,
    Kind.QUESTION: Question,
    Kind.CRITERION: Levels,
    Kind.STAGE: StageEntry,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which entry is meant. A criterion stands in a rubric; what is to be added has no slug yet."""

    kind: Kind
    slug: str = ""
    rubric: str = MAIN

    @classmethod
    def named(cls, kind: str, name: str) -> "Place | None":
        """Return the place that an address names, such as question and motivation, or criterion and main.clarity."""
        if kind not in Kind.values:
            return None
        rubric, dot, slug = name.rpartition(".")
        return cls(Kind(kind), slug, rubric if dot else MAIN)

    @property
    def name(self) -> str:
        return f"{self.rubric}.{self.slug}" if self.kind == Kind.CRITERION else self.slug


@dataclass
class Parts:
    """What a form says, as plain data that can be changed."""

    sections: list[Entry] = field(default_factory=list)
    questions: list[Entry] = field(default_factory=list)
    stages: list[Entry] = field(default_factory=list)
    rubrics: dict[str, list[Entry]] = field(default_factory=dict)  # the main one first
    tasks: dict[str, str] = field(default_factory=dict)

    def listed(self, place: Place) -> list[Entry]:
        """Return the list that a place stands in. Raises RuleViolation for a rubric that is not there."""
        if place.kind == Kind.CRITERION and place.rubric not in self.rubrics:
            raise RuleViolation(_("This form has no rubric with this name. Reload the page."))
        return {
            Kind.SECTION: self.sections,
            Kind.QUESTION: self.questions,
            Kind.STAGE: self.stages,
            Kind.CRITERION: self.rubrics.get(place.rubric, []),
        }[place.kind]

    def find(self, place: Place) -> Entry | None:
        return next((one for one in self.listed(place) if one["slug"] == place.slug), None)

    def of_section(self, slug: str) -> list[Entry]:
        return [one for one in self.questions if one["section"] == slug]

    def stages_of(self, rubric: str) -> list[Entry]:
        """Return the stages that are judged by a rubric."""
        return [one for one in self.stages if (one.get("rubric") or MAIN) == rubric]


def read(files: Mapping[str, str]) -> Parts:
    """Return what files say that the check of packs has let pass."""
    form, stages = _data(files, FORM, Questionnaire), _data(files, STAGES, StagesFile)
    names = dict.fromkeys([MAIN, *(one["rubric"] for one in stages["stages"] if one.get("rubric"))])
    rubrics = {name: _data(files, _rubric_file(name), RubricFile)["criteria"] for name in names}
    tasks = {one["task"]: files.get(TASKS.format(one["task"]), "") for one in stages["stages"] if one.get("task")}
    return Parts(form["sections"], form["questions"], stages["stages"], rubrics, tasks)


def _data(files: Mapping[str, str], name: str, schema: type[BaseModel]) -> Entry:
    """Return a file's content in the one way that its schema writes it."""
    return schema.model_validate(yaml_tree.read(files.get(name, "")).data).model_dump(exclude_defaults=True)


def _rubric_file(name: str) -> str:
    return RUBRIC if name == MAIN else RUBRICS.format(name)


def files(parts: Parts) -> dict[str, str]:
    """Return parts as the files of a pack, each spelt as a stored form is. Raises RuleViolation for what is no form."""
    try:
        made = {
            FORM: _file(Questionnaire, {"sections": parts.sections, "questions": parts.questions}),
            STAGES: _file(StagesFile, {"stages": parts.stages}),
        }
        for name, criteria in sorted(parts.rubrics.items(), key=lambda pair: (pair[0] != MAIN, pair[0])):
            made[_rubric_file(name)] = _file(RubricFile, {"criteria": criteria})
    except ValidationError as wrong:
        raise RuleViolation(in_words(wrong)) from wrong
    return made | {TASKS.format(one["task"]): parts.tasks[one["task"]] for one in parts.stages if one.get("task")}


def _file(schema: type[BaseModel], data: Entry) -> str:
    return written(schema.model_validate(data))


def in_words(wrong: ValidationError) -> str:
    return "; ".join(sentence(detail) for detail in wrong.errors(include_url=False)[:3])


def wrong_with(kind: Kind, entry: Entry) -> list[tuple[str, str]]:
    """Return what the schema of packs refuses in one entry: the key and a sentence."""
    try:
        SCHEMAS[kind].model_validate(entry)
    except ValidationError as wrong:
        return [
            (str(detail["loc"][0]) if detail["loc"] else "", detail["msg"].removeprefix("Value error, "))
            for detail in wrong.errors(include_url=False)
        ]
    return []


def slug_for(parts: Parts, place: Place, title: str) -> str:
    """Return a slug that the list has not: from a title, or from the kind where no letter of it can stand there."""
    words = slugify(title).replace("_", "-")[:LONGEST_SLUG].strip("-") or str(place.kind.value)
    taken = {one["slug"] for one in parts.listed(place)}
    count, slug = 1, words
    while slug in taken:
        count += 1
        slug = f"{words}-{count}"
    return slug


def put(parts: Parts, place: Place, entry: Entry) -> None:
    """Add an entry at the end of its list, or put it in the place of the one with its slug."""
    listed = parts.listed(place)
    here = next((index for index, one in enumerate(listed) if one["slug"] == entry["slug"]), None)
    if here is None:
        listed.append(entry)
    else:
        listed[here] = entry
    _prune(parts)


def take_out(parts: Parts, place: Place) -> None:
    """Take an entry out, and with it the step, rubric or task that nothing else needs. Twice changes nothing."""
    listed = parts.listed(place)
    if place.kind == Kind.SECTION and parts.of_section(place.slug):
        raise RuleViolation(_("This step has questions. Move them to another step or take them out first."))
    listed[:] = [one for one in listed if one["slug"] != place.slug]
    _prune(parts)


def _prune(parts: Parts) -> None:
    asked = {one["section"] for one in parts.questions}
    parts.sections[:] = [one for one in parts.sections if one["slug"] in asked]
    judged = {MAIN, *(one.get("rubric") for one in parts.stages)}
    parts.rubrics = {name: criteria for name, criteria in parts.rubrics.items() if name in judged}
    set_out = {one.get("task") for one in parts.stages}
    parts.tasks = {name: text for name, text in parts.tasks.items() if name in set_out}


def move(parts: Parts, place: Place, step: int) -> None:
    """Change places with the neighbour before (-1) or behind (1). At an end nothing moves."""
    listed = parts.listed(place)
    entry = parts.find(place)
    if entry is None:
        raise RuleViolation(_("This entry is not there any more. Reload the page."))
    near = listed if place.kind != Kind.QUESTION else parts.of_section(entry["section"])
    there = near.index(entry) + step
    if 0 <= there < len(near):
        one, other = listed.index(entry), listed.index(near[there])
        listed[one], listed[other] = listed[other], listed[one]
