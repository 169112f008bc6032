"""What a worker does with a job: claim it, run the code in the box, write the grades."""

import logging
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import questions, queue, repeats
from mastery.choices import QuestionKind
from mastery.grading import code
from mastery.ledger import Mark
from mastery.models import Answer, GradeEvent, GradingJob
from mastery.questions import Question
from whitebox import trace
from whitebox.prepared import Some, prepared

logger = logging.getLogger(__name__)

Answers = dict[int, dict[str, repeats.Value]]  # by attempt and item

LONGEST = 60.0  # seconds on jobs that were claimed together; then the rest goes to whoever is free
PATIENCE = 0.5  # seconds for one item while others wait for the same worker


class BrokenExercise(Exception):  # noqa: N818 - a finding about an exercise, not an error of the program
    """The exercise cannot be graded: no learner's fault."""


def work(job_id: int) -> None:
    """Do one job, and of a long line some more. A second delivery of the same message finds nothing to claim."""
    work_on(queue.claim_some(job_id, now=timezone.now()))


def work_on(claimed: Sequence[GradingJob]) -> None:
    """Do jobs that were claimed together.

    None waits long for another: whose code takes its time is run again when the others have their grades.
    """
    jobs = deque(claimed)
    answers, until = _answers_of(jobs), time.monotonic() + LONGEST
    try:
        if len(jobs) > 1:
            _work_quickly(jobs, answers, until)
        while jobs and (time.monotonic() < until or len(jobs) == 1):
            _work(jobs.popleft(), answers)
    finally:
        for job in jobs:
            queue.put_back(job)


def _work_quickly(jobs: deque[GradingJob], answers: Answers, until: float) -> None:
    """Take jobs that are graded soon and record them together; the others stay."""
    graded: list[tuple[GradingJob, list[Mark]]] = []
    try:
        for _turn in range(len(jobs)):
            if time.monotonic() > until:
                break
            job = jobs.popleft()
            with trace.continued(job.trace), _letting_go(job):
                try:
                    graded.append((job, marks_for(job, answers[job.attempt_id], PATIENCE)))
                except code.OutOfPatience:
                    jobs.append(job)
    finally:
        _record(graded)


def _work(job: GradingJob, answers: Answers) -> None:
    with trace.continued(job.trace), _letting_go(job):
        _record([(job, marks_for(job, answers[job.attempt_id]))])


def _record(graded: Sequence[tuple[GradingJob, list[Mark]]]) -> None:
    for job in queue.finish_all(graded):
        with trace.continued(job.trace):
            logger.info("grading job %s is done", job.pk)


@contextmanager
def _letting_go(job: GradingJob) -> Iterator[None]:
    """Let go of a job that cannot be graded now, or not at all."""
    try:
        yield
    except code.SandboxUnavailable as unavailable:
        queue.pause(job, str(unavailable))
    except BrokenExercise as broken:
        logger.error("grading job %s: %s", job.pk, broken)  # noqa: TRY400 - the finding says all; a trace would not help
        queue.spoil(job, str(broken))


def marks_for(job: GradingJob, answers: Mapping[str, repeats.Value], patience: float | None = None) -> list[Mark]:
    """Run every code item of a job's attempt. Raises SandboxUnavailable or BrokenExercise; writes nothing.

    Code that this person handed in before just as it is gets its stored result. With `patience`, OutOfPatience is
    raised where an item runs for so many seconds.
    """
    attempt = job.attempt
    asked = [question for question in questions.of_attempt(attempt) if question.kind == QuestionKind.CODE]
    known = repeats.stored(attempt, asked, answers)
    return [
        _again(known[one.slug])
        if one.slug in known
        else mark_code(one, answers.get(one.slug, ""), attempt.seed, patience)
        for one in asked
    ]


def _answers_of(jobs: Collection[GradingJob]) -> Answers:
    found: Answers = {job.attempt_id: {} for job in jobs}
    for attempt, item, value in _answers(list(found)) if found else ():
        found[attempt][item] = value
    return found


@prepared
def _answers(attempts: Some) -> QuerySet[Answer, Any]:
    return Answer.objects.filter(attempt__in=attempts).values_list("attempt", "item", "value").order_by()


def _again(event: GradeEvent) -> Mark:
    reason = _("The same code as in attempt %(number)d.") % {"number": event.attempt.number}
    return Mark(event.item, event.points, event.detail, reason)


def mark_code(question: Question, source: repeats.Value, seed: int, patience: float | None = None) -> Mark:
    """Grade one function. Raises SandboxUnavailable or BrokenExercise, and OutOfPatience if it is asked to."""
    if question.exercise is None:
        raise BrokenExercise(f"{question.slug} has no exercise")
    if not repeats.is_code(source):
        return Mark(question.slug, 0, {"message": ""})
    graded = code.grade("".join(source), question.exercise, seed, patience=patience)
    if graded.verdict is code.Verdict.VOID:
        raise BrokenExercise(f"{question.slug}: {graded.error_kind.value} {graded.detail}")
    points = question.points if graded.verdict is code.Verdict.PASSED else 0
    return Mark(question.slug, points, shown(graded))


def shown(graded: code.CodeGrade) -> dict[str, object]:
    """Return what the learner may see: public cases with inputs, hidden ones by category only."""
    return {
        "message": graded.message,
        "error_kind": graded.error_kind.value,
        "public": [
            {
                "name": one.name,
                "inputs": one.inputs,
                "output": one.output,
                "passed": one.passed,
                "message": one.message,
            }
            for one in graded.public
        ],
        "hidden": [{"category": one.category, "passed": one.passed, "total": one.total} for one in graded.hidden],
        "output": graded.output,
        "is_output_cut": graded.is_output_cut,
        "seconds": round(graded.seconds, 3),
    }
