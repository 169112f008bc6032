"""The grading queue. A job's row is the truth and the message only a hint, so delivery may come twice, late or never.

A worker claims a job with a token and may finish it only while it still holds that token. Whoever lost the lease
drops the result: another worker has the job.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from mastery import ledger, settling, tasks
from mastery.choices import AttemptState, ErrorKind, JobState
from mastery.holding import hold
from mastery.ledger import Mark
from mastery.models import Attempt, GradingJob

LEASE = timedelta(minutes=6)  # above the hard time limit of a task, 5 min
MOST_TRIES = 3


@transaction.atomic
def enqueue(attempt: Attempt) -> GradingJob:
    """Queue the code of an attempt; a job that is under way already is returned."""
    job, created = GradingJob.objects.get_or_create(
        attempt=attempt,
        check_version_id=attempt.check_version_id,
        state__in=[JobState.QUEUED, JobState.LEASED],
        defaults={"state": JobState.QUEUED},
    )
    if created:
        tasks.grade_job.delay_on_commit(job.pk)
    return job


@transaction.atomic
def claim(job_id: int, *, now: datetime) -> GradingJob | None:
    """Lease a queued job to this worker; None where another has it or it has ended."""
    queued = GradingJob.objects.filter(pk=job_id, state=JobState.QUEUED, tries__lt=MOST_TRIES)
    attempt_id = queued.values_list("attempt", flat=True).first()
    if attempt_id is None:
        return None
    hold(attempt_id)
    token = uuid.uuid4()
    if not queued.update(state=JobState.LEASED, lease_token=token, lease_until=now + LEASE, tries=F("tries") + 1):
        return None  # Claimed by another delivery of the same message, or ended meanwhile.
    job = GradingJob.objects.select_related("attempt__check_version", "attempt__for_check").get(pk=job_id)
    Attempt.objects.filter(pk=job.attempt_id, state=AttemptState.SUBMITTED).update(state=AttemptState.GRADING)
    return job


@transaction.atomic
def finish(job: GradingJob, marks: Sequence[Mark]) -> bool:
    """Write the grades of a job and let go of it. False where the lease was lost: the result is dropped."""
    attempt = hold(job.attempt_id)
    if not _end(job, JobState.DONE):
        return False  # The lease ran out and the job went to another worker.
    if attempt.state in {AttemptState.SUBMITTED, AttemptState.GRADING}:
        ledger.record(attempt, marks, job=job)
        settling.settle(attempt)
    return True


@transaction.atomic
def spoil(job: GradingJob, error: str) -> bool:
    """End a job whose exercise is broken: trying again would not help. The attempt does not count."""
    attempt = hold(job.attempt_id)
    if not _end(job, JobState.FAILED, ErrorKind.GRADER, error):
        return False
    settling.void(attempt)
    return True


@transaction.atomic
def pause(job: GradingJob, error: str) -> bool:
    """Put a job back because this machine has no sandbox now. It costs no try; a person may mark it meanwhile."""
    hold(job.attempt_id)
    held = GradingJob.objects.filter(pk=job.pk, state=JobState.LEASED, lease_token=job.lease_token)
    back = held.update(
        state=JobState.QUEUED,
        lease_token=None,
        lease_until=None,
        tries=F("tries") - 1,
        error_kind=ErrorKind.NO_SANDBOX,
        error=error[:500],
    )
    if back:
        Attempt.objects.filter(pk=job.attempt_id, state=AttemptState.GRADING).update(state=AttemptState.SUBMITTED)
    return bool(back)


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
    """Give a task for each job that has waited: what the broker lost is found again here."""
    waited = GradingJob.objects.filter(state=JobState.QUEUED, queued_at__lte=now - timedelta(seconds=20))
    waiting = list(waited.order_by("priority", "queued_at", "pk").values_list("pk", flat=True)[:limit])
    for pk in waiting:
        tasks.grade_job.delay_on_commit(pk)
    return len(waiting)


def place_in_line(attempt: Attempt) -> int | None:
    """Return how many jobs go first, plus one; None where nothing of the attempt is queued."""
    job = attempt.jobs.live().first()
    if job is None:
        return None
    first = Q(priority__lt=job.priority) | Q(priority=job.priority, queued_at__lt=job.queued_at)
    return GradingJob.objects.live().filter(first).count() + 1


def _end(job: GradingJob, state: JobState, kind: ErrorKind = ErrorKind.NONE, error: str = "") -> bool:
    held = GradingJob.objects.filter(pk=job.pk, state=JobState.LEASED, lease_token=job.lease_token)
    return bool(
        held.update(
            state=state,
            lease_token=None,
            lease_until=None,
            ended_at=timezone.now(),
            error_kind=kind,
            error=error[:500],
        )
    )
