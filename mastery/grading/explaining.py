"""What a learner reads about a run: what happened, on which case, at which line."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from mastery.grading.cases import Case
from mastery.grading.exercise import Exercise
from mastery.grading.results import ErrorKind
from mastery.grading.runner.codec import Other
from mastery.grading.running import FORBIDDEN, Outcome, Raised, Run, Stop, Unreadable
from mastery.grading.showing import cleaned

SOURCE_BYTES = 200 << 10

STOP_KINDS = {
    Stop.WALL: ErrorKind.LEARNER_TIMEOUT,
    Stop.CPU: ErrorKind.LEARNER_TIMEOUT,
    Stop.MEMORY: ErrorKind.LEARNER_MEMORY,
    Stop.RESULT_SIZE: ErrorKind.LEARNER_OUTPUT,
    Stop.OUTPUT_SIZE: ErrorKind.LEARNER_OUTPUT,
    Stop.CRASHED: ErrorKind.LEARNER_EXCEPTION,
    Stop.MISSING: ErrorKind.LEARNER_EXCEPTION,
    Stop.ENDED: ErrorKind.LEARNER_BAD_RESULT,
    Stop.GARBLED: ErrorKind.LEARNER_BAD_RESULT,
    Stop.KILLED: ErrorKind.INFRASTRUCTURE,
}
STOP_TEXTS = {
    Stop.WALL: _("Your code took longer than %(wall)g s %(where)s. Look for a loop that does not end."),
    Stop.CPU: _("Your code used more than %(cpu)d s of computing time %(where)s. Look for a loop that does not end."),
    Stop.MEMORY: _("Your code used more than the %(memory)d MB of memory that it may use, %(where)s."),
    Stop.RESULT_SIZE: _("Your code returned more than 4 MB of results, %(where)s."),
    Stop.OUTPUT_SIZE: _("Your code printed more than 1 MB %(where)s. Remove the print calls that are not needed."),
    Stop.CRASHED: _("Your code crashed Python itself %(where)s. Very deep recursion can do this."),
    Stop.MISSING: _("Your code does not define a function named %(function)s."),
    Stop.ENDED: _("Your code ended the program %(where)s. It must return a result instead."),
    Stop.GARBLED: _("Your code disturbed the program that calls it, %(where)s, so no result could be read."),
    Stop.KILLED: _("The machine stopped the run. This is our fault and does not count."),
}
RAISED_KINDS = {"MemoryError": ErrorKind.LEARNER_MEMORY, FORBIDDEN: ErrorKind.LEARNER_FORBIDDEN}
FORBIDDEN_HINT = _("Code here may not use files, the network, threads or other programs.")
HINTS = {
    "ModuleNotFoundError": _("Only numpy and Python's standard library can be imported."),
    "NotImplementedError": _("Replace this line of the starter code by your own."),
    "RecursionError": _("The function calls itself too often: check when it stops."),
    "MemoryError": _("Your code asked for more memory than it may use."),
    "SystemExit": _("Return a result instead of ending the program."),
}


def where(case: Case | None) -> str:
    """Return on which case something happened. Of a hidden case, its category only."""
    if case is None:
        return str(_("before the function was called"))
    if case.is_hidden:
        return str(_("on a hidden case of the category “%(category)s”")) % {"category": cleaned(case.category or "")}
    return str(_("on the case “%(name)s”")) % {"name": cleaned(case.name)}


def stop_text(stop: Stop, run: Run, exercise: Exercise, cases: Sequence[Case]) -> str:
    case = cases[run.last_case] if run.last_case >= 0 else None
    return str(STOP_TEXTS[stop]) % {
        "where": where(case),
        "wall": exercise.limits.wall_seconds,
        "cpu": exercise.limits.cpu_seconds,
        "memory": exercise.limits.memory_mb,
        "function": exercise.function,
    }


def raised_kind(raised: Raised) -> ErrorKind:
    if raised.kind == "RuntimeError" and "start new thread" in raised.text:
        return ErrorKind.LEARNER_FORBIDDEN
    return RAISED_KINDS.get(raised.kind, ErrorKind.LEARNER_EXCEPTION)


def raised_text(raised: Raised) -> str:
    """Return type, text, hint, and the learner's own lines."""
    is_forbidden = raised_kind(raised) is ErrorKind.LEARNER_FORBIDDEN
    hint = FORBIDDEN_HINT if is_forbidden else HINTS.get(raised.kind, "")
    name = "PermissionError" if raised.kind == FORBIDDEN else raised.kind
    head = cleaned(f"{name}: {raised.text}" if raised.text else name)
    # A function that calls itself shows the same line again and again: once is enough.
    lines = [line for line, _same in groupby(_line_text(line.number, line.text) for line in raised.lines)]
    return "\n".join(filter(None, [head, *lines, str(hint)]))


def _line_text(number: int, text: str) -> str:
    return str(_("line %(number)d: %(text)s")) % {"number": number, "text": cleaned(text)}


def unreadable_text(reason: str) -> str:
    if reason == "too large":
        return str(_("Your function returned more than 4 MB."))
    return str(_("Your function returned a value that is nested too deeply to be read."))


def outcome_kind(outcome: Outcome) -> ErrorKind:
    """Return what kind of error an outcome is by itself, before anything is compared."""
    if isinstance(outcome, Raised):
        return raised_kind(outcome)
    if isinstance(outcome, Unreadable):
        return ErrorKind.LEARNER_OUTPUT if outcome.reason == "too large" else ErrorKind.LEARNER_BAD_RESULT
    return ErrorKind.LEARNER_BAD_RESULT if isinstance(outcome.value, Other) else ErrorKind.NONE


def count_text(passed: int, total: int, *, hidden_passed: int, hidden_total: int) -> str:
    return str(_("Right on %(passed)d of %(total)d public and %(hidden_passed)d of %(hidden_total)d hidden cases.")) % {
        "passed": passed,
        "total": total,
        "hidden_passed": hidden_passed,
        "hidden_total": hidden_total,
    }
