"""What every grader hands back, whatever the kind of item."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Verdict(StrEnum):
    PASSED = "passed"
    NOT_YET = "not_yet"
    VOID = "void"  # The item or the machine is at fault: it never counts against the learner.


@dataclass(frozen=True, slots=True)
class Grade:
    verdict: Verdict
    share: Decimal  # Of the item's points, 0 to 1.
    feedback: str = ""  # Plain text for the learner.
