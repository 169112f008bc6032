"""The short form of the drill: docs/hosts.md has the long one."""

import json
import os
import subprocess
import sys

import pytest

from tests.running import ROOT, redis_number

# It takes about two minutes, most of them the starting of workers.
GRADINGS, LETTERS, AWAY, CUT = 40, 160, 3, 5


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.sandbox
@pytest.mark.network
@pytest.mark.faults
def test_workers_on_two_hosts_lose_nothing_when_one_dies_and_the_other_is_cut_off() -> None:
    sizes = [str(one) for one in (GRADINGS, LETTERS, AWAY, CUT)]
    line = [sys.executable, "-W", "ignore", "-m", "tests.hosts.drill", *sizes]
    own = {"REDIS_URL": redis_number(12)}

    done = subprocess.run(line, cwd=ROOT, env=os.environ | own, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["left"], report["lost"], report["double_counted"], report["charged"]) == (0, 0, 0, 0)
    assert report["mails_twice"] == 0
    assert report["graded"] + report["void"] == GRADINGS
    assert set(report["happened"]) == {"killed", "back", "cut", "healed"}
