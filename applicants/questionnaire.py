"""What a round asks: the schema of application/ in a pack, and the questions of a stored form."""

import json
from collections import Counter
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from applicants.procedures import FormVersion
from whitebox.packs.folder import Strict

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Kind = Literal["short", "long", "single", "multiple", "scale", "number", "link", "file", "consent"]
CHOOSING = {"single", "multiple", "scale"}
WRITING = {"short", "long"}
WORDS_A_MINUTE = 200  # of a person who reads to judge


class Section(Strict):
    slug: Slug
    title: str = Field(max_length=120)
    intro: str = ""


class Question(Strict):
    slug: Slug
    section: Slug
    label: str = Field(max_length=500)
    help: str = ""
    kind: Kind
    required: bool
    words: int | None = Field(None, ge=1, le=5000)
    options: list[str] = []
    shown_to: Literal["reviewers", "organizers"]
    minutes: int = Field(1, ge=0, le=600)

    @model_validator(mode="after")
    def options_belong_to_choices(self) -> Self:
        if self.kind in CHOOSING and len(set(self.options)) < 2:
            raise ValueError(f"a {self.kind} question needs two or more different options")
        if self.kind not in CHOOSING and self.options:
            raise ValueError(f"a {self.kind} question has no options")
        if self.words is not None and self.kind not in WRITING:
            raise ValueError(f"a {self.kind} question has no limit of words")
        if self.kind == "file" and self.shown_to == "reviewers":
            raise ValueError("a file can show who sent it: shown_to must be organizers")
        return self


class Questionnaire(Strict):
    """What application/form.yml says."""

    sections: list[Section] = Field(min_length=1)
    questions: list[Question] = Field(min_length=1)

    def of_section(self, slug: str) -> list[Question]:
        return [question for question in self.questions if question.section == slug]

    def for_reviewers(self) -> list[Question]:
        return [question for question in self.questions if question.shown_to == "reviewers"]

    def question(self, slug: str) -> Question | None:
        return next((question for question in self.questions if question.slug == slug), None)

    @property
    def minutes(self) -> int:
        """How long the form takes to fill in."""
        return sum(question.minutes for question in self.questions)

    @property
    def reading_minutes(self) -> float:
        """How long one application takes to read, its answers at their limits."""
        return sum(question.words or 20 for question in self.for_reviewers()) / WORDS_A_MINUTE


class Levels(Strict):
    slug: Slug
    title: str = Field(max_length=120)
    weight: int = Field(1, ge=1, le=100)
    tier: bool = False
    levels: dict[Literal[1, 2, 3, 4, 5], str]
    guidance: str = ""

    @model_validator(mode="after")
    def every_level_is_anchored(self) -> Self:
        if missing := [str(level) for level in range(1, 6) if not self.levels.get(level, "").strip()]:  # type: ignore[call-overload]  # a level is one of five numbers
            raise ValueError(f"these levels are not described: {', '.join(missing)}")
        return self


class RubricFile(Strict):
    """What application/rubric.yml says."""

    criteria: list[Levels] = Field(min_length=1, max_length=12)


class StageEntry(Strict):
    slug: Slug
    title: str = Field(max_length=120)
    applicant_title: str = Field(max_length=120)
    kind: Literal["reading", "work-test", "interview"] = "reading"
    blind: bool = True
    reviews: int = Field(2, ge=0, le=20)
    others_visible: Literal["never", "after-own", "always"] = "after-own"
    rubric: Slug | None = None  # application/rubrics/NAME.yml; without it application/rubric.yml
    task: Slug | None = None  # application/tasks/NAME.md
    hours: int = Field(72, ge=1, le=24 * 60)
    minutes: int = Field(30, ge=5, le=480)
    prompts: list[Annotated[str, Field(max_length=500)]] = Field([], max_length=40)

    @model_validator(mode="after")
    def parts_belong_to_the_kind(self) -> Self:
        if (self.task is not None) != (self.kind == "work-test"):
            raise ValueError("a work test, and no other stage, names its task")
        if self.prompts and self.kind != "interview":
            raise ValueError("prompts belong to an interview")
        if self.kind == "interview" and self.blind:
            raise ValueError("an interview cannot hide who is interviewed: blind must be false")
        return self


class StagesFile(Strict):
    """What application/stages.yml says: the stages in their order."""

    stages: list[StageEntry] = Field(min_length=1, max_length=12)


def repeated(slugs: list[str]) -> list[int]:
    """Return the places of slugs that stand more than once, without the first of each."""
    counts: Counter[str] = Counter()
    places = []
    for place, slug in enumerate(slugs):
        counts[slug] += 1
        if counts[slug] > 1:
            places.append(place)
    return places


def questionnaire_of(form: FormVersion) -> Questionnaire:
    """Return the questions of a stored form. Equal content is parsed once in a process."""
    return _parsed(json.dumps(form.questionnaire, sort_keys=True))


@lru_cache(maxsize=64)
def _parsed(content: str) -> Questionnaire:
    return Questionnaire.model_validate_json(content)
