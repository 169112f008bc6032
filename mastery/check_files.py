"""The files of a pack's checks, read against their schemas. The rules across them stand in `check_rules.py`."""

import re
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
    "modules/*/checks/*/code/shared.py",
    "modules/*/checks/*/code/*/mutants/*.py",
    "modules/*/checks/*/oral/*.yml",
)
FORM_FILE = re.compile("form-[a-z]{1,8}[.]yml")
PROGRAMS = ("starter", "reference", "cases")
KindName = Literal["single", "multiple", "numeric", "short", "ordering", "code", "written", "oral"]


class CheckEntry(Strict):
    slug: Slug
    aliases: list[Slug] = Field([], max_length=20)  # names it had before
    title: str = Field(max_length=120)
    kind: Literal["pre-session", "mastery"]
    minutes: int = Field(ge=1, le=600)
    threshold_percent: int | None = Field(None, ge=1, le=100)
    time_limit: int | None = Field(None, ge=1, le=600)  # minutes, on a clock that runs; without it none does
    one_item_a_page: bool = False


class RangeEntry(Strict):
    """Whole numbers from one to another, both included."""

    first: int = Field(ge=-(10**9), le=10**9)
    last: int = Field(ge=-(10**9), le=10**9)
    step: int = Field(1, ge=1, le=10**9)


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
    units: dict[str, str] | None = Field(None, max_length=20)  # other units, each in terms of `unit`
    accepted: list[str] | None = None
    patterns: list[str] | None = Field(None, max_length=20)
    values: dict[str, list[str] | RangeEntry] | None = Field(None, max_length=20)
    items_in_order: list[str] | None = None
    exercise: str | None = Field(None, max_length=60)
    bank: Slug | None = None
    rubric: list[LevelEntry] | None = None
    mastered_from: int | None = None
    words: int | None = Field(None, ge=1, le=5000)


class TalkQuestionEntry(Strict):
    slug: Slug
    text: str
    listen_for: str = ""  # for the mentor alone


class BankEntry(Strict):
    """oral/NAME.yml: the questions that a talk about one objective draws from, and the rubric for all of them."""

    objective: Slug
    questions: list[TalkQuestionEntry] = Field(min_length=1, max_length=100)
    rubric: list[LevelEntry]
    mastered_from: int


class FormEntry(Strict):
    items: list[ItemEntry] = Field(min_length=1)


class CompareEntry(Strict):
    """Two numbers agree when |learner's - expected| <= atol + rtol * |expected|."""

    rtol: float = Field(1e-6, ge=0, allow_inf_nan=False)
    atol: float = Field(1e-8, ge=0, allow_inf_nan=False)


class LimitsEntry(Strict):
    wall_seconds: float = Field(10.0, gt=0, le=120, allow_inf_nan=False)
    cpu_seconds: int = Field(5, ge=1, le=120)
    memory_mb: int = Field(1024, ge=256, le=4096)


class ExerciseEntry(Strict):
    """exercise.yml beside its programs."""

    function: str = Field(max_length=80)
    files: list[str] = Field([], max_length=10)  # where there are several: the one with the function first
    statement: str
    compare: CompareEntry = CompareEntry()
    limits: LimitsEntry = LimitsEntry()
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
    banks: dict[str, Parsed[BankEntry]] = field(default_factory=dict)  # questions for talks
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

    def bank_file(self, name: str) -> str:
        return f"{self.path}/oral/{name}.yml"

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
    quiet = folder.quiet()
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
        if not FORM_FILE.fullmatch(PurePosixPath(form_file).name):
            report.error(form_file, 1, "a form is named by up to eight small letters", "form-a.yml, form-b.yml, …")
            continue
        form = folder.yaml(form_file, FormEntry)
        if form is not None:
            check.forms[form_name(form_file)] = form
            check.source[form_name(form_file)] = (folder.text(form_file) or "").split("\n")
    for path in folder.files(f"{check.path}/code/*/exercise.yml"):
        code = _code(folder, path, report)
        if code is not None:
            check.code[PurePosixPath(path).parent.name] = code
    check.banks = dict(_banks(folder, check.path))
    return check


def _banks(folder: Folder, path: str) -> Iterator[tuple[str, Parsed[BankEntry]]]:
    for file in folder.files(f"{path}/oral/*.yml"):
        bank = folder.yaml(file, BankEntry)
        if bank is not None:
            yield PurePosixPath(file).stem, bank


def form_name(file: str) -> str:
    return PurePosixPath(file).stem.removeprefix("form-").upper()


def _shared(folder: Folder, check: str) -> str:
    """Return what stands before the cases of every exercise of a check: helpers that twins share."""
    file = f"{check}/code/shared.py"
    text = folder.text(file) if folder.exists(file) else None
    return f"{text}\n\n" if text else ""


def _code(folder: Folder, file: str, report: Report) -> CodeFolder | None:
    path = str(PurePosixPath(file).parent)
    entry = folder.yaml(file, ExerciseEntry)
    texts = {PurePosixPath(part).stem: folder.text(part) for part in (f"{path}/{name}.py" for name in PROGRAMS)}
    mutants = {PurePosixPath(part).stem: folder.text(part) for part in folder.files(f"{path}/mutants/*.py")}
    programs, wrong_ones = (
        {name: text for name, text in some.items() if text is not None} for some in (texts, mutants)
    )
    if entry is None or programs.keys() != texts.keys() or wrong_ones.keys() != mutants.keys():
        return None
    programs["cases"] = _shared(folder, str(PurePosixPath(path).parents[1])) + programs["cases"]
    try:
        return CodeFolder(path, entry, Exercise.from_texts(entry.data.model_dump(), programs, wrong_ones))
    except ExerciseError as wrong:
        report.error(file, 1, str(wrong))
        return None


def exercises(modules: list[ModuleFolder]) -> Mapping[str, CodeFolder]:
    return {code.path: code for module in modules for check in module.checks for code in check.code.values()}
