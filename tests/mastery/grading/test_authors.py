"""An author's program that stays: quick, and never another answer than a program begun anew."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mastery.grading import authors, cases
from mastery.grading.authors import Authors
from mastery.grading.cases import ExerciseFault
from mastery.grading.code import Limits, Verdict, check_exercise, grade, prepare
from mastery.grading.exercise import Exercise
from mastery.grading.interpreter import find_interpreter
from mastery.grading.selftest import author_box, isolated_box
from mastery.grading.zygote import Nursery
from tests.mastery.grading.exercises import CASES, REFERENCE, SOFTMAX

pytestmark = pytest.mark.sandbox

OPEN = Path("/proc/self/fd")
COUNTS = "import numpy\nnumpy.left = getattr(numpy, 'left', 0) + 1\n"  # what outlives a program, but not a process


class Watched:
    """A fast box that counts what is begun in it."""

    is_whole = False

    def __init__(self) -> None:
        self.nursery, self.begun = Nursery(find_interpreter()), 0

    def start(self, script: str, limits: Limits) -> Any:
        self.begun += 1
        return self.nursery.start(script, limits)


@pytest.fixture
def box() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.nursery.close()


def with_cases(before: str, name: str = "'three rows'") -> Exercise:
    return replace(SOFTMAX, cases=before + CASES.replace('"three rows"', name))


def test_one_program_serves_many_seeds_and_says_what_a_box_made_anew_says(box: Watched) -> None:
    kept = Authors(box)

    for seed in range(5):
        assert kept.prepare(SOFTMAX, seed).to_bytes() == cases.prepare(SOFTMAX, seed, isolated_box()).to_bytes()
    assert box.begun == 1


def test_a_seed_finds_nothing_that_an_earlier_one_left_in_the_programs(box: Watched) -> None:
    kept = Authors(box)
    grows = replace(
        SOFTMAX,
        cases="seen = []\n"
        + CASES.replace("return [", "seen.append(1)\n    return [").replace('"three rows"', "f'{len(seen)}'"),
        reference="calls = []\n"
        + REFERENCE.replace("    powers = ", "    calls.append(1); powers = ", 1).replace(
            "return powers / ", "return len(calls) * powers / "
        ),
    )

    assert kept.prepare(grows, 7).to_bytes() == kept.prepare(grows, 7).to_bytes()


def test_checking_finds_an_exercise_that_remembers_past_its_programs() -> None:
    remembers = with_cases(COUNTS, "f'{numpy.left}'")

    assert any("two runs made different cases" in one for one in check_exercise(remembers, range(3)))


def test_several_files_are_imported_anew_for_each_seed(box: Watched) -> None:
    several = replace(
        SOFTMAX,
        files=("main.py", "helper.py"),
        reference=f"# file: main.py\nimport helper\n{REFERENCE}# file: helper.py\nX = 1\n",
    )
    kept = Authors(box)

    assert kept.prepare(several, 1).to_bytes() == kept.prepare(several, 1).to_bytes()
    assert box.begun == 2


@pytest.mark.parametrize(("name", "value"), [("SEEDS", 2), ("SECONDS", 0.0)])
def test_program_is_begun_anew_from_time_to_time(
    box: Watched, monkeypatch: pytest.MonkeyPatch, name: str, value: float
) -> None:
    monkeypatch.setattr(authors, name, value)
    kept = Authors(box)

    for seed in range(4):
        kept.prepare(SOFTMAX, seed)

    assert box.begun == (2 if name == "SEEDS" else 4)


def test_only_the_programs_used_last_stay(box: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors, "KEPT", 2)
    kept = Authors(box)
    first, second, third = (with_cases(f"NUMBER = {number}\n") for number in range(3))
    descriptors = len(list(OPEN.iterdir()))

    for exercise in (first, second, third, second, first):
        kept.prepare(exercise, 1)

    assert box.begun == 4  # the first one had gone
    kept.close()
    assert len(list(OPEN.iterdir())) <= descriptors + 1  # the way to the zygote


def test_program_that_went_with_its_zygote_is_begun_anew(box: Watched) -> None:
    kept = Authors(box)
    kept.prepare(SOFTMAX, 1)
    box.nursery.close()
    time.sleep(0.5)  # A killed process may live a moment longer.

    assert kept.prepare(SOFTMAX, 2).to_bytes() == cases.prepare(SOFTMAX, 2, isolated_box()).to_bytes()
    assert box.begun == 2


def test_program_that_fails_late_does_not_break_the_exercise() -> None:
    late = with_cases(f"{COUNTS}if numpy.left > 2: raise SystemExit\n")

    for seed in range(5):
        assert grade(REFERENCE, late, seed).verdict is Verdict.PASSED


def test_what_a_program_cannot_answer_is_told_and_not_kept(box: Watched) -> None:
    kept = Authors(box)

    for _time in range(2):
        with pytest.raises(ExerciseFault, match="ValueError: no"):
            kept.prepare(with_cases("raise ValueError('no')\n"), 1)
    assert box.begun == 2


def test_answer_to_another_seed_is_refused(box: Watched) -> None:
    frames = b'["case","one","a",[1],2]\n["end",99]\n'
    forged = with_cases(f"import os\nos.write(4, {frames!r})\n")

    with pytest.raises(ExerciseFault):
        Authors(box).prepare(forged, 1)


def test_renewed_zygote_does_not_wait_for_programs_that_stay(box: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mastery.grading.zygote.RUNS", 2)
    kept = Authors(box)
    before = box.nursery._zygote()
    kept.prepare(SOFTMAX, 1)
    with box.nursery.start("learner", Limits()):
        pass

    assert box.nursery._zygote() is not before
    assert kept.prepare(SOFTMAX, 2).seed == 2


def test_each_thread_keeps_its_own() -> None:
    box = author_box()
    others: list[Authors] = []

    def look() -> None:
        prepare(SOFTMAX, 3)
        others.append(authors.of_thread(box))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert authors.of_thread(box) is authors.of_thread(box)
    assert others != [authors.of_thread(box)]


def test_a_process_that_was_forked_leaves_the_programs_alone(box: Watched) -> None:
    kept = Authors(box)
    kept.prepare(SOFTMAX, 1)
    kept._owner -= 1  # as if this process had been forked since

    assert kept.prepare(SOFTMAX, 2).seed == 2
    assert box.begun == 2
