from dataclasses import replace
from pathlib import Path

import pytest

from mastery.grading.code import Exercise, ExerciseError, Limits, Tolerance
from tests.mastery.grading.exercises import CASES, MUTANTS, REFERENCE, SOFTMAX, STARTER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"starter": STARTER, "reference": REFERENCE, "cases": CASES}
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "mutants").mkdir()
    for name, text in MUTANTS.items():
        (tmp_path / "mutants" / f"{name}.py").write_text(text)
    (tmp_path / "exercise.yml").write_text("function: softmax_rows\nstatement: Do it.\n")
    return tmp_path


def test_from_folder_reads_the_files(folder: Path) -> None:
    assert Exercise.from_folder(folder) == SOFTMAX


def test_from_folder_reads_tolerance_and_limits(folder: Path) -> None:
    (folder / "exercise.yml").write_text(
        "function: f\ncompare: {rtol: 1e-3, atol: 0}\nlimits: {wall_seconds: 3, cpu_seconds: 2, memory_mb: 512}"
    )

    exercise = Exercise.from_folder(folder)

    assert exercise.compare == Tolerance(rtol=1e-3, atol=0)
    assert exercise.limits == Limits(wall_seconds=3, cpu_seconds=2, memory_mb=512)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "function: not a name",
        "statement: no function",
        "function: f\ncompare: {tolerance: 1}",
        "function: f\ncompare: {rtol: -1}",
        "function: f\ncompare: {rtol: .nan}",
        "function: f\ncompare: {rtol: much}",
        "function: f\ncompare: [1]",
        "function: f\nlimits: {wall_seconds: 1000}",
        "function: f\nlimits: {memory_mb: 1}",
        "function: f\nlimits: {cpu_seconds: 1.5}",
        "function: [",
    ],
)
def test_from_folder_refuses_bad_settings(folder: Path, text: str) -> None:
    (folder / "exercise.yml").write_text(text)

    with pytest.raises(ExerciseError):
        Exercise.from_folder(folder)


@pytest.mark.parametrize("name", ["exercise.yml", "starter.py", "reference.py", "cases.py"])
def test_from_folder_names_the_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(ExerciseError, match=name):
        Exercise.from_folder(folder)


def test_digest_changes_with_all_that_changes_a_grade() -> None:
    others = [
        replace(SOFTMAX, function="f"),
        replace(SOFTMAX, reference=""),
        replace(SOFTMAX, cases=""),
        replace(SOFTMAX, compare=Tolerance(rtol=1)),
        replace(SOFTMAX, limits=Limits(cpu_seconds=1)),
    ]

    assert len({exercise.digest for exercise in [SOFTMAX, *others]}) == 6


def test_digest_stays_when_only_the_starter_changes() -> None:
    assert replace(SOFTMAX, starter="# hello").digest == SOFTMAX.digest
