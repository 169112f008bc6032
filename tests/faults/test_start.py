"""Settings that are wrong or missing: the start is refused, the variable named, and no value shown."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.running import PYTHON, ROOT

SECRET = "hunter2"
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": SECRET,
    "SITE_URL": "https://cohort.example.test",
    "ALLOWED_HOSTS": "cohort.example.test",
}
REFUSED: dict[str, dict[str, str]] = {
    "SECRET_KEY": {"SECRET_KEY": ""},
    "SITE_URL": {"SITE_URL": ""},
    "ALLOWED_HOSTS": {"ALLOWED_HOSTS": ""},
    "DEBUG": {"DEBUG": f"of{SECRET}"},
    "SECOND_FACTOR_REQUIRED": {"SECOND_FACTOR_REQUIRED": SECRET},
    "BEHIND_PROXY": {"BEHIND_PROXY": SECRET},
    "DATABASE_URL": {"DATABASE_URL": f"mysql://whitebox:{SECRET}@database/whitebox"},
    "REDIS_URL": {"REDIS_URL": f"redis://:{SECRET}/more@broker:6379/0"},
    "EMAIL_URL": {"EMAIL_URL": f"smtp+tsl://me:{SECRET}@mail.example.test"},
    "DEFAULT_ZONE": {"DEFAULT_ZONE": "Mars/Base"},
    "BACKUP_KEY": {"BACKUP_KEY": SECRET},
    "BACKUP_KEEP": {"BACKUP_KEEP": "0"},
    "METRICS_TOKEN": {"METRICS_TOKEN": SECRET},
    "SECURITY_CONTACT": {"SECURITY_CONTACT": SECRET},
    "LOG_FORMAT": {"LOG_FORMAT": SECRET},
    "LOG_LEVEL": {"LOG_LEVEL": "LOUD"},
}


def _started(folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    known = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)} | PRODUCTION | environment
    command = [*PYTHON, "-c", "import whitebox.settings"]
    return subprocess.run(command, cwd=ROOT, env=known, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("variable", REFUSED)
def test_start_is_refused_and_names_the_variable(variable: str, tmp_path: Path) -> None:
    refused = _started(tmp_path, REFUSED[variable])

    last = refused.stderr.strip().splitlines()[-1]
    assert refused.returncode == 1
    assert last.startswith("django.core.exceptions.ImproperlyConfigured:")
    assert variable in last
    assert SECRET not in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    "address", [f"postgres://me:{SECRET}/x@database/whitebox", f"{SECRET}", f"postgres://me:{SECRET}#x@database/db"]
)
def test_start_keeps_a_malformed_password_to_itself(address: str, tmp_path: Path) -> None:
    refused = _started(tmp_path, {"DATABASE_URL": address})

    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr.strip().splitlines()[-1]
    assert SECRET not in refused.stderr


def test_start_with_all_that_production_needs(tmp_path: Path) -> None:
    started = _started(tmp_path, {})

    assert (started.returncode, started.stderr) == (0, "")
