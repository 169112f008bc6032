"""From what came back to a grade. The verdict rests on a comparison made here, outside the box, alone."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from mastery.grading.base import Verdict
from mastery.grading.cases import Case
from mastery.grading.compare import difference
from mastery.grading.exercise import Exercise
from mastery.grading.explaining import (
    STOP_KINDS,
    count_text,
    outcome_kind,
    raised_kind,
    raised_text,
    stop_text,
    unreadable_text,
    where,
)
from mastery.grading.results import CodeGrade, ErrorKind, HiddenCount, PublicResult
from mastery.grading.running import Outcome, Raised, Returned, Run, Stop
from mastery.grading.showing import cleaned, shown_call, shown_output, shown_value


def mark(run: Run, exercise: Exercise, cases: Sequence[Case]) -> CodeGrade:
    """Return the grade of one run on `cases`."""
    came_back: list[Outcome | None] = [*run.outcomes, *[None] * (len(cases) - len(run.outcomes))]
    # Names of types and texts of exceptions are the learner's words.
    faults = [cleaned(_fault(outcome, case, exercise)) for outcome, case in zip(came_back, cases, strict=True)]
    kind, message = _problem(run, exercise, cases, faults)
    output, is_cut = shown_output(run.printed)
    return CodeGrade(
        verdict=_verdict(kind, message),
        message=message,
        error_kind=kind,
        public=tuple(
            PublicResult(cleaned(case.name), shown_call(case.args), _shown(outcome), not fault, fault)
            for outcome, case, fault in zip(came_back, cases, faults, strict=True)
            if not case.is_hidden
        ),
        hidden=_hidden_counts(cases, faults),
        output=output,
        is_output_cut=is_cut,
        is_loaded=run.unloadable is None and run.stop is not Stop.MISSING,
        seconds=round(run.seconds, 3),
        peak_memory_mb=run.peak_memory_mb,
    )


def _verdict(kind: ErrorKind, message: str) -> Verdict:
    if kind is ErrorKind.INFRASTRUCTURE:
        return Verdict.VOID
    return Verdict.NOT_YET if message else Verdict.PASSED


def _fault(outcome: Outcome | None, case: Case, exercise: Exercise) -> str:
    """Return what is wrong on one case, nothing where the result is right."""
    if outcome is None:
        return str(_("There is no result for this case."))
    if isinstance(outcome, Returned):
        return difference(outcome.value, case.expected, exercise.compare) or ""
    return raised_text(outcome) if isinstance(outcome, Raised) else unreadable_text(outcome.reason)


def _problem(run: Run, exercise: Exercise, cases: Sequence[Case], faults: Sequence[str]) -> tuple[ErrorKind, str]:
    """Return the first thing that went wrong, in the order it happened; a wrong value comes last, for it says least."""
    if run.stop is Stop.KILLED:
        return ErrorKind.INFRASTRUCTURE, stop_text(run.stop, run, exercise, cases)
    if run.unloadable:
        told = _("Your code stopped before the function could be called.\n%(what)s")
        return raised_kind(run.unloadable), str(told) % {"what": raised_text(run.unloadable)}
    for outcome, case, fault in zip(run.outcomes, cases, faults, strict=False):
        if (kind := outcome_kind(outcome)) is not ErrorKind.NONE:
            told = (
                _("Your function stopped %(where)s.\n%(what)s")
                if isinstance(outcome, Raised)
                else _("Not yet right %(where)s: %(what)s")
            )
            return kind, str(told) % {"where": where(case), "what": fault}
    if run.stop:
        return STOP_KINDS[run.stop], stop_text(run.stop, run, exercise, cases)
    return ErrorKind.NONE, _count_message(cases, faults) if any(faults) else ""


def _count_message(cases: Sequence[Case], faults: Sequence[str]) -> str:
    right = Counter(case.is_hidden for case, fault in zip(cases, faults, strict=True) if not fault)
    total = Counter(case.is_hidden for case in cases)
    return count_text(right[False], total[False], hidden_passed=right[True], hidden_total=total[True])


def _shown(outcome: Outcome | None) -> str:
    return shown_value(outcome.value) if isinstance(outcome, Returned) else ""


def _hidden_counts(cases: Sequence[Case], faults: Sequence[str]) -> tuple[HiddenCount, ...]:
    """Return one count for each category, in the order of the cases."""
    total = Counter(case.category for case in cases if case.category is not None)
    right = Counter(case.category for case, fault in zip(cases, faults, strict=True) if not fault)
    return tuple(HiddenCount(cleaned(category), right[category], number) for category, number in total.items())
