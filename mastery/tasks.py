"""Thin tasks: an id in, a verb called. Each may come twice, late or never."""

import time

from celery.signals import worker_ready
from django.utils import timezone

from whitebox.background import task

REGRADE_SECONDS = 30.0


@task("mastery.grade_job")
def grade_job(job_id: int) -> None:
    from mastery import working

    working.work(job_id)


@task("batch.mastery.test_sandbox")
def test_sandbox() -> None:
    from mastery import sandbox

    sandbox.look()


@task("batch.mastery.regrade")
def regrade(run_id: int) -> None:
    """Work on a run for a while, then let another task go on: no task comes near its time limit."""
    from mastery import regrading

    until = time.monotonic() + REGRADE_SECONDS
    while regrading.step(run_id, timezone.now()):
        if time.monotonic() > until:
            regrade.delay_on_commit(run_id)
            return


@worker_ready.connect
def test_at_start(**_: object) -> None:
    """Let a worker that has just started try its sandbox; the tick asks again every hour."""
    test_sandbox.delay_on_commit()
