from dataclasses import replace

import pytest

from mastery.grading.code import Exercise, ExerciseError, Limits, Tolerance
from tests.mastery.grading.exercises import CASES, MUTANTS, REFERENCE, SOFTMAX, STARTER

PROGRAMS = {"starter": STARTER, "reference": REFERENCE, "cases": CASES}


def test_from_texts_takes_the_programs() -> None:
    assert Exercise.from_texts({"function": "softmax_rows"}, PROGRAMS, MUTANTS) == SOFTMAX


def test_from_texts_takes_tolerance_and_limits() -> None:
    settings = {
        "function": "f",
        "compare": {"rtol": 1e-3, "atol": 0},
        "limits": {"wall_seconds": 3, "cpu_seconds": 2, "memory_mb": 512},
    }

    exercise = Exercise.from_texts(settings, PROGRAMS, MUTANTS)

    assert exercise.compare == Tolerance(rtol=1e-3, atol=0)
    assert exercise.limits == Limits(wall_seconds=3, cpu_seconds=2, memory_mb=512)


@pytest.mark.parametrize(
    "wrong",
    [
        {"function": "not a name"},
        {"function": ""},
        {"function": "f", "compare": {"rtol": -1}},
        {"function": "f", "compare": {"rtol": float("nan")}},
        {"function": "f", "limits": {"wall_seconds": 1000}},
        {"function": "f", "limits": {"memory_mb": 1}},
        {"function": "f", "limits": {"cpu_seconds": 1.5}},
    ],
)
def test_from_texts_refuses_bad_settings(wrong: dict[str, object]) -> None:
    with pytest.raises(ExerciseError):
        Exercise.from_texts(wrong, PROGRAMS, MUTANTS)


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
