"""Tries from inside the real box what it must not allow. Grading rests on this having been seen to hold lately."""

import atexit
import functools
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from mastery.grading import authors
from mastery.grading.availability import availability
from mastery.grading.box import RUNNER, Box, Bubblewrap
from mastery.grading.cases import Case
from mastery.grading.exercise import Exercise, Limits
from mastery.grading.interpreter import PROJECT, Interpreter, SandboxUnavailable, find_interpreter
from mastery.grading.running import Returned, Run, Stop, run_learner
from mastery.grading.zygote import Nursery

logger = logging.getLogger(__name__)

VALID_SECONDS = 3600
PROBES = (RUNNER / "probes.py").read_text(encoding="utf-8")
HELD = "held"


@dataclass(frozen=True, slots=True)
class Probe:
    name: str
    held: bool
    detail: str  # How the box refused, or what got through.


@dataclass(frozen=True, slots=True)
class SelfTestReport:
    probes: tuple[Probe, ...]

    @property
    def ok(self) -> bool:
        return all(probe.held for probe in self.probes)

    @property
    def broken(self) -> tuple[Probe, ...]:
        return tuple(probe for probe in self.probes if not probe.held)


def safe_box() -> Box:
    """Return a box, tested by this process within the hour: the only way to run code. Raises SandboxUnavailable.

    The fast box where it is switched on and has held too, else one that is made anew for each run.
    """
    box = isolated_box()
    return _fast_box(_hour()) or box if settings.SANDBOX_ZYGOTE else box


def author_box() -> Box:
    """Return the box for an exercise's own code. Raises SandboxUnavailable.

    The fast box wherever it has held, also where learners get one made anew for each run: it then sees no learner's
    code at all.
    """
    box = isolated_box()
    return _fast_box(_hour()) or box


def isolated_box() -> Box:
    """Return the box that is made anew for each run. Raises SandboxUnavailable."""
    found = availability()
    if not found.ok:
        raise SandboxUnavailable(found.reason)
    report = _tested(_hour())
    if not report.ok:
        raise SandboxUnavailable("The box did not hold: " + ", ".join(probe.name for probe in report.broken))
    return Bubblewrap(_interpreter(_hour()))


@functools.lru_cache(maxsize=1)
def _interpreter(_hour: int) -> Interpreter:
    return find_interpreter()


def _hour() -> int:
    return int(time.monotonic() // VALID_SECONDS)


@functools.lru_cache(maxsize=1)
def _fast_box(_hour: int) -> Nursery | None:
    """Return the fast box where it holds what the other one does. Its failure costs speed only."""
    nursery = _nursery()
    try:
        report = self_test(nursery)
    except SandboxUnavailable as error:
        logger.warning("the fast box does not work: %s", error)
        return None
    if not report.ok:
        logger.error("the fast box did not hold: %s", ", ".join(probe.name for probe in report.broken))
        nursery.close()
        return None
    return nursery


@functools.cache
def _nursery() -> Nursery:
    """Return the one fast box of this process: each hour tests it again, and none replaces it."""
    nursery = Nursery(find_interpreter())
    atexit.register(nursery.close)
    return nursery


def forget() -> None:
    """End the fast box of this thread and test anew before the next run."""
    authors.forget()
    if _nursery.cache_info().currsize:
        _nursery().close()
    _fast_box.cache_clear()
    _tested.cache_clear()
    _interpreter.cache_clear()


@functools.lru_cache(maxsize=1)
def _tested(_hour: int) -> SelfTestReport:
    return self_test()


def self_test(box: Box | None = None) -> SelfTestReport:
    """Try every probe in a fresh box and report each. Takes about half a second. Raises SandboxUnavailable."""
    box = box or Bubblewrap(find_interpreter())
    return SelfTestReport((*_from_inside(box), _endless(box)))


def _from_inside(box: Box) -> list[Probe]:
    outside = [
        str(Path(__file__).resolve()),
        str(PROJECT),
        str(Path.home()),
        "/etc/passwd",
        "/proc/self/environ",
        "/sys",
        "/dev/shm",  # noqa: S108 - probed, not used
    ]
    run = _run(box, PROBES, Limits(), [outside])
    if (
        len(run.outcomes) != 1
        or not isinstance(run.outcomes[0], Returned)
        or not isinstance(run.outcomes[0].value, dict)
    ):
        return [Probe("probes", held=False, detail=f"The probes did not run to their end: {run}"[:1000])]
    found: dict[str, str] = run.outcomes[0].value
    return [Probe(name, detail.startswith(HELD), detail) for name, detail in found.items()]


def _endless(box: Box) -> Probe:
    run = _run(box, "def probe(outside):\n    while True: pass\n", Limits(wall_seconds=0.2), [[]])
    return Probe("endless loop", run.stop is Stop.WALL and run.seconds < 5, f"stopped after {run.seconds:.1f} s")


def _run(box: Box, source: str, limits: Limits, args: list[list[str]]) -> Run:
    exercise = Exercise("probe", starter="", reference="", cases="", limits=limits)
    with box.start("learner", limits) as session:
        return run_learner(session, source, exercise, [Case("probe", None, list(args), None)])
