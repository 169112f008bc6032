"""What is wrong with a pack: every problem with its file and line, all of them at once."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # the pack cannot be loaded
    WARNING = "warning"  # it can, but somebody should look


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str  # relative to the pack's folder, with forward slashes
    line: int  # 1-based; 1 where the whole file is meant
    message: str
    suggestion: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        mark = "warning: " if self.severity == Severity.WARNING else ""
        return f"{self.file}:{self.line}: {mark}{self.message}{hint}"


@dataclass(slots=True)
class Report:
    """Collects problems; nothing is raised, so that one read finds them all."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, file: str, line: int, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(file, line, message, suggestion))

    def warn(self, file: str, line: int, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(file, line, message, suggestion, Severity.WARNING))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == Severity.ERROR for problem in self.problems)

    def ordered(self) -> list[Problem]:
        """Return the problems by file and line, each once."""
        return sorted(set(self.problems))
