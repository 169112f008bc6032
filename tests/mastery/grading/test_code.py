import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mastery.grading import cases, selftest
from mastery.grading.availability import Availability
from mastery.grading.code import (
    ErrorKind,
    ExerciseFault,
    HiddenCount,
    Limits,
    OutOfPatience,
    PreparedCases,
    SandboxUnavailable,
    Verdict,
    check_exercise,
    grade,
    prepare,
)
from mastery.grading.selftest import Probe, SelfTestReport
from tests.mastery.grading.exercises import MUTANTS, QUICK, REFERENCE, SEED, SOFTMAX, STARTER

pytestmark = pytest.mark.sandbox


def test_right_solution_passes() -> None:
    result = grade(REFERENCE, SOFTMAX, SEED)

    assert (result.verdict, result.error_kind, result.message) == (Verdict.PASSED, ErrorKind.NONE, "")
    assert result.hidden == (HiddenCount("random", 2, 2), HiddenCount("large values", 1, 1))
    assert 0 < result.seconds < 10
    assert result.peak_memory_mb is not None
    assert 10 < result.peak_memory_mb < 1024


def test_public_case_shows_inputs_and_output() -> None:
    [shown] = grade(REFERENCE, SOFTMAX, SEED).public

    assert shown.name == "two rows"
    assert shown.inputs == "array([[1., 2.],\n       [3., 5.]])"
    assert shown.output == "array([[0.268941, 0.731059],\n       [0.119203, 0.880797]])"
    assert (shown.passed, shown.message) == (True, "")


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_not_yet(name: str) -> None:
    result = grade(MUTANTS[name], SOFTMAX, SEED)

    assert result.verdict is Verdict.NOT_YET
    assert result.message.startswith("Right on ")


def test_wrong_on_hidden_cases_only_names_the_category_alone() -> None:
    result = grade(MUTANTS["overflows"], SOFTMAX, SEED)

    assert result.message == "Right on 1 of 1 public and 2 of 3 hidden cases."
    assert result.hidden == (HiddenCount("random", 2, 2), HiddenCount("large values", 0, 1))


def test_grade_never_holds_an_expected_value_of_a_hidden_case() -> None:
    prepared = prepare(SOFTMAX, SEED)
    hidden = [case for case in prepared.cases if case.is_hidden]

    shown = repr(grade(MUTANTS["columns"], SOFTMAX, SEED, prepared))

    numbers = [f"{value:.4f}"[1:] for case in hidden for value in np.ravel(case.expected)]
    assert not [number for number in numbers if number in shown]
    assert not [case.name for case in hidden if case.name in shown]


def test_starter_is_told_what_to_do() -> None:
    result = grade(STARTER, SOFTMAX, SEED)

    assert result.error_kind is ErrorKind.LEARNER_EXCEPTION
    assert result.message == (
        "Your function stopped on the case “two rows”.\nNotImplementedError\nline 4: raise NotImplementedError\n"
        "Replace this line of the starter code by your own."
    )


def test_exception_shows_the_learners_own_lines_only() -> None:
    inner = "import numpy as np\n\ndef inner(x):\n    return np.linalg.inv(x)\n"
    source = inner + "\ndef softmax_rows(x):\n    return inner(x[:1])\n"

    message = grade(source, SOFTMAX, SEED).message

    assert "LinAlgError: Last 2 dimensions of the array must be square" in message
    assert "line 7: return inner(x[:1])\nline 4: return np.linalg.inv(x)" in message
    assert "/" not in message


def test_exception_on_a_hidden_case_names_its_category() -> None:
    source = REFERENCE.replace("    powers =", "    assert x.max() < 500\n    powers =", 1)

    message = grade(source, SOFTMAX, SEED).message

    assert message.startswith("Your function stopped on a hidden case of the category “large values”.\nAssertionError")


def test_time_limit_is_told_with_its_case() -> None:
    source = "import time\n" + REFERENCE.replace("    powers =", "    if x.max() > 500: time.sleep(9)\n    powers =", 1)
    exercise = replace(SOFTMAX, limits=Limits(wall_seconds=0.3))

    result = grade(source, exercise, SEED)

    assert result.error_kind is ErrorKind.LEARNER_TIMEOUT
    assert result.message.startswith(
        "Your code took longer than 0.3 s on a hidden case of the category “large values”."
    )
    assert result.public[0].passed


@pytest.mark.parametrize("before", ["", "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"])
def test_computing_time_is_limited_too(before: str) -> None:
    exercise = replace(SOFTMAX, limits=Limits(wall_seconds=30, cpu_seconds=1))

    result = grade(before + "def softmax_rows(x):\n    while True: pass\n", exercise, SEED)

    assert result.error_kind is ErrorKind.LEARNER_TIMEOUT
    assert result.message.startswith("Your code used more than 1 s of computing time on the case “two rows”.")


def test_printed_text_is_shown_cleaned_and_cut() -> None:
    result = grade("print('\\x1b[31mhello\\0')\nprint('x' * 100_000)\n" + REFERENCE, SOFTMAX, SEED)

    assert result.verdict is Verdict.PASSED
    assert result.output.startswith("hello\nxxx")
    assert len(result.output) < 66_000
    assert result.is_output_cut


