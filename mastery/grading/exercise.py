"""A code exercise as its folder holds it, and what it allows."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mastery.grading.runner import codec


class ExerciseError(Exception):
    """The exercise's folder cannot be read. The message names the file."""


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


@dataclass(frozen=True, slots=True)
class Exercise:
    function: str
    starter: str
    reference: str
    cases: str
    mutants: Mapping[str, str] = field(default_factory=dict)
    compare: Tolerance = Tolerance()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if not self.function.isidentifier():
            raise ExerciseError(f"function: {self.function!r} is no name of a Python function.")

    @property
    def digest(self) -> str:
        """A name for everything that can change a grade: two exercises with one digest grade alike."""
        parts = (self.function, self.reference, self.cases, asdict(self.compare), asdict(self.limits))
        return hashlib.sha256(codec.to_bytes(list(parts))).hexdigest()

    @classmethod
    def from_folder(cls, path: Path) -> "Exercise":
        """Read `exercise.yml` and the Python files beside it. Raises ExerciseError."""
        settings = _settings(path / "exercise.yml")
        try:
            return cls(
                function=str(settings.get("function", "")),
                starter=_text(path / "starter.py"),
                reference=_text(path / "reference.py"),
                cases=_text(path / "cases.py"),
                mutants={file.stem: _text(file) for file in sorted((path / "mutants").glob("*.py"))},
                compare=Tolerance(**_numbers(settings, "compare")),
                limits=Limits(**_numbers(settings, "limits")),
            )
        except (ExerciseError, TypeError) as error:
            raise ExerciseError(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ExerciseError(f"{path.name} cannot be read: {error}") from error


def _settings(path: Path) -> dict[str, Any]:
    try:
        settings = yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        raise ExerciseError(f"{path}: {error}") from error
    if not isinstance(settings, dict):
        raise ExerciseError(f"{path}: must be a mapping that names the function.")
    return settings


def _numbers(settings: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return one section. YAML reads 1e-6, without a point, as text, so texts that are numbers are taken too."""
    section = settings.get(key) or {}
    if not isinstance(section, dict):
        raise ExerciseError(f"{key}: must be a mapping of numbers.")
    try:
        return {name: float(value) if isinstance(value, str) else value for name, value in section.items()}
    except ValueError as error:
        raise ExerciseError(f"{key}: {error}") from error
