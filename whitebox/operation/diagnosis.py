"""What the doctor says about one part."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Verdict(StrEnum):
    FINE = "fine"
    WARNING = "warning"  # works, and needs a look
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of one part in words, and what to do where there is something to do."""

    part: str
    verdict: Verdict
    found: str
    do: str = ""

    def as_row(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}


Examination = Callable[[], Iterable[Diagnosis]]


def fine(part: str, found: str) -> Diagnosis:
    return Diagnosis(part, Verdict.FINE, found)


def warning(part: str, found: str, do: str) -> Diagnosis:
    return Diagnosis(part, Verdict.WARNING, found, do)


def broken(part: str, found: str, do: str) -> Diagnosis:
    return Diagnosis(part, Verdict.BROKEN, found, do)
