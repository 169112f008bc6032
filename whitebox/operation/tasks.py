"""Thin tasks of operation. Each may come twice, late or never."""

from datetime import timedelta

from whitebox.background import task
from whitebox.operation.choices import Chore


@task("batch.heartbeat")
def heartbeat() -> None:
    """Show that somebody serves the batch queue; the tick does so for the interactive one."""
    from whitebox.outbox import tick

    tick.beat("batch")


@task("operation.check_invariants")
def check_invariants() -> None:
    from whitebox.operation import chores, nightly

    chores.run(Chore.INVARIANTS, nightly.check_invariants)


# A backup may take longer than other work. A broker that hands it out again meanwhile finds it under way.
@task(
    "batch.backup",
    time_limit=timedelta(hours=2).total_seconds(),
    soft_time_limit=timedelta(minutes=110).total_seconds(),
)
def backup() -> None:
    from whitebox.operation import nightly

    nightly.back_up()
