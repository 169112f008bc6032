"""What is wrong with a pack: every problem with its file and line, all of them at once."""

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MOST_PER_FILE: Final = 100  # Nobody reads more of them at once.
LONGEST: Final = 600  # characters of a message
UNSHOWABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
    counts: Counter[str] = field(default_factory=Counter)

    def error(self, file: str, line: int, message: str, suggestion: str = "") -> None:
        self._add(file, line, message, suggestion, Severity.ERROR)

    def warn(self, file: str, line: int, message: str, suggestion: str = "") -> None:
        self._add(file, line, message, suggestion, Severity.WARNING)

    def _add(self, file: str, line: int, message: str, suggestion: str, severity: Severity) -> None:
        """Add a problem in words that a terminal and a page can show, whatever stands in the pack."""
        self.counts[file] += 1
        if self.counts[file] > MOST_PER_FILE + 1:
            return
        if self.counts[file] > MOST_PER_FILE:
            message, suggestion, severity = "there are more problems in this file", "mend these first", Severity.ERROR
        shown, hint = showable(message, LONGEST), showable(suggestion, LONGEST)
        self.problems.append(Problem(showable(file, 300), max(line, 1), shown, hint, severity))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity == Severity.ERROR for problem in self.problems)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.ordered() if problem.severity == Severity.ERROR]

    def ordered(self) -> list[Problem]:
        """Return the problems by file and line, each once."""
        return sorted(set(self.problems))


def showable(text: str, longest: int) -> str:
    """Return a text without characters that move the cursor, turn the line round or cannot be written at all."""
    clean = UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"
