import os
import subprocess
from pathlib import Path

import pytest

from mastery.grading.interpreter import PROJECT, sandbox_folder

pytestmark = pytest.mark.sandbox
SCRIPT = PROJECT / "scripts" / "make_sandbox.sh"


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SANDBOX_DIR": str(folder)}
    return subprocess.run(["sh", str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)


def test_second_run_changes_nothing() -> None:
    before = (sandbox_folder() / "stamp").stat().st_mtime_ns

    again = run(sandbox_folder())

    assert (again.returncode, again.stdout) == (0, "")
    assert (sandbox_folder() / "stamp").stat().st_mtime_ns == before


def test_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    refused = run(tmp_path)

    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
