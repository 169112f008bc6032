"""Queries of mastery that must return no row."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mastery.choices import WAITING, AttemptState, EntryKind, RegradeJobState, RegradeState, TalkState
from mastery.judgements import Dispute, DisputeEntry, SecondMark
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent, GradingJob, ObjectiveMastery
from mastery.regrades import RegradeJob
from mastery.talks import DrawnQuestion, Talk
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


def regrades_that_forgot_work() -> QuerySet[Any, Any]:
    """A run that is applied and still has changes to write."""
    left = [RegradeJobState.WAITING, RegradeJobState.COMPARED]
    return RegradeJob.objects.filter(regrade__state=RegradeState.DONE, state__in=left)


def regraded_without_a_run() -> QuerySet[Any, Any]:
    """A grade by a regrade that nobody has applied."""
    return GradeEvent.objects.filter(regrade__state__in=[RegradeState.COMPARING, RegradeState.COMPARED])


def clocks_that_no_check_has() -> QuerySet[Any, Any]:
    return Attempt.objects.filter(closes_at__isnull=False, check_version__time_limit=None)


def talks_held_without_a_grade() -> QuerySet[Any, Any]:
    graded = GradeEvent.objects.filter(attempt=OuterRef("attempt"), by__isnull=False)
    return Talk.objects.filter(state=TalkState.HELD).exclude(Exists(graded))


def questions_drawn_too_early() -> QuerySet[Any, Any]:
    """A question that was drawn before its talk's time, or for a talk that never began."""
    return DrawnQuestion.objects.filter(Q(talk__begun_at=None) | Q(at__lt=F("talk__slot__starts_at")))


def people_who_examine_themselves() -> QuerySet[Any, Any]:
    return Talk.objects.filter(slot__mentor__user=F("attempt__membership__user"))


def live_talks_at_times_taken_back() -> QuerySet[Any, Any]:
    return Talk.objects.filter(slot__cancelled_at__isnull=False).exclude(state=TalkState.CANCELLED)


def marks_of_the_own_work() -> QuerySet[Any, Any]:
    return GradeEvent.objects.filter(by=F("attempt__membership__user"))


def second_marks_by_the_wrong_person() -> QuerySet[Any, Any]:
    """Second marks by whoever gave the first, or of the own work, or on another answer than the first."""
    same = Q(first__attempt=F("attempt"), first__item=F("item"))
    wrong = Q(marker=F("first__by")) | Q(marker=F("attempt__membership__user")) | Q(first__by__isnull=True)
    return SecondMark.objects.filter(wrong | ~same)


def decisions_about_other_marks() -> QuerySet[Any, Any]:
    """Disputes whose mark or outcome is a grade of another answer, or that the marker or the learner decided."""
    strange = ~Q(mark__attempt=F("attempt"), mark__item=F("item"))
    crossed = Q(outcome__isnull=False) & ~Q(outcome__attempt=F("attempt"), outcome__item=F("item"))
    own = Q(decided_by=F("marker")) | Q(decided_by=F("attempt__membership__user"))
    return Dispute.objects.filter(strange | crossed | own)


def disputes_without_a_reason() -> QuerySet[Any, Any]:
    reason = DisputeEntry.objects.filter(dispute=OuterRef("pk"), kind=EntryKind.REASON)
    return Dispute.objects.exclude(Exists(reason))


INVARIANTS = [
    Invariant("submitted work has a grading job or a mark to come", lost_work),
    Invariant("a live grading job has work that waits", jobs_for_nothing),
    Invariant("graded work has grades", graded_without_a_grade),
    Invariant("a correction replaces a grade of the same answer", chains_that_cross),
    Invariant("what is mastered has its evidence", mastery_without_evidence),
    Invariant("only graded work has correctives", correctives_of_work_that_does_not_count),
    Invariant("an applied regrade has nothing left to do", regrades_that_forgot_work),
    Invariant("a regrade writes only after somebody has looked", regraded_without_a_run),
    Invariant("a clock runs where the check has one", clocks_that_no_check_has),
    Invariant("a talk that was held has its grades", talks_held_without_a_grade),
    Invariant("no question is drawn before its talk begins", questions_drawn_too_early),
    Invariant("nobody holds a talk with themselves", people_who_examine_themselves),
    Invariant("a time that was taken back has no talk", live_talks_at_times_taken_back),
    Invariant("nobody marked their own work", marks_of_the_own_work),
    Invariant("a second mark is by somebody else, on the same answer", second_marks_by_the_wrong_person),
    Invariant("a dispute is about one mark and decided by somebody else", decisions_about_other_marks),
    Invariant("a dispute has its reason", disputes_without_a_reason),
]
