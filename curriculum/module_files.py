"""What the files of a module may say, and the reading of them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, RootModel

from curriculum import figures
from curriculum.choices import CorrectiveKind, ModuleStatus, ResourceKind
from curriculum.figures import Drawing
from whitebox.packs.folder import Folder, Parsed, Strict
from whitebox.packs.pack import Slug
from whitebox.packs.reports import Report

LONGEST_NAME = 80  # characters of a figure's file name

Minutes = Annotated[int, Field(ge=1, le=1200)]
Grade = Annotated[int, Field(ge=1, le=5)]
Line = Annotated[str, Field(min_length=1, max_length=400)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Aliases = Annotated[list[Slug], Field(max_length=20)]  # names it had before
Text = Annotated[str, Field(min_length=1)]


class ResourceEntry(Strict):
    slug: Slug
    aliases: Aliases = []
    title: str = Field(min_length=1, max_length=250)
    authors: str = Field("", max_length=250)
    year: Annotated[int, Field(ge=1000, le=2200)] | Literal["n.d."] | None = None
    url: str = Field(pattern=r"^https?://[^\s/]+\S*$", max_length=500)
    kind: ResourceKind
    minutes: Minutes
    minutes_are: Literal["real", "est"] = "est"
    required: bool = True
    why: str = Field("", max_length=400)


class ExerciseEntry(Strict):
    slug: Slug
    title: Title
    minutes: Minutes
    difficulty: Grade
    importance: Grade
    text: Text


class AgendaEntry(Strict):
    minutes: Minutes
    title: Title
    text: str = ""


class ModuleHead(Strict):
    """The front matter of module.md."""

    slug: Slug
    title: Title
    week: int = Field(ge=1, le=52)
    summary: Line
    status: ModuleStatus
    aliases: Aliases = []
    requires: list[Slug] | None = None  # without it, the complete module before
    resources: list[ResourceEntry] = []
    exercises: list[ExerciseEntry] = []
    agenda: list[AgendaEntry] = []


class CorrectiveEntry(Strict):
    slug: Slug
    title: str = Field(min_length=1, max_length=160)
    kind: CorrectiveKind
    minutes: Minutes
    text: Text


class ObjectiveEntry(Strict):
    slug: Slug
    aliases: Aliases = []
    number: str = Field(min_length=1, max_length=12)
    text: Line
    topic: str = Field(min_length=1, max_length=80)
    blocking: bool = True
    taught_in: list[Line] = Field([], max_length=12)  # headings of module.md
    correctives: list[CorrectiveEntry] = []


class ObjectiveList(RootModel[list[ObjectiveEntry]]):
    """What objectives.yml holds."""


@dataclass(frozen=True)
class ModuleFolder:
    """One module as its files have it; a file that could not be read is None and has been reported."""

    name: str  # the folder's, for example 01-gradients-from-scratch
    head: Parsed[ModuleHead] | None
    objectives: Parsed[ObjectiveList] | None
    drawings: dict[str, Drawing] = field(default_factory=dict)

    @property
    def text_file(self) -> str:
        return f"modules/{self.name}/module.md"

    @property
    def objectives_file(self) -> str:
        return f"modules/{self.name}/objectives.yml"

    @cached_property
    def sheet(self) -> Drawing | None:
        """All drawings as one file; None where there is nothing to join."""
        return figures.sheet(list(self.drawings.values())) if len(self.drawings) > 1 else None

    def address_of(self, source: str) -> str | None:
        """Return the address of the picture that a text calls `source`, or None where there is none."""
        found = self.drawings.get(source)
        if found is None or self.sheet is None:
            return found.address if found else None
        return f"{self.sheet.address}#{found.part}"


def read(folder: Folder, report: Report) -> list[ModuleFolder]:
    """Return every module of a pack, in the order of the folders' names; mistakes go into the report."""
    return [_read_one(folder, name, report) for name in folder_names(folder)]


def folder_names(folder: Folder) -> list[str]:
    """Return the names of the folders below modules/, sorted."""
    parts = (PurePosixPath(file).parts for file in folder.files("modules/*/**/*"))
    return sorted({part[1] for part in parts})


def _read_one(folder: Folder, name: str, report: Report) -> ModuleFolder:
    return ModuleFolder(
        name,
        head=folder.front_matter(f"modules/{name}/module.md", ModuleHead),
        objectives=folder.yaml(f"modules/{name}/objectives.yml", ObjectiveList),
        drawings=_drawings(folder, name, report),
    )


def _drawings(folder: Folder, name: str, report: Report) -> dict[str, Drawing]:
    found = {}
    for file in folder.files(f"modules/{name}/figures/*.svg"):
        if len(PurePosixPath(file).name) > LONGEST_NAME:
            report.error(file, 1, f"the figure's name has more than {LONGEST_NAME} characters")
            continue
        if PurePosixPath(file).name == figures.SHEET:
            report.error(file, 1, f"{figures.SHEET} is the name of the file that holds all figures; choose another")
            continue
        content = folder.text(file)
        wrong = list(figures.problems(content)) if content is not None else [""]
        for problem in filter(None, wrong):
            report.error(file, 1, problem)
        if content is not None and not wrong:
            found[f"figures/{PurePosixPath(file).name}"] = figures.drawing(PurePosixPath(file).name, content)
    return found
