"""The cases of one exercise for one seed: made in a box from the author's code, checked here, ready to be kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mastery.grading.box import Box
from mastery.grading.exercise import Exercise, Limits
from mastery.grading.interpreter import SandboxUnavailable
from mastery.grading.results import ErrorKind
from mastery.grading.runner import codec
from mastery.grading.session import Overrun, Session

START_SECONDS = 30.0  # For the interpreter and numpy; only a machine in trouble needs this long.
AUTHOR_LIMITS = Limits(wall_seconds=30, cpu_seconds=20, memory_mb=1024)
MAX_CASES = 64
MAX_NAME = 100


class ExerciseFault(Exception):  # noqa: N818 - a finding about an exercise, not an error of the program
    """The exercise itself is broken: no learner's fault. `kind` is one of the grader's error kinds."""

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    category: str | None  # None for a public case.
    args: list[Any]
    expected: Any

    @property
    def is_hidden(self) -> bool:
        return self.category is not None


@dataclass(frozen=True, slots=True)
class PreparedCases:
    """Cases with their answers: keep them away from learners. They fit one digest of an exercise and one seed."""

    digest: str
    seed: int
    cases: tuple[Case, ...]

    def to_bytes(self) -> bytes:
        """Return the cases for a cache. Equal cases give equal bytes."""
        return codec.to_bytes([self.digest, self.seed, [[c.name, c.category, c.args, c.expected] for c in self.cases]])

    @classmethod
    def from_bytes(cls, data: bytes) -> "PreparedCases":
        """Read what to_bytes wrote. Raises ExerciseFault where it is anything else."""
        try:
            digest, seed, rows = codec.from_bytes(data)
            return cls(digest, seed, checked([_case(row) for row in rows]))
        except (codec.CodecError, ValueError, TypeError) as error:
            raise ExerciseFault(ErrorKind.GRADER_BAD_CASES, f"the kept cases cannot be read: {error}") from error


def prepare(exercise: Exercise, seed: int, box: Box) -> PreparedCases:
    """Run the author's code in a box of its own. Raises ExerciseFault or SandboxUnavailable."""
    with box.start("author", AUTHOR_LIMITS) as session:
        introduce(session, exercise)
        return ask(session, exercise, seed, is_last=True)


def introduce(session: Session, exercise: Exercise) -> None:
    """Hand the author's code to a box that was started for it; seeds may follow. Raises SandboxUnavailable."""
    await_ready(session)
    programs = [exercise.reference, exercise.cases, exercise.function, list(exercise.files)]
    session.send(codec.to_bytes(programs) + b"\n", is_last=False)


def ask(session: Session, exercise: Exercise, seed: int, *, is_last: bool) -> PreparedCases:
    """Let a box that knows the exercise make the cases of one seed. Raises ExerciseFault."""
    session.send(codec.to_bytes(seed) + b"\n", is_last=is_last)
    try:
        cases = checked(_received(session, seed))
    except Overrun as error:
        raise ExerciseFault(
            ErrorKind.GRADER_CRASHED, "the author's code used too much time or sent too much"
        ) from error
    except (codec.CodecError, ValueError, TypeError) as error:
        raise ExerciseFault(ErrorKind.GRADER_BAD_CASES, f"the cases cannot be read: {error}") from error
    return PreparedCases(exercise.digest, seed, cases)


def await_ready(session: Session) -> None:
    """Wait until the interpreter in the box has started. Raises SandboxUnavailable where it does not."""
    try:
        frame = session.frame(time.monotonic() + START_SECONDS)
    except Overrun as error:
        raise SandboxUnavailable("The interpreter in the box did not start in time.") from error
    if frame != b'["ready"]':
        session.finish()
        reason = session.printed[:500].decode("utf-8", "replace").strip()
        raise SandboxUnavailable(f"The interpreter in the box did not start: {reason}")


def _received(session: Session, seed: int) -> list[Case]:
    cases: list[Case] = []
    until = time.monotonic() + AUTHOR_LIMITS.wall_seconds
    while (line := session.frame(until)) is not None:
        kind, *content = codec.from_bytes(line)
        if [kind, *content] == ["end", seed]:
            return cases
        if kind == "crashed":
            raise ExerciseFault(ErrorKind.GRADER_CRASHED, f"the author's code stopped: {content[0]}")
        cases.append(_case(content))
    raise ExerciseFault(ErrorKind.GRADER_CRASHED, f"the author's code ended early: {session.finish()}")


def _case(row: Any) -> Case:
    name, category, args, expected = row
    return Case(name, category, args, expected)


def checked(cases: list[Case]) -> tuple[Case, ...]:
    """Return the cases, public ones first. Raises ExerciseFault at the first that breaks a rule."""
    for is_broken, rule in RULES:
        if is_broken(cases):
            raise ExerciseFault(ErrorKind.GRADER_BAD_CASES, rule)
    return tuple(sorted(cases, key=lambda case: case.is_hidden))


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME


def _holds_other(value: Any) -> bool:
    """Whether a value of a type that is not carried lies anywhere in `value`."""
    if isinstance(value, dict):
        return any(map(_holds_other, value.values()))
    return any(map(_holds_other, value)) if isinstance(value, list | tuple) else isinstance(value, codec.Other)


RULES: tuple[tuple[Callable[[list[Case]], bool], str], ...] = (
    (lambda cases: not cases or len(cases) > MAX_CASES, f"there must be 1 to {MAX_CASES} cases"),
    (
        lambda cases: not all(_is_name(case.name) for case in cases),
        f"a case's name must be text of 1 to {MAX_NAME} characters",
    ),
    (
        lambda cases: not all(_is_name(case.category) for case in cases if case.is_hidden),
        "a hidden case needs a category",
    ),
    (lambda cases: not any(case.is_hidden for case in cases), "there must be a hidden case"),
    (lambda cases: not all(isinstance(case.args, list) for case in cases), "a case's args must be a list"),
    (
        lambda cases: any(_holds_other([case.args, case.expected]) for case in cases),
        "arguments and results must be None, bool, int, float, str, list, tuple, dict with text keys or arrays",
    ),
)
