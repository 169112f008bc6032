"""Queries of mastery that must return no row."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mastery.choices import WAITING, AttemptState
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent, GradingJob, ObjectiveMastery
from whitebox.web.invariant import Invariant


def lost_work() -> QuerySet[Any, Any]:
    """Submitted work that waits for a grader without a job."""
    live = GradingJob.objects.live().filter(attempt=OuterRef("pk"))
    return Attempt.objects.awaiting_grade().exclude(Exists(live))


def jobs_for_nothing() -> QuerySet[Any, Any]:
    return GradingJob.objects.live().exclude(attempt__state__in=WAITING)


def graded_without_a_grade() -> QuerySet[Any, Any]:
    graded = GradeEvent.objects.filter(attempt=OuterRef("pk"))
    return Attempt.objects.filter(state=AttemptState.GRADED).exclude(Exists(graded))


def chains_that_cross() -> QuerySet[Any, Any]:
    """A correction that replaces the grade of another attempt or item."""
    return GradeEvent.objects.filter(supersedes__isnull=False).exclude(
        supersedes__attempt=F("attempt"), supersedes__item=F("item")
    )


def mastery_without_evidence() -> QuerySet[Any, Any]:
    evidence = GradeEvent.objects.filter(attempt=OuterRef("attempt"), objective=OuterRef("objective"))
    return ObjectiveMastery.objects.filter(
        ~Exists(evidence) | ~Q(attempt__membership=F("membership")) | ~Q(attempt__state=AttemptState.GRADED)
    )


def correctives_of_work_that_does_not_count() -> QuerySet[Any, Any]:
    return CorrectiveAssignment.objects.filter(attempt__state__in=[AttemptState.OPEN, AttemptState.VOID])


INVARIANTS = [
    Invariant("submitted work has a grading job or a mark to come", lost_work),
    Invariant("a live grading job has work that waits", jobs_for_nothing),
    Invariant("graded work has grades", graded_without_a_grade),
    Invariant("a correction replaces a grade of the same answer", chains_that_cross),
    Invariant("what is mastered has its evidence", mastery_without_evidence),
    Invariant("only graded work has correctives", correctives_of_work_that_does_not_count),
]
