"""Reading YAML that may be meant to harm: plain values only, with the line of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

DEEPEST: Final = 40  # levels
BLOCK: Final = "|"  # stands in a location for the first line of a block scalar
# A database refuses NUL, and nothing at all can write half of a surrogate pair.
UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# libyaml reads ten times faster than Python; both know the same safe tags.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Location = tuple[int | str, ...]
Finding = tuple[int, str, str]  # line, what is wrong, what to do


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text says, where each part of it stands, and what is wrong with it. `is_read` is off where nothing was."""

    data: Any
    at: dict[Location, int]
    findings: tuple[Finding, ...] = ()
    is_read: bool = True


def read(text: str) -> Tree:
    """Read one YAML document. Never raises."""
    try:
        if (found := _monster(text)) is not None:
            return Tree(None, {}, ((*found, ""),), is_read=False)
        loader = LOADER(text)
        node = loader.get_single_node()
        at: dict[Location, int] = {(): 1}
        findings: list[Finding] = []
        for location, line, problem in _walk(node):
            at.setdefault(location, line)
            if problem:
                findings.append((line, problem, ""))
        data = None if node is None else loader.construct_document(node)
        return Tree(data, at, tuple(findings))
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        what = f"this is not YAML: {wrong.problem or wrong.context}"
        return Tree(None, {}, ((line, what, _tab(text, line)),), is_read=False)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as wrong:
        return Tree(None, {}, ((1, f"this is not YAML: {wrong}"[:200], ""),), is_read=False)


def _monster(text: str) -> tuple[int, str] | None:
    """Return line and name of an alias, a tag or deep nesting, before anything is built from the text.

    Ten lines of aliases can stand for a billion values or hold themselves; deep nesting exhausts the stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            return line, "aliases are not used in packs: write it out"
        if (tag := getattr(event, "tag", None)) is not None:
            return line, f"tags are not used in packs: could not determine a constructor for {tag}"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return line, "this is nested too deeply"
    return None


def _tab(text: str, line: int) -> str:
    """Return a hint where a line is indented with tabs."""
    written = "".join(text.split("\n")[line - 1 : line])
    indent = written[: len(written) - len(written.lstrip())]
    return "use spaces, YAML knows no tabs" if "\t" in indent else ""


def _walk(node: yaml.Node | None, location: Location = ()) -> Iterator[tuple[Location, int, str]]:
    """Yield each location of a YAML tree with its line and, where there is one, a problem."""
    if node is None:
        return
    yield location, node.start_mark.line + 1, _unstorable(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*location, index))
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, location)


def _unstorable(node: yaml.Node) -> str:
    found = UNSTORABLE.search(node.value) if isinstance(node, yaml.ScalarNode) else None
    return f"the character U+{ord(found[0]):04X} cannot be stored" if found else ""


def _walk_mapping(node: yaml.MappingNode, location: Location) -> Iterator[tuple[Location, int, str]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        yield (*location, name), key.start_mark.line + 1, _wrong_key(key, name, seen)
        seen.add(name)
        if isinstance(value, yaml.ScalarNode) and value.style in {"|", ">"}:
            yield (*location, name, BLOCK), value.start_mark.line + 2, ""
        yield from _walk(value, (*location, name))


def _wrong_key(key: yaml.Node, name: str, seen: set[str]) -> str:
    if not isinstance(key, yaml.ScalarNode):
        return "a key is one word"
    return f"“{name}” stands twice" if name in seen else _unstorable(key)
