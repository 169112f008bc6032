"""Filling in a form of a check from the pack that ships: every answer right, but for what is asked to be wrong."""

from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page

from mastery.grading.runner import bundle
from whitebox.programme.demonstration import SHIPPED_PACK

WRITTEN = "The sum is never reset, so it still points the old way at the minimum; reset it and compare the losses."


def fill(page: Page, module: str, check: str, form: str, *, mutant: str = "") -> None:
    """Answer form `form` of a check rightly; with a `mutant`, the exercise that has one of that name gets it."""
    folder = SHIPPED_PACK / "modules" / module / "checks" / check
    for item in yaml.safe_load((folder / f"form-{form}.yml").read_text())["items"]:
        _answer(page.locator(f"section#{item['slug']}"), item, folder / "code", mutant)


def _answer(section: Locator, item: dict[str, Any], code: Path, mutant: str) -> None:
    match item["kind"]:
        case "single" | "multiple":
            _choose(section, item["options"])
        case "ordering":
            for place, part in enumerate(item["items_in_order"], start=1):
                section.get_by_label(part).select_option(str(place))
        case "numeric":
            section.get_by_role("textbox").fill(item["answer"])
        case "code":
            _write(section, code / item["exercise"], mutant)
        case "written":
            section.get_by_role("textbox").fill(WRITTEN)
        case "oral":
            pass  # It is answered in a talk.
        case other:
            raise NotImplementedError(other)


def _choose(section: Locator, options: list[dict[str, Any]]) -> None:
    for place, option in enumerate(options):
        if option["correct"]:
            section.locator(f"input[value='{place}']").check()


def _write(section: Locator, exercise: Path, mutant: str) -> None:
    """Fill in a program, each of its files where there are several."""
    program = _program(exercise, mutant)
    files = yaml.safe_load((exercise / "exercise.yml").read_text()).get("files")
    if not files:
        section.get_by_role("textbox").fill(program)
        return
    for name, text in bundle.split(program, files).items():
        section.get_by_role("textbox", name=name).fill(text)


def _program(exercise: Path, mutant: str) -> str:
    wrong = exercise / "mutants" / f"{mutant}.py"
    return (wrong if wrong.exists() else exercise / "reference.py").read_text()
