"""Reading the shipped pack as its learners do: run the code of a page, look answers up, call reference solutions."""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import yaml

from mastery.grading.runner import bundle
from whitebox.programme.demonstration import SHIPPED_PACK

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e-?\d+)?")


def module(week: int) -> Path:
    (found,) = (SHIPPED_PACK / "modules").glob(f"{week:02}-*")
    return found


def page(week: int) -> str:
    """Return the text of a week's page, without its front matter."""
    return (module(week) / "module.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]


def run(week: int) -> tuple[dict[str, Any], str]:
    """Run all Python of a page from top to bottom; return its names and what it printed."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in BLOCK.findall(page(week)):
            exec(compile(block, f"week {week}", "exec"), names)
    return names, printed.getvalue()


def run_alone(week: int, then: str = "") -> list[str]:
    """Run all Python of a page in a process of its own, with one thread; return the lines it printed.

    For pages that train: threads that wait for each other make small arrays ten times slower on a busy machine.
    """
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join([*BLOCK.findall(page(week)), then])],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def promised(week: int) -> list[float]:
    """Return the numbers that the comments behind `print(...)` promise, from top to bottom."""
    code = "\n".join(BLOCK.findall(page(week)))
    comments = re.findall(r"^ *print\(.*\) *# (.*)$", code, re.MULTILINE)
    return [float(number) for comment in comments for number in NUMBER.findall(comment)]


def numbers(text: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(text)]


def is_subsequence(wanted: list[float], given: list[float]) -> bool:
    rest = iter(given)
    return all(any(number == other for other in rest) for number in wanted)


def items(week: int) -> Iterator[dict[str, Any]]:
    for file in sorted(module(week).glob("checks/*/form-*.yml")):
        yield from yaml.safe_load(file.read_text(encoding="utf-8"))["items"]


def answer(week: int, slug: str) -> float:
    """Return the answer of a numeric item."""
    (found,) = (item for item in items(week) if item["slug"] == slug)
    return float(found["answer"])


def reference(week: int, name: str) -> Callable[..., Any]:
    """Return the reference solution of an exercise, of one file or several."""
    (path,) = module(week).glob(f"checks/*/code/{name}/reference.py")
    text = path.read_text(encoding="utf-8")
    files = [line.removeprefix(bundle.MARK) for line in text.splitlines() if line.startswith(bundle.MARK)]
    main, *others = bundle.split(text, files).values() if files else [text]
    beside = {file.removesuffix(".py"): _module(part) for file, part in zip(files[1:], others, strict=True)}
    with mock.patch.dict(sys.modules, beside):
        found: Callable[..., Any] = vars(_module(main))[name]
    return found


def _module(text: str) -> ModuleType:
    made = ModuleType("reference")
    exec(compile(text, "reference", "exec"), vars(made))
    return made
