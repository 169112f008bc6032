"""What grading costs: one function in the box, and the way from the submit button to the grade.

python -m tests.benchmarks.grading cost|wait FILE
"""

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django comes first
from django.utils import timezone  # noqa: E402

from mastery import attempts, questions  # noqa: E402
from mastery.choices import CheckKind, JobState, QuestionKind  # noqa: E402
from mastery.grading import code  # noqa: E402
from mastery.grading.interpreter import find_interpreter  # noqa: E402
from mastery.models import Attempt, Check, CheckVersion  # noqa: E402
from whitebox.people import membership as memberships  # noqa: E402
from whitebox.people.choices import Role  # noqa: E402
from whitebox.people.models import Cohort, Membership, User  # noqa: E402

TIMES, SUBMISSIONS = 30, 10
POLL = 0.002  # seconds
PATIENCE = 60.0  # seconds for one grade
REFERENCE = "import numpy as np\n\n\ndef double(x):\n    return 2 * np.asarray(x)\n"
CASES = """\
import numpy as np

PUBLIC = [{"name": "ones", "args": [np.ones(3)]}]


def hidden(rng):
    return [{"name": f"row {n}", "category": "random", "args": [rng.normal(size=8)]} for n in range(6)]
"""
TRIVIAL = code.Exercise("double", starter="", reference=REFERENCE, cases=CASES)


def cost() -> dict[str, Any]:
    """Grade a trivial submission and start the bare interpreter, by turns; seconds."""
    packages = Path(find_interpreter().packages)  # .sandbox/lib/python3.x/site-packages, the very ones of the box
    python = str(packages.parents[2] / "bin" / "python")
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: subprocess.run([python, "-c", "import numpy"], check=True),
        "isolated": lambda: _graded(fast=False),
        "forked": lambda: _graded(fast=True),
    }
    for way in ways.values():
        way()
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(TIMES):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - began)
    return taken


def _graded(*, fast: bool) -> None:
    settings.SANDBOX_ZYGOTE = fast
    grade = code.grade(REFERENCE, TRIVIAL, 1)
    if grade.verdict is not code.Verdict.PASSED:
        raise SystemExit(f"The right solution did not pass: {grade.verdict}")


def wait() -> dict[str, Any]:
    """Submit attempts to an idle worker and watch the database for the grade; seconds."""
    cohort = Cohort.objects.get(slug="demo")
    Cohort.objects.filter(pk=cohort.pk).update(seats=100)
    shipped = CheckVersion.objects.select_related("for_check__module").get(
        for_check__slug="gradients-mastery", version__adoptions__cohort=cohort
    )
    checks = {"one function": _trivial_check(shipped), "the mastery check of week 1": shipped}
    taken: dict[str, list[float]] = {name: [] for name in checks}
    for turn in range(SUBMISSIONS + 1):
        for name, check in checks.items():
            seconds = _submit(_participant(cohort), check)
            if turn:  # The first one also waits for the worker to start.
                taken[name].append(seconds)
    return taken


def _trivial_check(like: CheckVersion) -> CheckVersion:
    """Return a check of one item on the module and an objective of `like`."""
    check = Check.objects.create(module=like.for_check.module, slug="bench", kind=CheckKind.PRE_SESSION)
    stored = next(one for one in like.specification["forms"]["A"] if one["kind"] == QuestionKind.CODE)
    exercise = stored["exercise"] | {"function": "double", "starter": "", "reference": REFERENCE, "cases": CASES}
    item = stored | {"slug": "double", "exercise": exercise}
    return CheckVersion.objects.create(
        for_check=check,
        version=like.version,
        digest="0" * 64,
        title="Double",
        minutes=1,
        forms=["A"],
        specification=like.specification | {"forms": {"A": [item]}},
    )


def _participant(cohort: Cohort) -> Membership:
    user = User.objects.create_user(f"{uuid.uuid4().hex}@demo.test", name="Learner")
    return memberships.enrol(user, cohort, Role.PARTICIPANT, by=None, reason="Accepted the offer.")


def _submit(membership: Membership, check: CheckVersion) -> float:
    """Start, answer and submit an attempt; return the seconds from the submission to the end of its grading job."""
    attempt = attempts.start(membership, check, token=uuid.uuid4().hex, by=membership.user)
    answers: dict[str, attempts.Value] = {
        question.slug: question.exercise.reference
        for question in questions.of_attempt(attempt)
        if question.exercise is not None
    }
    began = time.perf_counter()
    attempts.submit(attempt, answers, by=membership.user)
    _await_grade(attempt)
    taken = time.perf_counter() - began
    time.sleep(0.3)  # Let the worker become idle.
    return taken


def _await_grade(attempt: Attempt) -> None:
    deadline = time.monotonic() + PATIENCE
    while (state := attempt.jobs.values_list("state", flat=True).get()) != JobState.DONE:
        if time.monotonic() > deadline or state not in {JobState.QUEUED, JobState.LEASED}:
            raise SystemExit(f"The grade did not come by {timezone.now():%H:%M:%S}: the job is {state}.")
        time.sleep(POLL)


def main(which: str, file: Path) -> None:
    available = code.availability()
    if not available.ok:
        file.write_text(json.dumps({"unavailable": available.reason}))
        return
    file.write_text(json.dumps({"cost": cost, "wait": wait}[which]()))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
