"""Grading that ended by a fault of ours, a broken exercise or a stopped machine, and what to do about each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mastery.choices import ErrorKind, JobState
from mastery.models import GradingJob
from whitebox.people.models import Cohort

MOST_JOBS = 2_000  # the newest; older faults were mended or nobody minds
TO_DO: dict[str, str | Promise] = {
    ErrorKind.GRADER: _(
        "Run “manage.py pack check DIR --run-checks” and “manage.py check_try” with this form: the cases or the "
        "reference of this exercise fail. Mend the pack and load it; the attempts are void and the form is free again."
    ),
    ErrorKind.INFRASTRUCTURE: _(
        "Look at /readyz and the worker's log: it was stopped or ran out of memory while grading. If only this "
        "exercise is named, lower its limits; after three tries an attempt is void and the form is free again."
    ),
    ErrorKind.NO_SANDBOX: _(
        "No sandbox on the machine: run “manage.py sandbox_selftest” there. Until then mentors mark this code by hand."
    ),
}
OURS = tuple(TO_DO)


@dataclass(slots=True)
class Fault:
    """What went wrong with one exercise, and how often."""

    check: str
    form: str
    item: str  # empty where the whole attempt was lost, not one item
    kind: ErrorKind
    jobs: int = 0
    ended: int = 0  # of them: the attempt does not count
    last_at: datetime | None = None
    said: list[str] = field(default_factory=list)  # what the grader said, newest first, each once

    @property
    def to_do(self) -> str | Promise:
        return TO_DO[self.kind]


def of_cohort(cohort: Cohort) -> Sequence[Fault]:
    """Return the faults of a cohort's grading, the latest first: one query."""
    jobs = (
        GradingJob.objects.filter(
            Q(state__in=[JobState.FAILED, JobState.DEAD]) | Q(state=JobState.QUEUED),
            attempt__membership__cohort=cohort,
            error_kind__in=OURS,
        )
        .select_related("attempt", "check_version__for_check")
        .defer("check_version__specification")
        .order_by("-queued_at", "-pk")[:MOST_JOBS]
    )
    found: dict[tuple[int, str, str, str], Fault] = {}
    for job in jobs:
        item = _item(job)
        fault = found.setdefault(
            (job.check_version.for_check_id, job.attempt.form, item, job.error_kind),
            Fault(job.check_version.title, job.attempt.form, item, ErrorKind(job.error_kind)),
        )
        fault.jobs += 1
        fault.ended += job.state in {JobState.FAILED, JobState.DEAD}
        at = job.ended_at or job.queued_at
        fault.last_at = max(at, fault.last_at) if fault.last_at else at
        if job.error and job.error not in fault.said:
            fault.said.append(job.error)
    return sorted(found.values(), key=lambda fault: fault.last_at.timestamp() if fault.last_at else 0.0, reverse=True)


def _item(job: GradingJob) -> str:
    """Return the exercise that the grader named: a broken one begins its words with its name."""
    head, colon, _rest = job.error.partition(":")
    return head if job.error_kind == ErrorKind.GRADER and colon and " " not in head else ""
