"""Thin tasks: an id in, a verb called. Each may come twice, late or never."""

from celery.signals import worker_ready

from whitebox.background import task


@task("mastery.grade_job")
def grade_job(job_id: int) -> None:
    from mastery import working

    working.work(job_id)


@task("batch.mastery.test_sandbox")
def test_sandbox() -> None:
    from mastery import sandbox

    sandbox.look()


@worker_ready.connect
def test_at_start(**_: object) -> None:
    """Let a worker that has just started try its sandbox; the tick asks again every hour."""
    test_sandbox.delay_on_commit()
