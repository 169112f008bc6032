"""Whether learners' code can be graded here. The site works on without it: mentors mark by hand."""

from django.utils import timezone

from mastery import sandbox
from mastery.grading import code
from mastery.reports import SandboxReport
from whitebox.web.health import Finding


def sandbox_state() -> Finding:
    """Ask the machine, and the worker's last self-test."""
    report = SandboxReport.objects.filter(name="worker").first()
    if report is None:
        here = code.availability()
        return _finding(here.ok, here.reason or "no worker has tested it yet")
    if timezone.now() - report.at > sandbox.STALE:
        return _finding(False, "the last self-test is too old")  # noqa: FBT003 - the first half of a finding
    return _finding(report.is_ok, report.detail)


def _finding(is_ok: bool, detail: str) -> Finding:  # noqa: FBT001 - the first half of a finding
    return Finding("sandbox", is_ok=is_ok, detail=detail, is_vital=False)


CHECKS = [sandbox_state]
