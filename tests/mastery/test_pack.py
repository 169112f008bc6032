"""Every rule of a pack's checks, each broken once in a copy of the shipped pack."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from mastery import check_files, questions
from mastery.models import CheckVersion
from mastery.pack import SECTION
from tests.factories.people import CohortFactory
from whitebox.packs import exporting, loading
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


def test_shared_helpers_stand_before_the_cases_of_each_exercise(pack: Path) -> None:
    (pack / f"{CHECK}/code/shared.py").write_text("def helper():\n    return 1", encoding="utf-8")
    report = Report()

    modules = check_files.read(Folder(pack, report), report)

    made = {path: one.exercise.cases for path, one in check_files.exercises(modules).items()}
    beside = {path: cases for path, cases in made.items() if path.startswith(CHECK)}
    assert len(beside) == 6
    assert all(cases.startswith("def helper():\n    return 1\n\n") for cases in beside.values())


def keep_two_mutants(folder: Path) -> None:
    for file in sorted(folder.glob("*.py"))[2:]:
        file.unlink()


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "one form": (lambda root: (root / f"{CHECK}/form-b.yml").unlink(), "check.yml:3: a mastery check needs two"),
    "other points": (lambda root: change(root, f"{CHECK}/form-b.yml", "points: 1", "points: 2"), " points, in form A "),
    "other kind": (
        lambda root: change(root, f"{CHECK}/form-b.yml", "kind: code", "kind: written"),
        "“autodiff-engine” is asked by written, in form A by code",
    ),
    "other objective": (
        lambda root: change(root, f"{CHECK}/form-b.yml", "objective: chain-rule", "objective: reverse-mode"),
        "“chain-rule” is asked by nothing, in form A by ",
    ),
    "a dead link": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "prompt: |\n", "prompt: |\n      See [this](../x.md).\n"),
        "form-a.yml:7: the link to ../x.md leads nowhere",
    ),
    "a form of a strange name": (
        lambda root: (root / f"{CHECK}/form-b.yml").rename(root / f"{CHECK}/form-b-2.yml"),
        "form-b-2.yml:1: a form is named by",
    ),
    "a step of time that is no number": (
        lambda root: change(root, f"{CHECK}/code/tape_gradients/exercise.yml", "compare: {", "compare: {rtol: .nan, "),
        "exercise.yml:",
    ),
    "an oral item without its questions": (
        lambda root: change(root, f"{CHECK}/form-a.yml", "kind: numeric", "kind: oral"),
        "an item of kind oral needs “bank”",
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


def test_forms_may_ask_in_another_order(pack: Path) -> None:
    file = pack / f"{CHECK}/form-b.yml"
    head, *items = file.read_text(encoding="utf-8").split("\n  - slug: ")
    file.write_text("\n  - slug: ".join([head, *reversed(items)]), encoding="utf-8")

    assert problems(pack) == []


TALKS = "modules/02-transformer-from-scratch"
TALK_CHECK = f"{TALKS}/checks/transformer-mastery"
BANK = f"{TALK_CHECK}/oral/residual-stream.yml"


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """The module of the shipped pack that has a talk, to be broken."""
    root = tmp_path / "talks"
    shutil.copytree(SHIPPED_PACK / TALKS, root / TALKS)
    return root


def fewer_questions(root: Path) -> None:
    file = root / BANK
    head, *rest = file.read_text(encoding="utf-8").split("\n  - slug: ")
    rubric = rest[-1][rest[-1].index("\nrubric:") :]
    file.write_text("\n  - slug: ".join([head, *rest[:2]]) + rubric, encoding="utf-8")


TALK_BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such questions": (
        lambda root: (root / BANK).rename(root / BANK.replace("residual-stream", "stream")),
        "there are no complete questions in oral/residual-stream.yml",
    ),
    "questions of another objective": (
        lambda root: change(root, BANK, "objective: trace-residual-stream", "objective: embed-tokens"),
        "oral/residual-stream.yml asks for “embed-tokens”, this item for “trace-residual-stream”",
    ),
    "too few questions": (fewer_questions, "oral/residual-stream.yml:3: 2 questions: at least 3 are needed"),
    "a question twice": (
        lambda root: change(root, BANK, "slug: is-block-two-gone", "slug: replace-the-stream"),
        "“replace-the-stream” stands here twice",
    ),
    "a gap in the rubric": (lambda root: change(root, BANK, "level: 1", "level: 3"), "levels count 0, 1, 2"),
    "a level that is none": (lambda root: change(root, BANK, "mastered_from: 2", "mastered_from: 9"), "levels above 0"),
    "no rubric": (lambda root: change(root, BANK, "rubric:", "rubrics:"), "residual-stream.yml:"),
    "a dead link in a question": (
        lambda root: change(root, BANK, "A friend wants", "A [friend](../x.md) wants"),
        "the link to ../x.md leads nowhere",
    ),
    "a rubric at the item": (
        lambda root: change(
            root, f"{TALK_CHECK}/form-a.yml", "bank: residual-stream", "bank: residual-stream\n    words: 9"
        ),
        "an item of kind oral has no “words”",
    ),
}


@pytest.mark.parametrize("name", TALK_BREAKS)
def test_each_mistake_in_the_questions_of_a_talk_is_named(talks: Path, name: str) -> None:
    assert problems(talks) == []
    breaking, message = TALK_BREAKS[name]

    breaking(talks)

    assert any(message in problem for problem in problems(talks))


def test_a_talk_s_questions_are_loaded_with_their_item_and_come_out_again(db: None, tmp_path: Path) -> None:
    version = loading.load(SHIPPED_PACK, by=None)
    cohort = CohortFactory.create()
    loading.adopt(cohort, version, by=None)

    check = CheckVersion.objects.get(version=version, for_check__slug="transformer-mastery")
    asked = [questions.one_of(questions.form_of(check, form), f"{form.lower()}-stream-talk") for form in "AB"]
    exporting.export(cohort, tmp_path / "out")
    again = loading.load(tmp_path / "out", by=None)

    assert [one.kind for one in asked if one] == ["oral", "oral"]
    assert asked[0] is not None
    assert (asked[0].bank, len(asked[0].talk), len(asked[0].rubric)) == ("residual-stream", 5, 3)
    assert "<math" in asked[0].talk[0].html
    assert "logits" in asked[0].talk[0].listen_for_html
    assert (tmp_path / "out" / BANK).read_bytes() == (SHIPPED_PACK / BANK).read_bytes()
    assert again == version


ONE_FORM = """\
items:
  - slug: sum
    objective: {first}
    kind: numeric
    points: 5
    values: {{n: {{first: 2, last: 40}}, m: ["1", "3"]}}
    prompt: What is $[[n]] + [[m]]$?
    answer: n + m
