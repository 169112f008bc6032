"""What grading a code item finds out: plain, frozen, ready to be stored and shown."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mastery.grading.base import Grade, Verdict


class ErrorKind(StrEnum):
    NONE = "none"
    LEARNER_TIMEOUT = "learner_timeout"
    LEARNER_MEMORY = "learner_memory"
    LEARNER_EXCEPTION = "learner_exception"
    LEARNER_OUTPUT = "learner_output"
    LEARNER_FORBIDDEN = "learner_forbidden"
    LEARNER_BAD_RESULT = "learner_bad_result"
    GRADER_CRASHED = "grader_crashed"
    GRADER_BAD_CASES = "grader_bad_cases"
    INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, slots=True)
class PublicResult:
    """One public case: the learner may see all of it. The expected value is not part of it."""

    name: str
    inputs: str
    output: str  # Empty where the function returned nothing that could be read.
    passed: bool
    message: str


@dataclass(frozen=True, slots=True)
class HiddenCount:
    category: str
    passed: int
    total: int


@dataclass(frozen=True, slots=True)
class CodeGrade:
    verdict: Verdict
    message: str  # For the learner. Empty when passed.
    error_kind: ErrorKind = ErrorKind.NONE
    public: tuple[PublicResult, ...] = ()
    hidden: tuple[HiddenCount, ...] = ()
    output: str = ""  # What the code printed: cleaned of control characters, not escaped for HTML.
    is_output_cut: bool = False
    is_loaded: bool = True  # False where the code never got as far as defining the function.
    detail: str = ""  # For staff only: why the item or the machine is at fault.
    seconds: float = 0.0  # Wall time of the learner's code, without the start of the interpreter.
    peak_memory_mb: int | None = None  # As the box itself says, for information; None where the run was stopped.

    def as_grade(self) -> Grade:
        """Return the all-or-nothing grade: a function that is right on some cases is not yet right."""
        return Grade(self.verdict, Decimal(self.verdict is Verdict.PASSED), self.message)
