"""The grading queue. A job's row is the truth and the message only a hint, so delivery may come twice, late or never.

A worker claims a job with a token and may finish it only while it still holds that token. Whoever lost the lease
drops the result: another worker has the job.
"""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import ledger, settling, tasks
from mastery.choices import AttemptState, ErrorKind, JobState
from mastery.holding import hold, hold_again, hold_all, hold_free
from mastery.ledger import Mark
from mastery.models import Attempt, GradingJob
from whitebox.errors import RuleViolation
from whitebox.people.models import User
from whitebox.prepared import MOST, Some, prepared
from whitebox.web.templatetags.moments import duration

LEASE = timedelta(minutes=6)  # above the hard time limit of a task, 5 min
MOST_TRIES = 3
MOST_AN_HOUR = 30  # submissions of code by one person
LATELY = 100  # jobs whose waiting time is shown
MINUTE = timedelta(minutes=1)
NONE: Mapping[int, int] = {}


@transaction.atomic
def enqueue(attempt: Attempt) -> GradingJob:
    """Queue the code of an attempt; a job that is under way already is returned."""
    learner = attempt.membership.user_id
    is_first = not GradingJob.objects.live().filter(learner=learner).exists()
    job, created = GradingJob.objects.get_or_create(
        attempt=attempt,
        check_version_id=attempt.check_version_id,
        state__in=[JobState.QUEUED, JobState.LEASED],
        defaults={"state": JobState.QUEUED, "learner_id": learner},
    )
    if created and is_first:  # Further ones are called when this one ends: a pile of one person fills no queue.
        tasks.grade_job.delay_on_commit(job.pk)
    return job


def require_room(learner: User, now: datetime) -> None:
    """Raise RuleViolation where somebody has handed in more code within an hour than one can have thought about."""
    sent = GradingJob.objects.filter(learner=learner, queued_at__gt=now - timedelta(hours=1)).order_by("-queued_at")
    times = list(sent.values_list("queued_at", flat=True)[:MOST_AN_HOUR])
    if len(times) == MOST_AN_HOUR:
        again = times[-1] + timedelta(hours=1)
        words = _("You have handed in code %(count)d times within an hour. Your answers are saved; go on in %(wait)s.")
        raise RuleViolation(words % {"count": MOST_AN_HOUR, "wait": duration(max(again - now, MINUTE))})


def claim(job_id: int, *, now: datetime) -> GradingJob | None:
    """Lease a queued job to this worker; None where another has it or it has ended."""
    for job in _waiting(job_id):
        with suppress(IntegrityError):  # Code of the same person in another cohort was claimed a moment before.
            return next(iter(_claim([job], now)), None)
    return None  # Ended meanwhile, or one at a time for each person: the end of the running one calls the next.


def claim_some(job_id: int, *, now: datetime) -> list[GradingJob]:
    """Lease a queued job and, where the line is long, some that come next; none where another worker has it.

    They are of different people. Several are claimed and recorded in about the time of one, so a long line moves on
    faster; in a short one each job is left to whichever worker is free. A job that was tried before goes alone: what
    ended its worker shall not end others with it, and a machine without a sandbox puts back one at a time.
    """
    for job in _waiting(job_id):
        is_new = not job.tries and job.error_kind == ErrorKind.NONE
        others = _next_in_line(job.learner_id) if is_new else {}
        with suppress(IntegrityError):
            if others and (claimed := _claim([job], now, others)):
                return claimed
        with suppress(IntegrityError):
            return _claim([job], now)
    return []


@transaction.atomic
def _claim(jobs: list[GradingJob], now: datetime, others: Mapping[int, int] = NONE) -> list[GradingJob]:
    """Lease a job as it was just now, and with it others that nobody holds, by their attempts. Empty if it has gone."""
    held = hold_all([job.attempt_id for job in jobs])
    if others:
        free = hold_free(list(others.values()))
        held |= free
        jobs = _queued([jobs[0].pk, *(pk for pk, attempt in others.items() if attempt in free)])
    leased = {"state": JobState.LEASED, "lease_token": uuid.uuid4(), "lease_until": now + LEASE}
    first = jobs[0].tries if jobs else 0
    # The locks came after the look: as it was then, or another delivery of the same message has it.
    mine = GradingJob.objects.filter(pk__in=[job.pk for job in jobs], state=JobState.QUEUED, tries=first)
    if mine.update(**leased, tries=first + 1) != len(jobs):
        transaction.set_rollback(True)
        return []
    for job in jobs:
        job.attempt = held[job.attempt_id]
        job.tries += 1
        for name, value in leased.items():
            setattr(job, name, value)
    _begin([job.attempt for job in jobs])
    return jobs


def _begin(attempts: Sequence[Attempt]) -> None:
    """Show that submitted attempts are being graded; one that a person has graded meanwhile stays as it is."""
    submitted = [attempt for attempt in attempts if attempt.state == AttemptState.SUBMITTED]
    if submitted:
        Attempt.objects.filter(pk__in=[one.pk for one in submitted]).update(state=AttemptState.GRADING)
    for attempt in submitted:
        attempt.state = AttemptState.GRADING


