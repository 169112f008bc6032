"""A whole WhiteBox as its users meet it: real processes, a real worker, a filled demonstration.

Started once for all browser tests of a process. It uses the database and broker of the environment, in a database,
folder and broker number of its own.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql

ROOT = Path(settings.BASE_DIR)
PYTHON = [sys.executable, "-W", "ignore"]


@dataclass(frozen=True, slots=True)
class Site:
    address: str
    folder: Path
    environment: dict[str, str]

    @property
    def mails(self) -> Path:
        """The folder into which the site writes its mails."""
        return self.folder / "mail"

    def manage(self, *command: str) -> str:
        """Run a management command against the site's database and return what it printed."""
        return _run(list(command), self.environment)


def _run(command: list[str], environment: dict[str, str]) -> str:
    """Run a management command and return what it printed. Raises AssertionError with its complaint."""
    line = [*PYTHON, "manage.py", *command]
    done = subprocess.run(line, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """Fill a demonstration below `folder`, serve it with one worker, and stop both at the end."""
    port = _free_port()
    with _database() as database:
        environment = _environment(folder, port, database)
        served = environment | {"DEBUG": "false"}
        _run(["demo", "--no-serve"], environment)
        _run(["collectstatic", "--noinput", "--verbosity", "0"], served)
        web = f"-m gunicorn whitebox.wsgi --bind 127.0.0.1:{port} --workers 1 --threads 4 --log-level warning"
        worker = "-m celery -q -A whitebox worker -B --concurrency 1 -Q interactive,batch --loglevel warning"
        with _process(web, served, folder / "web.log"), _process(worker, served, folder / "worker.log"):
            site = Site(f"http://127.0.0.1:{port}", folder, environment)
            _wait_for(site)
            yield site


def _environment(folder: Path, port: int, database: str) -> dict[str, str]:
    mine = {
        "VAR_DIR": str(folder),
        "DATABASE_URL": database,
        "SECRET_KEY": "for-browser-tests-only-" + "x" * 40,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECOND_FACTOR_REQUIRED": "false",
        "SANDBOX_DIR": str(settings.SANDBOX_DIR),
    }
    if settings.REDIS_URL:
        mine["REDIS_URL"] = settings.REDIS_URL.rpartition("/")[0] + "/" + str(2 + _worker_number())
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | mine


def _worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@contextmanager
def _database() -> Iterator[str]:
    """Yield the address of an empty database; nothing means SQLite in the folder."""
    configured = settings.DATABASES["default"]
    if configured["ENGINE"] != "django.db.backends.postgresql":
        yield ""
        return
    name = f"browser_{os.getpid()}"
    server = {name.lower(): configured[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    server["port"] = server["port"] or 5432
    _administer(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield f"postgres://{server['user']}:{server['password']}@{server['host']}:{server['port']}/{name}"
    finally:
        _administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administer(server: dict[str, Any], statement: sql.Composed) -> None:
    connection = psycopg2.connect(None, dbname="postgres", **server)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


@contextmanager
def _process(command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*PYTHON, *command.split()], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait_for(site: Site) -> None:
    deadline = time.monotonic() + 30  # seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.address}/healthz", timeout=2)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError((site.folder / "web.log").read_text())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