def test_what_was_printed_before_a_time_out_is_kept() -> None:
    exercise = replace(SOFTMAX, limits=Limits(wall_seconds=0.3))

    result = grade("print('here')\nwhile True: pass", exercise, SEED)

    assert result.output == "here\n"


@pytest.mark.parametrize(
    "source", [REFERENCE.encode(), b"\xef\xbb\xbf" + REFERENCE.encode(), REFERENCE.replace("\n", "\r\n")]
)
def test_source_may_come_as_editors_save_it(source: str | bytes) -> None:
    assert grade(source, SOFTMAX, SEED).verdict is Verdict.PASSED


def test_source_in_another_encoding_is_refused() -> None:
    result = grade("# é\n".encode("latin-1"), SOFTMAX, SEED)

    assert result.message == "Your code is not UTF-8 text. Save the file as UTF-8. Nothing was run."


def test_each_case_gets_its_own_arguments() -> None:
    source = REFERENCE.replace("    return powers /", "    x[:] = 0\n    np.add = None\n    return powers /")

    assert grade(source, SOFTMAX, SEED).verdict is Verdict.PASSED


def test_same_seed_same_cases_other_seed_other_cases() -> None:
    first, again, other = prepare(SOFTMAX, 1), prepare(SOFTMAX, 1), prepare(SOFTMAX, 2)

    assert first.to_bytes() == again.to_bytes()
    assert first.to_bytes() != other.to_bytes()


def test_prepared_cases_can_be_kept_and_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = prepare(SOFTMAX, SEED).to_bytes()
    monkeypatch.setattr(cases, "ask", None)

    result = grade(REFERENCE, SOFTMAX, SEED, PreparedCases.from_bytes(kept))

    assert result.verdict is Verdict.PASSED


def test_prepared_cases_of_another_seed_are_refused() -> None:
    with pytest.raises(ValueError, match="another exercise or seed"):
        grade(REFERENCE, SOFTMAX, SEED + 1, prepare(SOFTMAX, SEED))


def test_kept_cases_that_are_damaged_are_refused() -> None:
    with pytest.raises(ExerciseFault):
        PreparedCases.from_bytes(b"[]")


HIDDEN = "\ndef hidden(rng):\n    return [{'name': 'a', 'category': 'b', 'args': [rng.normal(size=(1, 2))]}]\n"
FORGED = "import os\nfor fd in range(3, 300):\n    try: os.write(fd, b'[1]\\n')\n    except OSError: pass"
BROKEN_CASES = {
    "syntax": ("PUBLIC = [", ErrorKind.GRADER_CRASHED),
    "no public": (HIDDEN, ErrorKind.GRADER_CRASHED),
    "no hidden": ("PUBLIC = []", ErrorKind.GRADER_CRASHED),
    "no cases": ("PUBLIC = []\ndef hidden(rng): return []", ErrorKind.GRADER_BAD_CASES),
    "public only": (
        "import numpy as np\nPUBLIC = [{'name': 'a', 'args': [np.ones((1, 1))]}]\ndef hidden(rng): return []",
        ErrorKind.GRADER_BAD_CASES,
    ),
    "name": ("PUBLIC = []" + HIDDEN.replace("'a'", "''"), ErrorKind.GRADER_BAD_CASES),
    "category": ("PUBLIC = []" + HIDDEN.replace("'b'", "3"), ErrorKind.GRADER_BAD_CASES),
    "too many": ("PUBLIC = []" + HIDDEN.replace("}]\n", "}] * 100\n"), ErrorKind.GRADER_BAD_CASES),
    "arguments too large": ("PUBLIC = []" + HIDDEN.replace("(1, 2)", "(1000, 1000)"), ErrorKind.GRADER_CRASHED),
    "arguments too large together": (
        "PUBLIC = []" + HIDDEN.replace("(1, 2)", "(200, 100)").replace("}]\n", "}] * 30\n"),
        ErrorKind.GRADER_CRASHED,
    ),
    "reads a file": ("open('/etc/passwd')", ErrorKind.GRADER_CRASHED),
    "forks": ("import os; os.fork()", ErrorKind.GRADER_CRASHED),
    "leaves": ("import os; os._exit(0)", ErrorKind.GRADER_CRASHED),
    "never ends": ("while True: pass", ErrorKind.GRADER_CRASHED),
    "forges": (
        "import os\nfor fd in range(3, 300):\n    try: os.write(fd, b'[1]\\n')\n    except OSError: pass",
        ErrorKind.GRADER_BAD_CASES,
    ),
}