"""


def generated_only(root: Path) -> None:
    """Leave a mastery check with one form, whose every item is drawn."""
    objectives = re.findall(
        r"^- slug: (.+)$", (root / f"{WEEK}/objectives.yml").read_text(encoding="utf-8"), re.MULTILINE
    )
    items = [ONE_FORM.format(first=one).replace("slug: sum", f"slug: sum-{one}") for one in objectives]
    text = "items:\n" + "".join(item.removeprefix("items:\n") for item in items)
    (root / f"{CHECK}/form-a.yml").write_text(text, encoding="utf-8")
    (root / f"{CHECK}/form-b.yml").unlink()
    shutil.rmtree(root / f"{CHECK}/code")


def test_one_generated_form_is_enough(pack: Path) -> None:
    generated_only(pack)

    assert problems(pack) == []


def test_a_generated_form_is_stored_as_such(db: None, tmp_path: Path) -> None:
    root = tmp_path / "pack"
    shutil.copytree(SHIPPED_PACK, root)
    generated_only(root)
    change(root, f"{CHECK}/check.yml", "kind: mastery", "kind: mastery\ntime_limit: 30\none_item_a_page: true")

    version = loading.load(root, by=None)

    check = CheckVersion.objects.get(version=version, for_check__slug="gradients-mastery")
    assert (check.forms, check.generated, check.time_limit, check.is_paged) == (["A"], ["A"], 30, True)
    first, other = (questions.form_of(check, "A", seed)[0] for seed in (1, 2))
    assert first.prompt_html != other.prompt_html
    assert "[[" not in first.prompt_html


def test_values_without_enough_draws_are_named_with_their_line(pack: Path) -> None:
    generated_only(pack)
    change(pack, f"{CHECK}/form-a.yml", "{first: 2, last: 40}", "{first: 2, last: 3}")

    assert problems(pack) == [f"{CHECK}/form-a.yml:6: fewer than 20 different questions: {OFTEN}"]


OFTEN = "two attempts would often meet the same"
PATTERNS = {
    "(a|aa)+b": "this pattern takes too long on some answers",
    "re(lu": "this is no regular expression",
    ".*": "this pattern fits any answer",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_bad_pattern_is_named(pack: Path, pattern: str) -> None:
    generated_only(pack)
    change(
        pack,
        f"{CHECK}/form-a.yml",
        "kind: numeric",
        f"kind: short\n    patterns: ['{pattern}']\n    accepted: ['[[n]]']",
    )
    change(pack, f"{CHECK}/form-a.yml", "    answer: n + m\n", "")

    assert any(PATTERNS[pattern] in problem for problem in problems(pack)), problems(pack)


@pytest.mark.sandbox
def test_run_checks_names_a_mutant_that_is_not_caught(pack: Path) -> None:
    code = pack / f"{CHECK}/code"
    for folder in (one for one in code.iterdir() if one.is_dir()):
        if folder.name != "tape_gradients":
            shutil.rmtree(folder)
    mutant = next((code / "tape_gradients" / "mutants").glob("*.py"))
    mutant.write_text((code / "tape_gradients" / "reference.py").read_text(encoding="utf-8"), encoding="utf-8")
    report = Report()

    SECTION.run_checks(Folder(pack, report), report)

    assert any(f"mutant {mutant.stem} is not caught" in problem.message for problem in report.ordered())
