"""Every rule of a pack's checks, each broken once in a copy of the shipped pack."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mastery import questions
from mastery.models import CheckVersion
from mastery.pack import SECTION
from whitebox.packs import loading
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Report
from whitebox.programme.demonstration import SHIPPED_PACK

WEEK = "modules/01-gradients-from-scratch"
CHECK = f"{WEEK}/checks/gradients-mastery"
READY = f"{WEEK}/checks/gradients-ready"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """One module of the shipped pack, to be broken."""
    root = tmp_path / "pack"
    shutil.copytree(SHIPPED_PACK / WEEK, root / WEEK)
    return root


def problems(root: Path) -> list[str]:
    report = Report()
    SECTION.check(Folder(root, report), report)
    return [str(problem) for problem in report.ordered()]


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_checks_are_fine(pack: Path) -> None:
    assert problems(pack) == []


def keep_two_mutants(folder: Path) -> None:
    for file in sorted(folder.glob("*.py"))[2:]:
        file.unlink()


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "one form": (lambda root: (root / f"{CHECK}/form-b.yml").unlink(), "check.yml:3: a mastery check needs two"),
    "other points": (lambda root: change(root, f"{CHECK}/form-b.yml", "points: 1", "points: 2"), "item 1 has points"),
    "other kind": (lambda root: change(root, f"{CHECK}/form-b.yml", "kind: code", "kind: written"), "has kind"),
    "other objective": (
        lambda root: change(root, f"{CHECK}/form-b.yml", "objective: chain-rule", "objective: reverse-mode"),
        "item 3 has objective",
    ),
    "unknown objective": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "objective: chain-rule", "objective: chain-rules"),
        "no objective “chain-rules”",
    ),
    "unchecked objective": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "objective: chain-rule", "objective: reverse-mode"),
        "form-a.yml:1: no item checks the objective “chain-rule”",
    ),
    "unknown key": (lambda root: change(root, f"{CHECK}/check.yml", "minutes:", "minute:"), "did you mean minutes?"),
    "bad number": (lambda root: change(root, f"{CHECK}/form-a.yml", 'answer: "35"', 'answer: "3S"'), "“3S” is not"),
    "bad tolerance": (
        lambda root: change(root, f"{CHECK}/form-a.yml", 'absolute: "0.01"', 'absolute: "-1"'),
        "“-1” is not a number from 0 on",
    ),
    "two right options": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "correct: false", "correct: true"),
        "exactly one option is correct, here 2",
    ),
    "no right option": (
        lambda root: change(root, f"{READY}/form-a.yml", "correct: true", "correct: false"),
        "exactly one option is correct, here 0",
    ),
    "item twice": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "slug: a-chain", "slug: a-strength"),
        "“a-strength” stands in",
    ),
    "check twice": (
        lambda root: change(root, f"{READY}/check.yml", "gradients-ready", "gradients-mastery"),
        "“gradients-mastery” stands in",
    ),
    "a field of another kind": (
        lambda root: change(root, f"{CHECK}/form-a.yml", 'answer: "35"', 'answer: "35"\n    words: 3'),
        "an item of kind numeric has no “words”",
    ),
    "no such exercise": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "exercise: tape_gradients", "exercise: tape"),
        "no complete exercise in code/tape",
    ),
    "no reference": (
        lambda root: (root / f"{CHECK}/code/tape_gradients/reference.py").unlink(),
        "reference.py:1: the file is missing",
    ),
    "too few mutants": (
        lambda root: keep_two_mutants(root / f"{CHECK}/code/tape_gradients/mutants"),
        "2 mutants: at least 3 are needed",
    ),
    "another function": (
        lambda root: change(root, f"{CHECK}/code/tape_gradients/exercise.yml", "tape_gradients", "tape_gradient"),
        "starter.py:1: it does not define tape_gradient",
    ),
    "the same exercise in both forms": (
        lambda root: change(root, f"{CHECK}/form-b.yml", "exercise: graph_gradients", "exercise: tape_gradients"),
        "form A uses “tape_gradients” already",
    ),
    "a second form before the session": (
        lambda root: shutil.copy(root / f"{READY}/form-a.yml", root / f"{READY}/form-b.yml"),
        "a pre-session check has one form",
    ),
    "a broken formula": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "$v = (1, 4, 2)$", "$\\frac$"),
        "form-a.yml:7:",
    ),
    "a rubric with a gap": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "- level: 1", "- level: 5"),
        "levels count 0, 1, 2",
    ),
    "mastered from nowhere": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "mastered_from: 2", "mastered_from: 7"),
        "one of the levels above 0",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_mistake_is_named_with_its_place(pack: Path, name: str) -> None:
    spoil, expected = BREAKS[name]

    spoil(pack)

    assert any(expected in problem for problem in problems(pack)), problems(pack)


def test_many_mistakes_are_named_at_once(pack: Path) -> None:
    change(pack, f"{CHECK}/form-a.yml", 'answer: "35"', 'answer: "3S"')
    change(pack, f"{CHECK}/form-b.yml", "points: 1", "points: 2")

    assert len(problems(pack)) == 2


def test_loading_stores_what_a_worker_and_a_page_need(db: None) -> None:
    version = loading.load(SHIPPED_PACK, by=None)

    check = CheckVersion.objects.get(version=version, for_check__slug="gradients-mastery")
    asked = questions.form_of(check, "A")
    engine = next(question for question in asked if question.slug == "a-engine")
    assert check.forms == ["A", "B"]
    assert len(asked) == 12
    assert "<math" in asked[0].prompt_html
    assert engine.exercise is not None
    assert "def tape_gradients" in engine.exercise.reference
    assert "mutants" not in check.specification["forms"]["A"][5]["exercise"]


@pytest.mark.sandbox
def test_run_checks_names_a_mutant_that_is_not_caught(pack: Path) -> None:
    code = pack / f"{CHECK}/code"
    for folder in code.iterdir():
        if folder.name != "tape_gradients":
            shutil.rmtree(folder)
    mutant = next((code / "tape_gradients" / "mutants").glob("*.py"))
    mutant.write_text((code / "tape_gradients" / "reference.py").read_text(encoding="utf-8"), encoding="utf-8")
    report = Report()

    SECTION.run_checks(Folder(pack, report), report)

    assert any(f"mutant {mutant.stem} is not caught" in problem.message for problem in report.ordered())