@prepared
def _waiting(job: int) -> QuerySet[GradingJob]:
    running = GradingJob.objects.filter(learner=OuterRef("learner"), state=JobState.LEASED)
    return GradingJob.objects.filter(~Exists(running), pk=job, state=JobState.QUEUED, tries__lt=MOST_TRIES)


def _next_in_line(learner: int) -> dict[int, int]:
    """Return some jobs of others than `learner` that come next, with their attempts: a quarter of those that wait.

    So a few workers share what is there, and a job that others could begin at once waits for none.
    """
    first: dict[int, tuple[int, int]] = {}
    for other, job, attempt in _line(learner):
        first.setdefault(other, (job, attempt))
    return dict(list(first.values())[: min(MOST - 1, len(first) // 4)])


@prepared
def _line(learner: int) -> QuerySet[GradingJob, Any]:
    running = GradingJob.objects.filter(learner=OuterRef("learner"), state=JobState.LEASED)
    waiting = GradingJob.objects.filter(~Q(learner=learner), ~Exists(running), state=JobState.QUEUED)
    new = waiting.filter(tries=0, error_kind=ErrorKind.NONE)
    return new.order_by("priority", "queued_at", "pk").values_list("learner", "pk", "attempt")[: 4 * MOST]


@prepared
def _queued(jobs: Some) -> QuerySet[GradingJob]:
    return GradingJob.objects.filter(pk__in=jobs, state=JobState.QUEUED, tries=0)


def finish(job: GradingJob, marks: Sequence[Mark]) -> bool:
    """Write the grades of a job and let go of it. False where the lease was lost: the result is dropped."""
    return bool(finish_all([(job, marks)]))


def finish_all(graded: Sequence[tuple[GradingJob, Sequence[Mark]]]) -> list[GradingJob]:
    """As `finish`, for jobs that were claimed together; return those whose lease was not lost.

    What goes wrong with one of them keeps no other from being written: then each is written alone.
    """
    if not graded:
        return []
    try:
        if _finish(graded):
            return [job for job, _marks in graded]
    except DatabaseError:
        if len(graded) == 1:
            raise
    return _finish_each(graded) if len(graded) > 1 else []


def _finish_each(graded: Sequence[tuple[GradingJob, Sequence[Mark]]]) -> list[GradingJob]:
    done: list[GradingJob] = []
    errors: list[DatabaseError] = []
    for job, marks in graded:
        try:
            done += finish_all([(job, marks)])
        except DatabaseError as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return done


@transaction.atomic
def _finish(graded: Sequence[tuple[GradingJob, Sequence[Mark]]]) -> bool:
    """Write all or nothing. False where a lease was lost."""
    held = hold_again([job.attempt for job, _marks in graded])
    if not _end([job for job, _marks in graded], JobState.DONE):
        transaction.set_rollback(True)
        return False  # The lease ran out and the job went to another worker.
    marked = [ledger.Marked(held[job.attempt_id], marks, job) for job, marks in graded]
    at_work = [one for one in marked if one.attempt.state in {AttemptState.SUBMITTED, AttemptState.GRADING}]
    traces = {job.attempt_id: job.trace for job, _marks in graded}
    settling.settle_all([one.attempt for one in at_work], ledger.record_all(at_work), traces)
    _call_next([job for job, _marks in graded])
    return True


@transaction.atomic
def spoil(job: GradingJob, error: str) -> bool:
    """End a job whose exercise is broken: trying again would not help. The attempt does not count."""
    attempt = hold(job.attempt_id)
    if not _end([job], JobState.FAILED, ErrorKind.GRADER, error):
        return False
    settling.void(attempt)
    _call_next([job])
    return True


def _call_next(ended: Sequence[GradingJob]) -> None:
    """Give a task for the next job of each person, whose own messages found these running."""
    for learner in set(_with_more([job.learner_id for job in ended])):
        for following in _first_of(learner):
            tasks.grade_job.delay_on_commit(following)


@prepared
def _with_more(learners: Some) -> QuerySet[GradingJob, Any]:
    waiting = GradingJob.objects.filter(learner__in=learners, state=JobState.QUEUED)
    return waiting.order_by().values_list("learner", flat=True).distinct()


@prepared
def _first_of(learner: int) -> QuerySet[GradingJob, Any]:
    waiting = GradingJob.objects.filter(learner=learner, state=JobState.QUEUED)
    return waiting.values_list("pk", flat=True)[:1]


@transaction.atomic
def pause(job: GradingJob, error: str) -> bool:
    """Put a job back because this machine has no sandbox now. It costs no try; a person may mark it meanwhile."""
    return _put_back(job, error_kind=ErrorKind.NO_SANDBOX, error=error[:500])


@transaction.atomic
def put_back(job: GradingJob) -> bool:
    """Let another worker have a job that was claimed with others and not begun. It costs no try."""
    is_back = _put_back(job)
    if is_back:
        tasks.grade_job.delay_on_commit(job.pk)
    return is_back


def _put_back(job: GradingJob, **why: str) -> bool:
    hold(job.attempt_id)
    mine = GradingJob.objects.filter(pk=job.pk, state=JobState.LEASED, lease_token=job.lease_token)
    if not mine.update(state=JobState.QUEUED, lease_token=None, lease_until=None, tries=F("tries") - 1, **why):
        return False
    Attempt.objects.filter(pk=job.attempt_id, state=AttemptState.GRADING).update(state=AttemptState.SUBMITTED)
    return True


@transaction.atomic
def withdraw(attempt: Attempt) -> bool:
    """Take a waiting job out of the queue because a person marks the code. False while a worker holds it."""
    if GradingJob.objects.filter(attempt=attempt, state=JobState.LEASED).exists():
        return False
    GradingJob.objects.filter(attempt=attempt, state=JobState.QUEUED).update(
        state=JobState.WITHDRAWN, ended_at=timezone.now()
    )
    return True


def give_back_expired(now: datetime) -> int:
    """Return jobs whose worker vanished to the queue; after three tries give them up, at no cost to the learner."""
    return sum([_give_back(job, now) for job in GradingJob.objects.expired(now)])


@transaction.atomic
def _give_back(job: GradingJob, now: datetime) -> int:
    attempt = hold(job.attempt_id)
    held = GradingJob.objects.expired(now).filter(pk=job.pk, lease_token=job.lease_token)
    lost = {"lease_token": None, "lease_until": None, "error_kind": ErrorKind.INFRASTRUCTURE}
    if held.filter(tries__lt=MOST_TRIES).update(
        state=JobState.QUEUED, error="The worker stopped while grading.", **lost
    ):
        Attempt.objects.filter(pk=attempt.pk, state=AttemptState.GRADING).update(state=AttemptState.SUBMITTED)
        return 1
    if held.update(state=JobState.DEAD, error=f"Given up after {MOST_TRIES} tries.", ended_at=now, **lost):
        settling.void(attempt)
        return 1
    return 0  # The worker finished after all, or another sweeper was first.


def hand_out(now: datetime, *, limit: int = 200) -> int:
    """Give a task for the first job of each person that has waited: what the broker lost is found again here."""
    waited = GradingJob.objects.filter(state=JobState.QUEUED, queued_at__lte=now - timedelta(seconds=20))
    waiting = list(_first_of_each(waited).order_by("priority", "queued_at", "pk").values_list("pk", flat=True)[:limit])
    for pk in waiting:
        tasks.grade_job.delay_on_commit(pk)
    return len(waiting)


def _first_of_each(jobs: QuerySet[GradingJob]) -> QuerySet[GradingJob]:
    """Leave the job of each person that goes first; whose code is running has none to wait for a worker."""
    before = Q(priority__lt=OuterRef("priority")) | Q(priority=OuterRef("priority"), pk__lt=OuterRef("pk"))
    own = GradingJob.objects.filter(learner=OuterRef("learner"))
    first = Q(state=JobState.LEASED) | (Q(state=JobState.QUEUED) & before)
    return jobs.exclude(Exists(own.filter(first)))


@dataclass(frozen=True, slots=True)
class Line:
    """Where an attempt stands in line, and how long people have waited lately."""

    place: int
    usual: timedelta | None  # the median wait of the last hundred jobs; None before there are some


def place_in_line(attempt: Attempt) -> Line | None:
    """Return the place of an attempt's code in line; None where nothing of it is queued. Four queries at most.

    Everybody has one turn at a time: before an attempt go the own earlier jobs, and of others those that came first.
    """
    job = attempt.jobs.live().first()
    if job is None:
        return None
    first = Q(priority__lt=job.priority) | Q(priority=job.priority, queued_at__lt=job.queued_at)
    live = GradingJob.objects.live().filter(first)
    others = live.exclude(learner=job.learner_id).values("learner").distinct().count()
    return Line(others + live.filter(learner=job.learner_id).count() + 1, usual_wait())


def usual_wait() -> timedelta | None:
    """Return the median time from the queue to the grade over the last hundred jobs."""
    done = GradingJob.objects.filter(state=JobState.DONE, ended_at__isnull=False).order_by("-ended_at")
    moments = done.values_list("ended_at", "queued_at")[:LATELY]
    waits = [(ended - queued).total_seconds() for ended, queued in moments if ended is not None]
    return timedelta(seconds=median(waits)) if waits else None


def _end(jobs: Sequence[GradingJob], state: JobState, kind: ErrorKind = ErrorKind.NONE, error: str = "") -> bool:
    """End jobs that were claimed together. False where not all of them are still leased to this worker."""
    mine = GradingJob.objects.filter(pk__in=[job.pk for job in jobs], state=JobState.LEASED)
    ended = mine.filter(lease_token=jobs[0].lease_token).update(
        state=state,
        lease_token=None,
        lease_until=None,
        ended_at=timezone.now(),
        error_kind=kind,
        error=error[:500],
    )
    return ended == len(jobs)
