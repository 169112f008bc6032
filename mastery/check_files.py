"""The files of a pack's checks, read against their schemas. The rules across them stand in `check_rules.py`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from mastery.grading.code import Exercise, ExerciseError
from whitebox.packs.folder import Folder, Parsed, Strict
from whitebox.packs.pack import Slug
from whitebox.packs.reports import Report

PATTERNS = (
    "modules/*/checks/*/check.yml",
    "modules/*/checks/*/form-*.yml",
    "modules/*/checks/*/code/*/exercise.yml",
    "modules/*/checks/*/code/*/starter.py",
    "modules/*/checks/*/code/*/reference.py",
    "modules/*/checks/*/code/*/cases.py",
    "modules/*/checks/*/code/*/mutants/*.py",
)
KindName = Literal["single", "multiple", "numeric", "short", "ordering", "code", "written"]


class CheckEntry(Strict):
    slug: Slug
    title: str = Field(max_length=120)
    kind: Literal["pre-session", "mastery"]
    minutes: int = Field(ge=1, le=600)
    threshold_percent: int | None = Field(None, ge=1, le=100)


class OptionEntry(Strict):
    text: str
    correct: bool
    feedback: str = ""


class ToleranceEntry(Strict):
    absolute: str | None = None
    relative: str | None = None


class LevelEntry(Strict):
    level: int = Field(ge=0, le=10)
    text: str


class ItemEntry(Strict):
    """One item of any kind; which of the fields its kind has is a rule, so that each mistake gets its line."""

    slug: Slug
    objective: Slug
    kind: KindName
    points: int = Field(ge=1, le=100)
    prompt: str
    explanation: str = ""
    options: list[OptionEntry] | None = None
    answer: str | None = None
    tolerance: ToleranceEntry | None = None
    unit: str | None = Field(None, max_length=40)
    accepted: list[str] | None = None
    items_in_order: list[str] | None = None
    exercise: str | None = Field(None, max_length=60)
    rubric: list[LevelEntry] | None = None
    mastered_from: int | None = None
    words: int | None = Field(None, ge=1, le=5000)


class FormEntry(Strict):
    items: list[ItemEntry] = Field(min_length=1)


class ExerciseEntry(Strict):
    """exercise.yml, for its schema and its words; the sandbox reads the same file for grading."""

    function: str
    statement: str
    compare: dict[str, float] = Field(default_factory=dict)
    limits: dict[str, float] = Field(default_factory=dict)
    difficulty: int = Field(3, ge=1, le=5)
    importance: int = Field(3, ge=1, le=5)
    minutes: int | None = Field(None, ge=1, le=300)


class Loose(BaseModel):
    """A file that another section owns: only what is needed here, its mistakes are reported there."""

    model_config = ConfigDict(extra="ignore")


class ModuleHead(Loose):
    slug: str
    status: str


class ObjectiveEntry(Loose):
    slug: str


class Objectives(RootModel[list[ObjectiveEntry]]):
    pass


@dataclass(frozen=True, slots=True)
class CodeFolder:
    """One exercise with its words."""

    path: str
    entry: Parsed[ExerciseEntry]
    exercise: Exercise


@dataclass(slots=True)
class CheckFolder:
    """One check as its folder holds it; what could not be read is missing."""

    path: str
    head: Parsed[CheckEntry]
    forms: dict[str, Parsed[FormEntry]] = field(default_factory=dict)
    code: dict[str, CodeFolder] = field(default_factory=dict)
    source: dict[str, list[str]] = field(default_factory=dict)  # the lines of each form

    def first_line(self, form: str, line: int) -> int:
        """Return where the text of a key on `line` begins: a block begins below its key."""
        is_block = self.source[form][line - 1].rstrip().rstrip("-+").endswith((": |", ": >"))
        return line + is_block

    @property
    def file(self) -> str:
        return f"{self.path}/check.yml"

    def form_file(self, name: str) -> str:
        return f"{self.path}/form-{name.lower()}.yml"

    def items(self) -> Iterator[tuple[str, int, ItemEntry]]:
        """Yield the form, the position and the entry of every item."""
        for name, form in self.forms.items():
            for index, item in enumerate(form.data.items):
                yield name, index, item


@dataclass(slots=True)
class ModuleFolder:
    path: str
    slug: str
    is_complete: bool
    objectives: list[str]
    checks: list[CheckFolder]


def read(folder: Folder, report: Report) -> list[ModuleFolder]:
    """Read the checks of every module and report what the schemas refuse."""
    return [module for file in folder.files("modules/*/module.md") if (module := _module(folder, file, report))]


def _module(folder: Folder, file: str, report: Report) -> ModuleFolder | None:
    quiet = Folder(folder.root, Report())
    path = str(PurePosixPath(file).parent)
    head = quiet.front_matter(file, ModuleHead)
    listed = quiet.yaml(f"{path}/objectives.yml", Objectives)
    checks = [_check(folder, found, report) for found in folder.files(f"{path}/checks/*/check.yml")]
    if head is None:
        return None
    objectives = [entry.slug for entry in listed.data.root] if listed else []
    whole = [check for check in checks if check is not None]
    return ModuleFolder(path, head.data.slug, head.data.status == "complete", objectives, whole)


def _check(folder: Folder, file: str, report: Report) -> CheckFolder | None:
    head = folder.yaml(file, CheckEntry)
    if head is None:
        return None
    check = CheckFolder(str(PurePosixPath(file).parent), head)
    for form_file in folder.files(f"{check.path}/form-*.yml"):
        form = folder.yaml(form_file, FormEntry)
        if form is not None:
            check.forms[form_name(form_file)] = form
            check.source[form_name(form_file)] = (folder.text(form_file) or "").split("\n")
    for path in folder.files(f"{check.path}/code/*/exercise.yml"):
        code = _code(folder, path, report)
        if code is not None:
            check.code[PurePosixPath(path).parent.name] = code
    return check


def form_name(file: str) -> str:
    return PurePosixPath(file).stem.removeprefix("form-").upper()


def _code(folder: Folder, file: str, report: Report) -> CodeFolder | None:
    path = str(PurePosixPath(file).parent)
    entry = folder.yaml(file, ExerciseEntry)
    parts = [folder.text(f"{path}/{name}.py") for name in ("starter", "reference", "cases")]
    if entry is None or None in parts:
        return None
    try:
        return CodeFolder(path, entry, Exercise.from_folder(folder.root / path))
    except ExerciseError as wrong:
        # The message begins with the folder on this machine, which is nobody's business.
        report.error(file, 1, str(wrong).removeprefix(f"{folder.root / path}: "))
        return None


def exercises(modules: list[ModuleFolder]) -> Mapping[str, CodeFolder]:
    return {code.path: code for module in modules for check in module.checks for code in check.code.values()}
