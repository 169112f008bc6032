"""What the minute tick repairs and carries on."""

from datetime import datetime

from mastery import booking, disputing, due, queue, regrading, remembering, sandbox, second_marks, tasks
from mastery.reports import SandboxReport


def keep_self_test_fresh(now: datetime) -> int:
    """Let a worker try its sandbox once an hour."""
    if SandboxReport.objects.filter(at__gt=now - sandbox.FRESH).exists():
        return 0
    tasks.test_sandbox.delay_on_commit()
    return 1


SWEEPS = [
    queue.give_back_expired,
    queue.hand_out,
    due.take_drafts,
    regrading.hand_out,
    booking.let_fall,
    remembering.follow,
    keep_self_test_fresh,
    disputing.escalate,
    second_marks.hand_over,
]
