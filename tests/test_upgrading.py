"""Somebody who runs the first release gets to this one with everything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import migrated
from tests.running import ROOT, environment_for


@pytest.mark.long
def test_rows_of_the_first_release_come_through_all_migrations(tmp_path: Path) -> None:
    with migrated.database(f"upgrade_{os.getpid()}", tmp_path) as address:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.upgrading"],
            cwd=ROOT, env=environment_for(tmp_path, 0, address, redis=""), check=False, capture_output=True, text=True,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["changed"], found["broken"]) == ([], [])
    assert found["rows"] > 100
    assert found["tables"] > 50
