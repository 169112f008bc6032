"""Measure what grading one code item costs, beside a bare interpreter that imports numpy. Run it on an idle machine.

python scripts/measure_sandbox.py [rounds]
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
django.setup()

from django.conf import settings  # noqa: E402  # Django comes first

from mastery.grading.code import Exercise, PreparedCases, Verdict, availability, grade, prepare, self_test  # noqa: E402
from mastery.grading.interpreter import sandbox_folder  # noqa: E402

REFERENCE = "import numpy as np\n\ndef double(x):\n    return 2 * x\n"
CASES = """\
import numpy as np

PUBLIC = [{"name": "ones", "args": [np.ones(3)]}]

def hidden(rng):
    return [{"name": f"row {n}", "category": "random", "args": [rng.normal(size=8)]} for n in range(6)]
"""
EXERCISE = Exercise("double", starter="", reference=REFERENCE, cases=CASES)


def main(rounds: int) -> None:
    python = str(sandbox_folder() / "bin" / "python")
    prepared = prepare(EXERCISE, 1)  # The self-test has been run after this.
    ways: dict[str, Callable[[], object]] = {
        "bare interpreter, import numpy": lambda: subprocess.run([python, "-c", "import numpy"], check=True),  # noqa: S603 - our own words
        "grade in a box made anew": lambda: graded(fast=False),
        "grade there, cases kept": lambda: graded(prepared, fast=False),
        "grade forked from the zygote": lambda: graded(fast=True),
        "self-test": self_test,
        "availability, looked before": availability,
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):  # By turns, so that a busy moment falls on all alike.
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            taken[name].append(1000 * (time.perf_counter() - began))
    bare = statistics.median(taken["bare interpreter, import numpy"])
    for name, times in taken.items():
        median = statistics.median(times)
        sys.stdout.write(f"{name:36} median {median:6.1f} ms  least {min(times):6.1f} ms  {median / bare:.2f} x bare\n")


def graded(prepared: PreparedCases | None = None, *, fast: bool) -> None:
    settings.SANDBOX_ZYGOTE = fast
    found = grade(REFERENCE, EXERCISE, 1, prepared)
    if found.verdict is not Verdict.PASSED:
        raise SystemExit(f"The right solution did not pass: {found.verdict}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
