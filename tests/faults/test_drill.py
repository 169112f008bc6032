"""The fault drill in its short form, and its refusals."""

import json
import os
import subprocess
import sys
from collections import Counter
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from mastery.drill.faults import Report


@pytest.mark.sandbox
@pytest.mark.postgres
def test_short_drill_loses_doubles_and_charges_nothing() -> None:
    command = [sys.executable, "-W", "ignore", "manage.py", "fault_drill", "--jobs", "4", "--workers", "1", "--json"]

    done = subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["jobs"], found["ended"]) == (4, 4)
    assert [found[fault] for fault in ("lost", "double_counted", "charged", "unfounded")] == [0, 0, 0, 0]
    assert found["injected"]["duplicates"] == 4
    assert min(found["injected"][fault] for fault in ("worker_kills", "broker_kills")) >= 1


def test_report_is_ok_when_all_ended() -> None:
    assert Report(jobs=3, seed=1, ended=3).is_ok


@pytest.mark.parametrize("fault", ["lost", "double_counted", "charged", "unfounded"])
def test_report_is_not_ok_with_one_fault(fault: str) -> None:
    report = Report(jobs=3, seed=1, ended=3)

    setattr(report, fault, 1)

    assert report.as_json()["ok"] is False


def test_report_is_not_ok_while_something_has_not_ended() -> None:
    assert not Report(jobs=3, seed=1, ended=2, injected=Counter(worker_kills=1)).is_ok


def test_drill_without_jobs_is_refused() -> None:
    with pytest.raises(CommandError, match="at least one job"):
        call_command("fault_drill", "--jobs", "0", stdout=StringIO())
