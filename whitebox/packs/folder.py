"""Reading a pack's files: capped, UTF-8, inside the folder, with line numbers kept."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from whitebox.packs.reports import Report

LARGEST_FILE = 1_000_000  # bytes
MOST_FILES = 5_000
DEEPEST_YAML = 40  # levels
BLOCK = "|"  # stands in a location for the first line of a block scalar

# libyaml reads ten times faster than Python; both know the same safe tags.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


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
    """A pack on disk. Every path is relative to it and cannot leave it."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root.resolve()
        self.report = report

    def files(self, pattern: str) -> list[str]:
        """Return the files that match a glob, sorted; hidden files and links out of the folder are left out."""
        found = (
            path for path in self.root.glob(pattern) if path.is_file() and path.resolve().is_relative_to(self.root)
        )
        names = sorted(path.relative_to(self.root).as_posix() for path in found)
        return [name for name in names if not any(part.startswith((".", "__")) for part in name.split("/"))]

    def links_out(self) -> list[str]:
        """Return the links that lead out of the folder. Nothing reads them, so they can only be a mistake."""
        links = (path for path in self.root.rglob("*") if path.is_symlink())
        out = (path for path in links if not path.resolve().is_relative_to(self.root))
        return sorted(path.relative_to(self.root).as_posix() for path in out)

    def exists(self, file: str) -> bool:
        path = (self.root / file).resolve()
        return path.is_relative_to(self.root) and path.is_file()

    def bytes(self, file: str) -> bytes | None:
        """Return a file's content, or None after reporting why there is none."""
        if not self.exists(file):
            self.report.error(file, 1, "the file is missing", self._similar(file))
            return None
        path = self.root / file
        if path.stat().st_size > LARGEST_FILE:
            self.report.error(
                file, 1, f"the file is larger than {LARGEST_FILE:,} bytes", "split it, or make its figures smaller"
            )
            return None
        return path.read_bytes()

    def text(self, file: str) -> str | None:
        """Return a file's text with plain line ends, or None after reporting why there is none."""
        content = self.bytes(file)
        if content is None:
            return None
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as wrong:
            line = content[: wrong.start].count(b"\n") + 1
            self.report.error(file, line, "the file is not UTF-8", "save it again as UTF-8")
            return None

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
        """Return the SHA-256 over all names and contents, in order of names."""
        total = hashlib.sha256()
        for file in self.files("**/*"):
            content = (self.root / file).read_bytes()
            total.update(f"{file}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    def _similar(self, file: str) -> str:
        parent = Path(file).parent.as_posix()
        near = get_close_matches(file, self.files(f"{parent}/*" if parent != "." else "*"), n=1)
        return f"did you mean {near[0]}?" if near else ""

    def _parsed(self, file: str, text: str, model: type[Model], *, offset: int) -> Parsed[Model] | None:
        loaded = self._loaded(file, text, offset=offset)
        if loaded is None:
            return None
        data, lines = loaded
        try:
            return Parsed(model.model_validate(data), lines)
        except ValidationError as wrong:
            for detail in wrong.errors(include_url=False):
                self.report.error(file, lines.of(*detail["loc"]), sentence(detail), suggestion(detail, model))
            return None

    def _loaded(self, file: str, text: str, *, offset: int) -> tuple[Any, Lines] | None:
        try:
            if (found := bomb(text)) is not None:
                self.report.error(file, found[0] + offset, found[1])
                return None
            loader = LOADER(text)
            node = loader.get_single_node()
            at: dict[Location, int] = {(): 1}
            for location, line, problem in walk(node):
                at.setdefault(location, line)
                if problem:
                    self.report.error(file, line + offset, problem)
            return None if node is None else loader.construct_document(node), Lines(file, at, offset)
        except yaml.MarkedYAMLError as wrong:
            line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
            self.report.error(
                file, line + offset, f"this is not YAML: {wrong.problem or wrong.context}", tab(text, line)
            )
        except (yaml.YAMLError, ValueError, RecursionError) as wrong:
            self.report.error(file, 1 + offset, f"this is not YAML: {wrong}"[:200])
        return None


def bomb(text: str) -> tuple[int, str] | None:
    """Return line and name of an alias or of deep nesting, before anything is built from the text.

    Ten lines of aliases can stand for a billion values or hold themselves; deep nesting exhausts the stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, "aliases are not used in packs: write it out"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_YAML:
            return line, "this is nested too deeply"
    return None


def tab(text: str, line: int) -> str:
    """Return a hint where a line is indented with tabs."""
    written = "".join(text.split("\n")[line - 1 : line])
    indent = written[: len(written) - len(written.lstrip())]
    return "use spaces, YAML knows no tabs" if "\t" in indent else ""


def walk(node: yaml.Node | None, location: Location = ()) -> Iterator[tuple[Location, int, str]]:
    """Yield each location of a YAML tree with its line and, where there is one, a problem."""
    if node is None:
        return
    yield location, node.start_mark.line + 1, ""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from walk(item, (*location, index))
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, location)


def _walk_mapping(node: yaml.MappingNode, location: Location) -> Iterator[tuple[Location, int, str]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        problem = f"“{name}” stands twice" if name in seen else ""
        seen.add(name)
        yield (*location, name), key.start_mark.line + 1, problem
        if isinstance(value, yaml.ScalarNode) and value.style in {"|", ">"}:
            yield (*location, name, BLOCK), value.start_mark.line + 2, ""
        yield from walk(value, (*location, name))


def sentence(detail: ErrorDetails) -> str:
    """Say in words what pydantic found."""
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"“{where}” is missing"
    if detail["type"] == "extra_forbidden":
        return f"“{where}” is not known here"
    return (
        f"“{where}”: {detail['msg'].removeprefix('Value error, ')}"
        if where
        else detail["msg"].removeprefix("Value error, ")
    )


def suggestion(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Propose a name where a key was probably mistyped."""
    if detail["type"] != "extra_forbidden":
        return ""
    near = get_close_matches(str(detail["loc"][-1]), known_keys(model), n=1)
    return f"did you mean {near[0]}?" if near else ""


def known_keys(model: type[BaseModel]) -> Sequence[str]:
    """Return every key that `model` or a model inside it knows."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return sorted({key for part in parts for key in part.get("properties", {})})
