"""`check --deploy` under the settings of production: clean, and with a line for each thing that is unsafe."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.running import PYTHON, ROOT

PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "SITE_URL": "https://cohort.example.test",
    "ALLOWED_HOSTS": "cohort.example.test",
    "BEHIND_PROXY": "true",
    "EMAIL_URL": "smtp+tls://me:password@mail.example.test:587",
}
UNSAFE: dict[str, dict[str, str]] = {
    "operation.E003": {"SECOND_FACTOR_REQUIRED": "false"},
    "operation.E004": {"SECRET_KEY": "for-development-and-demonstrations-only"},
    "operation.E005": {"ALLOWED_HOSTS": "*,cohort.example.test"},
    "operation.E006": {"ALLOWED_HOSTS": "other.example.test"},
    "operation.E007": {"SITE_URL": "http://cohort.example.test"},
    "operation.W001": {"EMAIL_URL": "filemail://"},
    "operation.W002": {"BACKUP_DIR": "/var/backups/whitebox"},
    "security.W018": {"DEBUG": "true"},
}


def checked(folder: Path, more: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    known = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "SANDBOX_DIR": str(ROOT / ".sandbox")}
    command = [*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=known | PRODUCTION | more, check=False, capture_output=True, text=True)


def test_production_is_clean(tmp_path: Path) -> None:
    done = checked(tmp_path, {})

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


@pytest.mark.parametrize("name", UNSAFE)
def test_what_is_unsafe_is_named(name: str, tmp_path: Path) -> None:
    done = checked(tmp_path, UNSAFE[name])

    assert done.returncode == 1
    assert f"({name})" in done.stderr


def test_a_grading_box_where_uploads_lie_is_refused(tmp_path: Path) -> None:
    done = checked(tmp_path, {"SANDBOX_DIR": str(tmp_path / "box")})

    assert "(operation.E001)" in done.stderr


def test_a_grading_box_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    box = tmp_path / "box"
    box.mkdir()
    box.chmod(0o777)

    done = checked(tmp_path / "var", {"SANDBOX_DIR": str(box)})

    assert "(operation.E002)" in done.stderr


def test_cookies_belong_to_the_host_alone_under_tls(tmp_path: Path) -> None:
    known = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "whitebox.settings"}
    asked = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_PATH)"
    )

    said = subprocess.run(
        [*PYTHON, "-c", asked], cwd=ROOT, env=known | PRODUCTION, check=True, capture_output=True, text=True
    ).stdout

    assert said == "__Host-session __Host-csrf /\n"
