"""Authors' programs that stay: a fork of the fast box makes the cases of one exercise for many seeds.

Cases need the author's program run for each attempt, whose seed is its own. The program is the exercise's, sees no
learner's code and begins anew for each seed, so its process may serve the next one; a fork for each would cost as much
as the learner's run.
"""

import atexit
import os
import threading
import time
from dataclasses import dataclass

from mastery.grading import cases
from mastery.grading.box import Box
from mastery.grading.cases import ExerciseFault, PreparedCases
from mastery.grading.exercise import Exercise
from mastery.grading.interpreter import SandboxUnavailable
from mastery.grading.session import Session

KEPT = 8  # programs at a time
SEEDS = 200  # then a fresh one: what a long life leaves behind is not passed on
SECONDS = 5.0  # spent on seeds, then a fresh one: the limit of processor time is for a whole life


@dataclass(slots=True)
class Program:
    session: Session
    seeds: int = 0
    seconds: float = 0.0

    @property
    def is_fresh(self) -> bool:
        return self.seeds < SEEDS and self.seconds < SECONDS

    def ask(self, exercise: Exercise, seed: int) -> PreparedCases:
        began = time.monotonic()
        prepared = cases.ask(self.session, exercise, seed, is_last=False)
        self.seeds, self.seconds = self.seeds + 1, self.seconds + time.monotonic() - began
        return prepared


class Authors:
    """The programs that one thread of one process keeps in a fast box."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._owner = os.getpid()
        self._kept: dict[str, Program] = {}  # by the digest of their exercise, the one used last at the end

    def prepare(self, exercise: Exercise, seed: int) -> PreparedCases:
        """Make the cases of one seed. Raises ExerciseFault or SandboxUnavailable."""
        if exercise.files:  # What one seed has imported, the next would find.
            return cases.prepare(exercise, seed, self.box)
        if self._owner != os.getpid():
            self._owner, self._kept = os.getpid(), {}  # The programs, and the ways to them, are another process's.
        present = self._kept.pop(exercise.digest, None)
        if present is not None:
            try:
                return self._asked(present, exercise, seed)
            except (ExerciseFault, SandboxUnavailable):
                pass  # It may have gone with its zygote. A fresh one tells what is the exercise's own fault.
        return self._asked(self._begun(exercise), exercise, seed)

    def close(self) -> None:
        """End all programs. Twice changes nothing."""
        while self._kept:
            self._kept.popitem()[1].session.close()

    def __del__(self) -> None:
        """A thread that ends lets go of its programs."""
        if self._owner == os.getpid():
            self.close()

    def _begun(self, exercise: Exercise) -> Program:
        session = self.box.start("author", cases.AUTHOR_LIMITS)
        try:
            cases.introduce(session, exercise)
        except BaseException:
            session.close()
            raise
        return Program(session)

    def _asked(self, program: Program, exercise: Exercise, seed: int) -> PreparedCases:
        try:
            prepared = program.ask(exercise, seed)
        except BaseException:
            program.session.close()
            raise
        if program.is_fresh:
            self._kept[exercise.digest] = program
        else:
            program.session.close()
        if len(self._kept) > KEPT:
            self._kept.pop(next(iter(self._kept))).session.close()
        return prepared


_own = threading.local()


def of_thread(box: Box) -> Authors:
    """Return the programs that the calling thread keeps in a box."""
    present: Authors | None = getattr(_own, "authors", None)
    if present is None or present.box is not box:
        present = _own.authors = Authors(box)
    return present


@atexit.register
def forget() -> None:
    """End the programs of this thread."""
    _own.__dict__.clear()
