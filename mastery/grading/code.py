"""Grading of code items: the public face of the box. See docs/sandbox.md for what it protects and how.

`grade` judges one submission, `prepare` makes cases that can be kept for many, `check_exercise` tests an exercise.
"""

import contextlib
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from mastery.grading import authors, cases
from mastery.grading.availability import Availability, availability
from mastery.grading.base import Verdict
from mastery.grading.box import Box
from mastery.grading.cases import ExerciseFault, PreparedCases
from mastery.grading.exercise import Exercise, ExerciseError, Limits, Tolerance
from mastery.grading.interpreter import SandboxUnavailable
from mastery.grading.marking import mark
from mastery.grading.results import CodeGrade, ErrorKind, HiddenCount, PublicResult
from mastery.grading.running import OutOfPatience, run_learner
from mastery.grading.selftest import SelfTestReport, author_box, isolated_box, safe_box, self_test

__all__ = [
    "Availability",
    "CodeGrade",
    "ErrorKind",
    "Exercise",
    "ExerciseError",
    "ExerciseFault",
    "HiddenCount",
    "Limits",
    "OutOfPatience",
    "PreparedCases",
    "PublicResult",
    "SandboxUnavailable",
    "SelfTestReport",
    "Tolerance",
    "Verdict",
    "availability",
    "check_exercise",
    "grade",
    "prepare",
    "safe_box",
    "self_test",
]

SOURCE_BYTES = 200 << 10
OUR_FAULT = _("This exercise could not be graded. This is our fault and does not count.")


def prepare(exercise: Exercise, seed: int) -> PreparedCases:
    """Make the cases of one seed and their answers. Raises ExerciseFault or SandboxUnavailable."""
    box = author_box()
    if not box.is_whole:
        # The fast box has no folder to write to, and may be gone. What ends there, a whole one may bring to its end.
        with contextlib.suppress(ExerciseFault, SandboxUnavailable):
            return authors.of_thread(box).prepare(exercise, seed)
    return cases.prepare(exercise, seed, isolated_box())


def grade(
    source: str | bytes,
    exercise: Exercise,
    seed: int,
    prepared: PreparedCases | None = None,
    *,
    patience: float | None = None,
) -> CodeGrade:
    """Judge one submission. The same source and seed give the same verdict, unless the code leaves something to chance.

    With `prepared`, made by `prepare` for this exercise and seed, the author's code is not run again. With `patience`
    it is given up after so many seconds, if its own limit is not shorter.
    Raises OutOfPatience, and SandboxUnavailable, which is safe to retry: nothing is ever run outside the box.
    """
    if prepared and (prepared.digest, prepared.seed) != (exercise.digest, seed):
        raise ValueError("These cases belong to another exercise or seed.")
    text = readable(source)
    if isinstance(text, CodeGrade):
        return text
    try:
        return _grade_in(safe_box(), text, exercise, seed, prepared, patience)
    except ExerciseFault as fault:
        return CodeGrade(Verdict.VOID, str(OUR_FAULT), fault.kind, detail=str(fault))


def _grade_in(
    box: Box, source: str, exercise: Exercise, seed: int, prepared: PreparedCases | None, patience: float | None
) -> CodeGrade:
    # The learner's interpreter starts, and waits for its request, while the author's makes the cases.
    with box.start("learner", exercise.limits) as session:
        prepared = prepared or prepare(exercise, seed)
        run = run_learner(session, source, exercise, prepared.cases, patience)
    if not box.is_whole and run.was_refused:
        # The fast box has no folder to write to. What it refuses, a whole one may allow.
        return _grade_in(isolated_box(), source, exercise, seed, prepared, patience)
    return mark(run, exercise, prepared.cases)


def readable(source: str | bytes) -> str | CodeGrade:
    """Return the source as text, or the grade of what cannot be a Python file."""
    try:
        data = source.encode("utf-8") if isinstance(source, str) else source
        if len(data) > SOURCE_BYTES:
            return _refused(str(_("Your code is longer than 200 KB. Nothing was run.")))
        if b"\0" in data:
            return _refused(str(_("Your code holds a NUL character, which Python cannot read. Nothing was run.")))
        return data.decode("utf-8").removeprefix("\ufeff")  # The mark that some editors put first.
    except UnicodeError:
        return _refused(str(_("Your code is not UTF-8 text. Save the file as UTF-8. Nothing was run.")))


def _refused(message: str) -> CodeGrade:
    return CodeGrade(Verdict.NOT_YET, message, ErrorKind.LEARNER_EXCEPTION)


def check_exercise(exercise: Exercise, seeds: Iterable[int]) -> list[str]:
    """Return what is wrong with an exercise: with each seed the reference must pass, starter and mutants must not.

    Raises SandboxUnavailable.
    """
    problems = [] if len(exercise.mutants) >= 3 else [f"{len(exercise.mutants)} mutants: at least three are needed"]
    for seed in seeds:
        try:
            prepared = prepare(exercise, seed)
            problems += _problems_with(exercise, seed, prepared)
        except ExerciseFault as fault:
            problems.append(f"seed {seed}: {fault}")
    return problems


def _problems_with(exercise: Exercise, seed: int, prepared: PreparedCases) -> list[str]:
    problems = []
    # In a box made anew: forks of one process would agree about the order of a set and the state of a generator.
    if cases.prepare(exercise, seed, isolated_box()).to_bytes() != prepared.to_bytes():
        problems.append(f"seed {seed}: two runs made different cases or answers; all randomness must come from rng")
    reference = grade(exercise.reference, exercise, seed, prepared)
    if reference.verdict is not Verdict.PASSED:
        problems.append(f"seed {seed}: the reference does not pass: {reference.message}")
    wrong = {"starter.py": exercise.starter, **{f"mutant {name}": text for name, text in exercise.mutants.items()}}
    for name, text in wrong.items():
        found = grade(text, exercise, seed, prepared)
        if found.verdict is not Verdict.NOT_YET:
            problems.append(f"seed {seed}: {name} is not caught: {found.verdict.value} {found.detail}".rstrip())
        elif not found.is_loaded:
            problems.append(f"seed {seed}: {name} does not run: {found.message}")
    return problems
