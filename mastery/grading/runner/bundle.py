"""Several files as one text: each begins with a line that names it. Runs on both sides of the box.

The text is what is stored, sent and compared; only a page shows the files apart, and only the box imports them.
"""

import linecache
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

MARK = "# file: "


def split(text: str, files: Sequence[str]) -> dict[str, str]:
    """Return each file's text. What stands before the first mark belongs to the first file, which has the function."""
    parts: dict[str, list[str]] = {name: [] for name in files}
    present = files[0]
    for line in text.splitlines(keepends=True):
        name = line.strip().removeprefix(MARK)
        if line.startswith(MARK) and name in parts:
            present = name
        else:
            parts[present].append(line)
    return {name: "".join(lines) for name, lines in parts.items()}


def join(parts: Mapping[str, str]) -> str:
    """Return the text of several files, so that splitting it gives them back, each with an end to its last line."""
    return "".join(f"{MARK}{name}\n{_ended(text)}" for name, text in parts.items())


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


class Beside:
    """Lets programs in the box import the files that came with them, and finds nothing else."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = {name.removesuffix(".py"): (name, text) for name, text in sources.items()}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, origin=self._sources[name][0]) if name in self._sources else None  # type: ignore[arg-type]  # a loader by what it does

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file, text = self._sources[module.__name__]
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - this is what the box is for


def opened(text: str, files: Sequence[str], alone: str) -> tuple[str, str]:
    """Make the files of a bundle importable; return name and text of the one to run. Without files that is all of it.

    `alone` is the name of a text that is one file.
    """
    sources = split(text, files) if files else {alone: text}
    for name, source in sources.items():
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    main, *others = sources
    if others:
        sys.meta_path.insert(0, Beside({name: sources[name] for name in others}))
    return main, sources[main]
