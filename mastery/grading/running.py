"""One run of a learner's function on all cases: what came back for each, and what stopped it."""

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from mastery.grading.cases import Case, ExerciseFault, await_ready
from mastery.grading.exercise import Exercise, Limits
from mastery.grading.results import ErrorKind
from mastery.grading.runner import codec
from mastery.grading.session import Ending, OutputOverrun, Overrun, ResultOverrun, Session, WallOverrun

MAX_TEXT = 2000
MAX_LINES = 8
FORBIDDEN = "Forbidden"  # as the runner calls it


class Stop(Enum):
    """Why a run ended before its last case."""

    WALL = auto()
    CPU = auto()
    MEMORY = auto()
    RESULT_SIZE = auto()
    OUTPUT_SIZE = auto()
    CRASHED = auto()  # The interpreter itself: a signal.
    ENDED = auto()  # The code ended the program or closed the way out.
    GARBLED = auto()  # What came back is not what the runner writes.
    MISSING = auto()  # No function of that name.
    KILLED = auto()  # By the machine: not the code's doing.


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    function: str
    text: str


@dataclass(frozen=True, slots=True)
class Returned:
    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    kind: str
    text: str
    lines: tuple[Line, ...]  # The learner's own, innermost last.


@dataclass(frozen=True, slots=True)
class Unreadable:
    reason: str


Outcome = Returned | Raised | Unreadable


@dataclass(slots=True)
class Run:
    """What one run showed. All of it but `stop` and the measurements is the learner's word."""

    outcomes: list[Outcome] = field(default_factory=list)  # One for each case that came to an end, in order.
    unloadable: Raised | None = None
    stop: Stop | None = None
    is_calling: bool = False  # The function had been called and had not come back.
    seconds: float = 0.0
    peak_memory_mb: int | None = None
    printed: bytes = b""

    @property
    def was_refused(self) -> bool:
        """Whether the code ended with a refusal of the box. By its own word: enough to choose another box."""
        ends = [*self.outcomes, self.unloadable]
        return any(isinstance(end, Raised) and end.kind == FORBIDDEN for end in ends)

    @property
    def last_case(self) -> int:
        """The number of the case that was begun last, -1 before the first."""
        return len(self.outcomes) - (not self.is_calling)


class OutOfPatience(Exception):  # noqa: N818 - the caller's wish, not an error of the program
    """A run was given up before its own limit of time."""


def run_learner(
    session: Session, source: str, exercise: Exercise, cases: Sequence[Case], patience: float | None = None
) -> Run:
    """Run `source` on the cases in a box that was started for it.

    Raises SandboxUnavailable where it does not start, and OutOfPatience after so many seconds, if asked to.
    """
    run, limit = Run(), exercise.limits.wall_seconds
    wall = limit if patience is None else min(limit, patience)
    request = _request(source, exercise, cases)
    await_ready(session)
    began = time.monotonic()
    session.send(request)
    try:
        run.stop = _follow(session, run, len(cases), exercise.limits, began, until=began + wall)
    except Overrun as overrun:
        run.stop = OVERRUNS[type(overrun)]
        if run.stop is Stop.WALL and wall < limit:
            raise OutOfPatience from overrun
    except (codec.CodecError, KeyError, TypeError, ValueError):
        run.stop = Stop.GARBLED
    run.seconds = time.monotonic() - began
    if run.stop:
        session.finish(grace=0.0)
    else:
        session.leave()
    run.printed = bytes(session.printed)
    return run


def _request(source: str, exercise: Exercise, cases: Sequence[Case]) -> bytes:
    """Return what the learner's box is told: of the cases, the arguments only."""
    try:
        return codec.to_bytes([source, exercise.function, list(exercise.files), *(case.args for case in cases)])
    except codec.CodecError as error:
        raise ExerciseFault(ErrorKind.GRADER_BAD_CASES, f"the arguments of all cases together are {error}") from error


def why_ended(ending: Ending, limits: Limits, seconds: float) -> Stop:
    """Return why a program ended that never said it was done."""
    # One thread cannot compute for longer than it lives, and the filter lets no code in the box send a signal. So an
    # early kill came from the machine, a late one from the limit, which is final even for code that ignores SIGXCPU.
    if ending.signal == signal.SIGXCPU or (ending.signal == signal.SIGKILL and seconds >= limits.cpu_seconds):
        return Stop.CPU
    if ending.signal == signal.SIGKILL:
        return Stop.KILLED
    return Stop.CRASHED if ending.signal else Stop.ENDED


PLAIN_STOPS = {"missing": Stop.MISSING, "exhausted": Stop.MEMORY}
OVERRUNS: dict[type[Overrun], Stop] = {
    WallOverrun: Stop.WALL,
    ResultOverrun: Stop.RESULT_SIZE,
    OutputOverrun: Stop.OUTPUT_SIZE,
}


def _follow(session: Session, run: Run, total: int, limits: Limits, began: float, *, until: float) -> Stop | None:
    """Read frames into `run` until the last one. A frame that the runner would not write may raise what it likes."""
    while (line := session.frame(until)) is not None:
        kind, *content = codec.from_bytes(line)
        if kind == "end" and (len(run.outcomes) == total or run.unloadable):
            run.peak_memory_mb = _megabytes(*content)
            return None
        if kind in PLAIN_STOPS:
            return PLAIN_STOPS[kind]
        if not _take(run, kind, content, total):
            return Stop.GARBLED
    return why_ended(session.finish(), limits, time.monotonic() - began)


def _take(run: Run, kind: str, content: list[Any], total: int) -> bool:
    """Add one frame to `run`. False where it does not fit its place: each case starts once and ends once, in order."""
    if kind == "unloadable" and not run.outcomes:
        run.unloadable = _raised(*content)
        return True
    number, *rest = content
    if number != len(run.outcomes) or number >= total or run.is_calling == (kind == "start"):
        return False
    if kind != "start":
        run.outcomes.append(OUTCOMES[kind](*rest))
    run.is_calling = kind == "start"
    return True


def _megabytes(kilobytes: Any) -> int:
    if type(kilobytes) is not int or not 0 <= kilobytes < 1 << 30:
        raise ValueError("a bad measurement")
    return round(kilobytes / 1024)


def _raised(kind: Any, text: Any, lines: Any) -> Raised:
    if not (
        isinstance(kind, str)
        and isinstance(text, str)
        and len(kind) <= MAX_TEXT
        and len(text) <= MAX_TEXT
        and len(lines) <= MAX_LINES
    ):
        raise ValueError("a bad report of an exception")
    return Raised(kind, text, tuple(_line(*line) for line in lines))


def _line(number: Any, function: Any, text: Any) -> Line:
    if not (type(number) is int and isinstance(function, str) and isinstance(text, str)):
        raise ValueError("a bad line")
    return Line(number, function, text[:MAX_TEXT])


def _unreadable(reason: Any) -> Unreadable:
    return Unreadable(str(reason)[:MAX_TEXT])


OUTCOMES: dict[str, Any] = {"returned": Returned, "raised": _raised, "unreadable": _unreadable}
