"""What the programme promises in numbers, counted in the pack that ships: hours, words, forms, exercises, mutants."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packs import pages
from whitebox.programme.demonstration import SHIPPED_PACK

WEEKS = range(1, 9)
NOT_PROSE = (
    re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE),  # programs and drawings in letters
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"!\[.*?\]\(.*?\)", re.DOTALL),
    re.compile(r"^\|.*\|$", re.MULTILINE),  # tables
)
OBJECTIVE_KINDS = {"numeric", "single", "multiple", "ordering", "code", "written", "oral"}
pytestmark = pytest.mark.parametrize("week", WEEKS)


def head(week: int) -> dict[str, Any]:
    text = (pages.module(week) / "module.md").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text.split("\n---\n", 1)[0].removeprefix("---\n"))
    return found


def objectives(week: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((pages.module(week) / "objectives.yml").read_text(encoding="utf-8"))
    return found


def check(week: int, kind: str) -> Path:
    (found,) = (
        path.parent
        for path in pages.module(week).glob("checks/*/check.yml")
        if yaml.safe_load(path.read_text(encoding="utf-8"))["kind"] == kind
    )
    return found


def form(week: int, kind: str, letter: str) -> list[dict[str, Any]]:
    text = (check(week, kind) / f"form-{letter}.yml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["items"]
    return found


def test_the_text_has_fifteen_hundred_to_three_thousand_words(week: int) -> None:
    text = pages.page(week)
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)

    assert 1_500 <= len(text.split()) <= 3_000


def test_five_to_eight_objectives_each_with_another_way_to_it(week: int) -> None:
    found = objectives(week)

    assert 5 <= len(found) <= 8
    taught = pages.page(week)
    for objective in found:
        assert objective["correctives"]
        for corrective in objective["correctives"]:
            assert corrective["kind"] in {"worked-example", "picture", "exercise", "talk", "reading"}
            assert corrective["text"].strip() not in taught
            assert 5 <= corrective["minutes"] <= 30


def test_four_to_eight_resources_and_six_to_nine_hours(week: int) -> None:
    resources, exercises = head(week)["resources"], head(week)["exercises"]

    assert 4 <= len(resources) <= 8
    for resource in resources:
        assert resource["minutes"] > 0
        assert resource["title"]
        assert resource["authors"]
        assert resource["url"].startswith(("https://", "http://"))
    asked = [*(one for one in resources if one["required"]), *exercises]
    assert 6 * 60 <= sum(one["minutes"] for one in asked) <= 9 * 60


def test_the_session_is_two_hours_of_doing(week: int) -> None:
    agenda = head(week)["agenda"]

    assert sum(step["minutes"] for step in agenda) == 120
    assert max(step["minutes"] for step in agenda) <= 45
    assert not re.search(r"\blecture\b", " ".join(step["title"] for step in agenda), re.IGNORECASE)


def test_figures_are_drawn_by_a_script_that_is_kept(week: int) -> None:
    drawn = {path.name for path in (pages.module(week) / "figures").glob("*.svg")}

    script = (SHIPPED_PACK.parents[2] / "scripts" / "figures" / f"week{week}.py").read_text(encoding="utf-8")

    assert len(drawn) >= 3
    assert {name for name in drawn if name.removesuffix(".svg") not in script} == set()


def test_five_items_before_the_session(week: int) -> None:
    assert len(form(week, "pre-session", "a")) == 5


def test_two_parallel_forms_of_eight_to_twelve_items(week: int) -> None:
    a, b = (form(week, "mastery", letter) for letter in "ab")

    assert 8 <= len(a) == len(b) <= 12
    assert _asked(a) == _asked(b)
    asked_in_b = [(one["prompt"], _asks(one)) for one in b if one["kind"] != "oral"]  # a talk draws when it begins
    assert [item for item in a if (item["prompt"], _asks(item)) in asked_in_b] == []
    for items in (a, b):
        kinds = {item["kind"] for item in items}
        assert kinds & {"single", "multiple"}
        assert {"numeric", "code"} <= kinds
        assert kinds & {"written", "oral"}
        assert kinds <= OBJECTIVE_KINDS
        assert {item["objective"] for item in items} == {one["slug"] for one in objectives(week)}
        assert all(item["explanation"].strip() for item in items)


def _asked(items: list[dict[str, Any]]) -> Counter[tuple[str, str, int]]:
    return Counter((item["objective"], item["kind"], item["points"]) for item in items)


def _asks(item: dict[str, Any]) -> list[str]:
    return [option["text"] for option in item.get("options", ())]


def test_choices_are_not_given_away_by_their_length(week: int) -> None:
    """The right one is not the one that stands out: at most as often the longest by far as chance would have it."""
    single = [item for path in pages.module(week).glob("checks/*/form-*.yml") for item in _singles(path)]

    for item in single:
        assert sum(option["correct"] for option in item["options"]) == 1
        right = next(len(option["text"]) for option in item["options"] if option["correct"])
        others = [len(option["text"]) for option in item["options"] if not option["correct"]]
        assert right <= max(others) / 0.75
        assert all(option["feedback"].strip() for option in item["options"])


def _singles(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load(path.read_text(encoding="utf-8"))["items"] if one["kind"] == "single"]


def test_three_exercises_in_each_form_with_three_mutants_or_more(week: int) -> None:
    folder = check(week, "mastery")
    for letter in "ab":
        used = [item["exercise"] for item in form(week, "mastery", letter) if item["kind"] == "code"]
        assert len(used) >= 3
        for name in used:
            _is_whole(folder / "code" / name)
    assert {path.name for path in (folder / "code").iterdir() if path.is_dir()} == {
        item["exercise"] for letter in "ab" for item in form(week, "mastery", letter) if item["kind"] == "code"
    }


def _is_whole(exercise: Path) -> None:
    told = yaml.safe_load((exercise / "exercise.yml").read_text(encoding="utf-8"))
    mutants = [path.read_text(encoding="utf-8") for path in (exercise / "mutants").glob("*.py")]
    reference = (exercise / "reference.py").read_text(encoding="utf-8")
    cases = ast.parse((exercise / "cases.py").read_text(encoding="utf-8"))
    assert not [name for name in _functions(cases) if name in _functions_beside(exercise)]

    assert told["statement"].strip()
    assert {"rtol", "atol"} <= told["compare"].keys()  # tolerances are stated
    assert "NotImplementedError" in (exercise / "starter.py").read_text(encoding="utf-8")
    assert "import numpy" in reference + ast.unparse(cases)
    assert len(set(mutants)) == len(mutants) >= 3
    assert reference not in mutants
    (hidden,) = (node for node in cases.body if isinstance(node, ast.FunctionDef) and node.name == "hidden")
    assert [argument.arg for argument in hidden.args.args] == ["rng"]  # inputs come from a seed
    assert any(isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PUBLIC" for node in cases.body)


def _functions(program: ast.Module) -> list[str]:
    return [ast.unparse(node) for node in program.body if isinstance(node, ast.FunctionDef) and node.name != "hidden"]


def _functions_beside(exercise: Path) -> set[str]:
    """Return the helpers of the other exercises of a check: what two of them need stands in shared.py."""
    beside = (path for path in exercise.parent.glob("*/cases.py") if path.parent != exercise)
    return {name for path in beside for name in _functions(ast.parse(path.read_text(encoding="utf-8")))}
