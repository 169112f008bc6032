"""What a worker does with a job: claim it, run the code in the box, write the grades."""

import logging
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
from whitebox.prepared import prepared

logger = logging.getLogger(__name__)


class BrokenExercise(Exception):  # noqa: N818 - a finding about an exercise, not an error of the program
    """The exercise cannot be graded: no learner's fault."""


def work(job_id: int) -> None:
    """Do one job. A second delivery of the same message finds nothing to claim."""
    job = queue.claim(job_id, now=timezone.now())
    if job is not None:
        with trace.continued(job.trace):
            _work(job)


def _work(job: GradingJob) -> None:
    try:
        marks = marks_for(job)
    except code.SandboxUnavailable as unavailable:
        queue.pause(job, str(unavailable))
    except BrokenExercise as broken:
        logger.error("grading job %s: %s", job.pk, broken)  # noqa: TRY400 - the finding says all; a trace would not help
        queue.spoil(job, str(broken))
    else:
        queue.finish(job, marks)
        logger.info("grading job %s is done", job.pk)


def marks_for(job: GradingJob) -> list[Mark]:
    """Run every code item of a job's attempt. Raises SandboxUnavailable or BrokenExercise; writes nothing.

    Code that this person handed in before just as it is gets its stored result.
    """
    attempt = job.attempt
    answers = dict(_answers(attempt.pk))
    asked = [question for question in questions.of_attempt(attempt) if question.kind == QuestionKind.CODE]
    known = repeats.stored(attempt, asked, answers)
    return [
        _again(known[one.slug]) if one.slug in known else mark_code(one, answers.get(one.slug, ""), attempt.seed)
        for one in asked
    ]


@prepared
def _answers(attempt: int) -> QuerySet[Answer, Any]:
    return Answer.objects.filter(attempt=attempt).values_list("item", "value").order_by()


def _again(event: GradeEvent) -> Mark:
    reason = _("The same code as in attempt %(number)d.") % {"number": event.attempt.number}
    return Mark(event.item, event.points, event.detail, reason)


def mark_code(question: Question, source: repeats.Value, seed: int) -> Mark:
    """Grade one function. Raises SandboxUnavailable or BrokenExercise."""
    if question.exercise is None:
        raise BrokenExercise(f"{question.slug} has no exercise")
    if not repeats.is_code(source):
        return Mark(question.slug, 0, {"message": ""})
    graded = code.grade("".join(source), question.exercise, seed)
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
