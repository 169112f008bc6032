"""A code exercise as its folder holds it, and what it allows."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from mastery.grading.runner import codec

FILE_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}\.py")


class ExerciseError(Exception):
    """The exercise cannot be used. The message says why."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Two numbers agree when |learner's - expected| <= atol + rtol * |expected|."""

    rtol: float = 1e-6
    atol: float = 1e-8

    def __post_init__(self) -> None:
        if not all(math.isfinite(bound) and bound >= 0 for bound in (self.rtol, self.atol)):
            raise ExerciseError("compare: rtol and atol must be numbers of at least 0.")


@dataclass(frozen=True, slots=True)
class Limits:
    wall_seconds: float = 10.0
    cpu_seconds: int = 5
    memory_mb: int = 1024

    def __post_init__(self) -> None:
        if type(self.cpu_seconds) is not int or type(self.memory_mb) is not int:
            raise ExerciseError("limits: cpu_seconds and memory_mb must be whole numbers.")
        if not (0 < self.wall_seconds <= 120 and 1 <= self.cpu_seconds <= 120 and 256 <= self.memory_mb <= 4096):
            raise ExerciseError("limits: up to 120 s of wall and of CPU time, and 256 to 4096 MB of memory.")


@dataclass(frozen=True)
class Exercise:
    function: str
    starter: str
    reference: str
    cases: str
    mutants: Mapping[str, str] = field(default_factory=dict)
    compare: Tolerance = Tolerance()
    limits: Limits = Limits()
    files: tuple[str, ...] = ()  # names of several files, the one with the function first; see runner/bundle.py

    def __post_init__(self) -> None:
        if self.files and (len(set(self.files)) < 2 or not all(FILE_NAME.fullmatch(name) for name in self.files)):
            raise ExerciseError("files: at least two different names of small letters, digits and _ that end in .py.")
        if not self.function.isidentifier():
            raise ExerciseError(f"function: {self.function!r} is no name of a Python function.")

    @cached_property
    def digest(self) -> str:
        """A name for everything that can change a grade: two exercises with one digest grade alike."""
        parts = (self.function, self.reference, self.cases, asdict(self.compare), asdict(self.limits))
        return hashlib.sha256(codec.to_bytes([*parts, *([list(self.files)] if self.files else ())])).hexdigest()

    @classmethod
    def from_texts(
        cls, settings: Mapping[str, Any], programs: Mapping[str, str], mutants: Mapping[str, str]
    ) -> "Exercise":
        """Make an exercise of `exercise.yml`, as its schema read it, and of the programs beside it, by their names.

        Raises ExerciseError.
        """
        return cls(
            function=settings["function"],
            starter=programs["starter"],
            reference=programs["reference"],
            cases=programs["cases"],
            mutants=dict(mutants),
            compare=Tolerance(**settings.get("compare", {})),
            limits=Limits(**settings.get("limits", {})),
            files=tuple(settings.get("files", ())),
        )