@pytest.mark.parametrize("name", BROKEN_CASES)
def test_broken_exercise_never_counts_against_the_learner(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    source, kind = BROKEN_CASES[name]
    monkeypatch.setattr(cases, "AUTHOR_LIMITS", Limits(wall_seconds=1.5))

    result = grade(REFERENCE, replace(SOFTMAX, cases=source), SEED)

    assert (result.verdict, result.error_kind) == (Verdict.VOID, kind), result
    assert result.message == "This exercise could not be graded. This is our fault and does not count."
    assert result.detail


@pytest.mark.parametrize("reference", ["", "def softmax_rows(x): return x.nothing", "def softmax_rows(x): return {1}"])
def test_broken_reference_never_counts_against_the_learner(reference: str) -> None:
    result = grade(REFERENCE, replace(SOFTMAX, reference=reference), SEED)

    assert result.verdict is Verdict.VOID
    assert result.error_kind in {ErrorKind.GRADER_CRASHED, ErrorKind.GRADER_BAD_CASES}


def test_check_finds_nothing_wrong_with_a_good_exercise() -> None:
    assert check_exercise(SOFTMAX, [1, 2]) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mutants": {}}, "0 mutants: at least three are needed"),
        ({"mutants": {**MUTANTS, "right": REFERENCE}}, "seed 1: mutant right is not caught: passed"),
        ({"mutants": {**MUTANTS, "typo": "def f(:"}}, "seed 1: mutant typo does not run: Your code stopped before"),
        ({"starter": REFERENCE}, "seed 1: starter.py is not caught: passed"),
        ({"reference": "import os\n" + REFERENCE.rstrip() + " + os.urandom(1)[0]"}, "seed 1: two runs made different"),
        ({"reference": REFERENCE.rstrip() + " + hash('a string')"}, "seed 1: two runs made different"),
        ({"cases": ""}, "seed 1: the author's code stopped: KeyError: 'PUBLIC'"),
    ],
)
def test_check_names_what_is_wrong(change: dict[str, Any], problem: str) -> None:
    found = check_exercise(replace(SOFTMAX, **change), [1])

    assert any(line.startswith(problem) for line in found), found


def test_nothing_runs_where_the_machine_has_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "availability", lambda: Availability(ok=False, reason="no bubblewrap"))

    with pytest.raises(SandboxUnavailable, match="no bubblewrap"):
        grade(REFERENCE, SOFTMAX, SEED)


def test_nothing_runs_where_the_box_did_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    leaky = SelfTestReport((Probe("network", held=False, detail="got through"),))
    monkeypatch.setattr(selftest, "_tested", lambda _hour: leaky)

    with pytest.raises(SandboxUnavailable, match="network"):
        grade(REFERENCE, SOFTMAX, SEED)


def test_grade_is_all_or_nothing_for_the_ledger() -> None:
    assert grade(REFERENCE, SOFTMAX, SEED).as_grade().share == 1
    assert grade(STARTER, SOFTMAX, SEED).as_grade().share == 0


def test_library_loads_without_settings() -> None:
    code = "import mastery.grading.code; from django.conf import settings; assert not settings.configured"

    subprocess.run([sys.executable, "-c", code], env={}, check=True)


FRIENDLY = """
import collections, dataclasses, datetime, decimal, functools, hashlib, itertools
import json, math, random, re, statistics, time, typing, warnings
import numpy as np

@dataclasses.dataclass
class Sums:
    total: float

def softmax_rows(x):
    rng = np.random.default_rng()
    rng.normal(size=1000).sum(), random.random(), time.time(), time.sleep(0.001), datetime.datetime.now()
    np.linalg.svd(rng.normal(size=(200, 200))), np.linalg.solve(np.eye(300), np.ones(300)), np.fft.fft(np.ones(1024))
    rng.normal(size=(500, 500)) @ rng.normal(size=(500, 500)), np.einsum("ij,jk->ik", np.eye(3), np.eye(3))
    np.sort(rng.integers(0, 9, size=100_000)), np.unique([1, 1]), hashlib.sha256(b"x").hexdigest(), json.dumps([1])
    with open("/tmp/notes.txt", "w") as file:
        file.write("scratch")
    print(open("/tmp/notes.txt").read(), decimal.Decimal("0.1"), statistics.mean([1, 2]), repr(x), Sums(1.0))
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
"""


def test_ordinary_numpy_work_meets_no_wall() -> None:
    result = grade(FRIENDLY, SOFTMAX, SEED)

    assert result.verdict is Verdict.PASSED, result
    assert result.output.startswith("scratch 0.1 1.5 array(")


def test_who_is_asked_to_be_impatient_gives_up_before_the_limit() -> None:
    waits = REFERENCE.replace("    powers", "    import time; time.sleep(30)\n    powers", 1)
    began = time.monotonic()

    with pytest.raises(OutOfPatience):
        grade(waits, SOFTMAX, SEED, patience=0.3)

    assert time.monotonic() - began < 5
    assert grade(REFERENCE, SOFTMAX, SEED, patience=5.0).verdict is Verdict.PASSED


def test_patience_beyond_the_limit_changes_nothing() -> None:
    waits = REFERENCE.replace("    powers", "    import time; time.sleep(30)\n    powers", 1)

    assert grade(waits, QUICK, SEED, patience=20.0).error_kind is ErrorKind.LEARNER_TIMEOUT
