"""Thin tasks: an id in, a verb called. Each may come twice, late or never."""

from whitebox.background import task


@task("mastery.grade_job")
def grade_job(job_id: int) -> None:
    from mastery import working

    working.work(job_id)


@task("batch.mastery.test_sandbox")
def test_sandbox() -> None:
    from mastery import sandbox

    sandbox.look()
