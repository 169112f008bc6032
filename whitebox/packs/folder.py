"""A pack's files as their schemas see them: UTF-8, with the line of every part, every mistake reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from whitebox.packs import contents, yaml_tree
from whitebox.packs.contents import Contents, ContentsError
from whitebox.packs.reports import MOST_PER_FILE, Report
from whitebox.packs.yaml_tree import BLOCK, UNSTORABLE, Location, Tree

Model = TypeVar("Model", bound=BaseModel)

__all__ = ["Folder", "Lines", "Location", "Parsed", "Strict"]

EXPECTS_TEXT = {"string_type", "string_pattern_mismatch", "literal_error", "enum"}


class Strict(BaseModel):
    """The base of every pack schema: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where in a file each part of its data stands."""

    file: str
    at: dict[Location, int]
    offset: int = 0  # lines above the YAML, as front matter has one

    def of(self, *location: int | str) -> int:
        """Return the line of a location, or of its nearest parent that is known."""
        where = location
        while where not in self.at and where:
            where = where[:-1]
        return self.at.get(where, 1) + self.offset

    def of_text(self, *location: int | str) -> int:
        """Return the line on which a text begins: a block stands below its key."""
        block = self.at.get((*location, BLOCK))
        return self.of(*location) if block is None else block + self.offset


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Model]):
    """Checked data and the lines it came from."""

    data: Model
    lines: Lines
    body: str = ""  # the Markdown below front matter
    body_line: int = 1  # the line on which the body starts


class Folder:
    """A pack's files, read once. Every path is relative to the pack."""

    def __init__(self, source: Path | Contents, report: Report) -> None:
        """Take the files of a folder on disk, or files that were read before. A folder that is none is reported."""
        self.report = report
        self.is_checked = False  # whether every section has looked at it
        self._trees: dict[tuple[str, int], Tree] = {}
        try:
            self.contents = source if isinstance(source, Contents) else contents.from_folder(source)
        except ContentsError as wrong:
            self.contents = Contents({})
            report.error(".", 1, str(wrong), wrong.hint)
        for file, (message, hint) in self.contents.refused.items():
            report.error(file, 1, message, hint)

    def quiet(self) -> "Folder":
        """Return the same files with a report that nobody reads: what is wrong with them is reported elsewhere."""
        other = Folder(self.contents, Report())
        other._trees = self._trees  # the same files, so what was read of them is shared
        return other

    def files(self, pattern: str) -> list[str]:
        """Return the files that match a glob, sorted; hidden files are left out."""
        return self.contents.matching(pattern)

    def exists(self, file: str) -> bool:
        return file in self.contents.files

    def bytes(self, file: str) -> bytes | None:
        """Return a file's content, or None after reporting why there is none."""
        content = self.contents.files.get(file)
        if content is None and file not in self.contents.refused:
            self.report.error(file, 1, "the file is missing", self._similar(file))
        return content

    def text(self, file: str) -> str | None:
        """Return a file's text with plain line ends, or None after reporting why there is none."""
        content = self.bytes(file)
        if content is None:
            return None
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as wrong:
            line = content[: wrong.start].count(b"\n") + 1
            self.report.error(file, line, "the file is not UTF-8", "save it again as UTF-8")
            return None
        if found := UNSTORABLE.search(text):
            line = text.count("\n", 0, found.start()) + 1
            self.report.error(file, line, f"the character U+{ord(found[0]):04X} cannot be stored", "take it out")
            return None
        return text

    def yaml(self, file: str, model: type[Model]) -> Parsed[Model] | None:
        """Return a YAML file checked against `model`, or None after reporting all that is wrong."""
        text = self.text(file)
        return None if text is None else self._parsed(file, text, model, offset=0)

    def front_matter(self, file: str, model: type[Model]) -> Parsed[Model] | None:
        """Return a Markdown file with its checked front matter, or None after reporting all that is wrong."""
        text = self.text(file)
        if text is None:
            return None
        head, found, body = text.removeprefix("---\n").partition("\n---\n")
        if not text.startswith("---\n") or not found:
            self.report.error(
                file,
                1,
                "the file does not begin with front matter",
                "start with a line ---, the YAML, and another line ---",
            )
            return None
        parsed = self._parsed(file, head, model, offset=1)
        start = head.count("\n") + 4
        return None if parsed is None else Parsed(parsed.data, parsed.lines, body, start)

    def digest(self) -> str:
        return self.contents.digest

    def _similar(self, file: str) -> str:
        parent = PurePosixPath(file).parent.as_posix()
        near = get_close_matches(file, self.files(f"{parent}/*" if parent != "." else "*")[:500], n=1)
        return f"did you mean {near[0]}?" if near else ""

    def _parsed(self, file: str, text: str, model: type[Model], *, offset: int) -> Parsed[Model] | None:
        tree = self._tree(file, text, offset)
        for line, message, hint in tree.findings:
            self.report.error(file, line + offset, message, hint)
        if not tree.is_read:
            return None
        lines = Lines(file, tree.at, offset)
        try:
            return Parsed(model.model_validate(tree.data), lines)
        except (ValidationError, RecursionError) as wrong:
            details = wrong.errors(include_url=False) if isinstance(wrong, ValidationError) else []
            for detail in details[: MOST_PER_FILE + 2]:
                self.report.error(file, lines.of(*detail["loc"]), sentence(detail), suggestion(detail, model))
            return None

    def _tree(self, file: str, text: str, offset: int) -> Tree:
        key = (file, offset)
        if key not in self._trees:
            self._trees[key] = yaml_tree.read(text)
        return self._trees[key]


def sentence(detail: ErrorDetails) -> str:
    """Say in words what pydantic found."""
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"“{where}” is missing"
    if detail["type"] == "extra_forbidden":
        return f"“{where}” is not known here"
    said = detail["msg"].removeprefix("Value error, ")
    return f"“{where}”: {said}" if where else said


def suggestion(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Propose a name where a key was probably mistyped, and quotes where YAML made a text something else."""
    given = detail.get("input")
    if detail["type"] in EXPECTS_TEXT and given is not None and not isinstance(given, str | list | dict):
        return "write it in quotes: YAML reads it as a date, a number or yes and no"
    if detail["type"] == "invalid_key":
        return "write the key in quotes"
    if detail["type"] != "extra_forbidden":
        return ""
    near = get_close_matches(str(detail["loc"][-1])[:80], known_keys(model), n=1)
    return f"did you mean {near[0]}?" if near else ""


@lru_cache(maxsize=64)
def known_keys(model: type[BaseModel]) -> Sequence[str]:
    """Return every key that `model` or a model inside it knows."""
    schema: dict[str, Any] = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for part in parts for key in part.get("properties", {})})
