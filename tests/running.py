"""Real processes for tests: a web server and a worker on a database, a broker and a folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PYTHON = [sys.executable, "-W", "ignore"]
WORKER = "-m celery -q -A whitebox worker --concurrency {concurrency} -Q interactive,batch --loglevel warning"


def web(port: int) -> str:
    return f"-m gunicorn whitebox.wsgi --bind 127.0.0.1:{port} --workers 1 --threads 4 --log-level warning"


def run(command: list[str], environment: dict[str, str]) -> str:
    """Run a management command and return what it printed. Raises AssertionError with its complaint."""
    line = [*PYTHON, "manage.py", *command]
    done = subprocess.run(line, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment_for(folder: Path, port: int, database: str, *, redis: str) -> dict[str, str]:
    """Return the variables of a site below `folder`; `redis` is an address, or nothing for the broker made of files."""
    mine = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "SECRET_KEY": "for-tests-only-" + "x" * 40,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECOND_FACTOR_REQUIRED": "false",
        "SANDBOX_DIR": str(settings.SANDBOX_DIR),
    }
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | mine


def redis_number(first: int) -> str:
    """Return the address of Redis database `first`, one further for each parallel process; nothing without Redis."""
    if not settings.REDIS_URL:
        return ""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return str(settings.REDIS_URL).rpartition("/")[0] + f"/{first + process}"


@contextmanager
def process(
    command: str, environment: dict[str, str], log: Path, *, patience: float = 10
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a Python module in a process group of its own and stop it, after `patience` seconds by force."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [*PYTHON, *command.split()], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield started
        finally:
            if patience:
                started.terminate()
                with suppress(subprocess.TimeoutExpired):
                    started.wait(patience)
            kill(started)


def kill(started: "subprocess.Popen[bytes]") -> None:
    """End a process and all it started at once, without a chance to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(10)


def wait_for_web(address: str, log: Path) -> None:
    deadline = time.monotonic() + 120  # seconds: a busy machine takes its time
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(log.read_text())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
