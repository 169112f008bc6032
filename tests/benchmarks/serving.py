"""The processes that are measured: a folder and databases of their own, servers, a worker. All end with the run."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-W", "ignore"]
SITE, FLOORS = "tests.benchmarks.settings", "tests.benchmarks.floor_settings"
SMALL, LARGE = "small", "large"
SERVER = "-m gunicorn whitebox.wsgi --workers {workers} --threads 4 --keep-alive 75 --log-level warning"
WORKER = "-m celery -q -A whitebox worker -B --concurrency 1 -Q interactive,batch --loglevel warning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one load lives: a folder, a database, and the environment of every process that works on it."""

    folder: Path
    environment: dict[str, str]

    def run(self, module: str, *arguments: str) -> None:
        """Run one of our modules to its end. Raises RuntimeError with what it complained about."""
        line = [*PYTHON, "-m", module, *arguments]
        done = subprocess.run(line, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module}: {done.stderr[-4000:]}")

    @contextmanager
    def serving(self, settings: str, *, workers: int = 1) -> Iterator[str]:
        """Serve with one of the settings; yield host and port."""
        host = f"127.0.0.1:{_free_port()}"
        environment = self.environment | {"DJANGO_SETTINGS_MODULE": settings}
        log = self.folder / f"{settings}.log"
        with _process(f"{SERVER.format(workers=workers)} --bind {host}", environment, log):
            _wait_for(host, log)
            yield host

    @contextmanager
    def working(self) -> Iterator[None]:
        with _process(WORKER, self.environment, self.folder / "worker.log"):
            yield


@contextmanager
def places(loads: list[str]) -> Iterator[dict[str, Place]]:
    """Yield a place for each load, in a temporary folder; the databases do not exist or are empty yet."""
    folder = Path(tempfile.mkdtemp(prefix="whitebox-bench-"))
    broker = _free_broker()
    made = {load: _place(folder, load, broker) for load in loads}
    try:
        yield made
    finally:
        for place in made.values():
            _drop(place.environment["DATABASE_URL"])
        if broker:
            redis.Redis.from_url(broker).flushdb()
        shutil.rmtree(folder, ignore_errors=True)


def _place(folder: Path, load: str, broker: str) -> Place:
    here = folder / load
    here.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in {"DEBUG", "SITE_URL", "EMAIL_URL"}}
    own = {
        "DJANGO_SETTINGS_MODULE": SITE,
        "DEBUG": "false",
        "SECRET_KEY": "for-measuring-only-" + "x" * 40,
        "SITE_URL": "http://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1",
        "VAR_DIR": str(here),
        "STATIC_ROOT": str(folder / "static"),
        "SANDBOX_DIR": os.environ.get("SANDBOX_DIR") or str(ROOT / ".sandbox"),
        "DATABASE_URL": _named(os.environ.get("DATABASE_URL", ""), f"bench_{os.getpid()}_{load}"),
        "REDIS_URL": broker,
        "LOG_LEVEL": "WARNING",
    }
    return Place(here, kept | own)


def create(place: Place) -> None:
    """Make an empty database; SQLite makes its own."""
    if place.environment["DATABASE_URL"]:
        _administer(place.environment["DATABASE_URL"], "CREATE DATABASE {}")


def copy(source: Place, target: Place) -> None:
    """Make the target's database a copy of the source's. Nobody may be connected to either."""
    if target.environment["DATABASE_URL"]:
        template = urlsplit(source.environment["DATABASE_URL"]).path[1:]
        _administer(target.environment["DATABASE_URL"], "CREATE DATABASE {} TEMPLATE {}", template)
        return
    name = "whitebox.sqlite3"
    origin, other = sqlite3.connect(source.folder / name), sqlite3.connect(target.folder / name)
    origin.backup(other)
    origin.close()
    other.close()


def _drop(address: str) -> None:
    if address:
        _administer(address, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _administer(address: str, statement: str, *others: str) -> None:
    names = [sql.Identifier(name) for name in (urlsplit(address).path[1:], *others)]
    connection = psycopg2.connect(_named(address, "postgres"))
    connection.autocommit = True
    try:
        connection.cursor().execute(sql.SQL(statement).format(*names))
    finally:
        connection.close()


def _named(address: str, database: str) -> str:
    """Return the address of another database on the same server; nothing stays nothing and means SQLite."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}")) if address else ""


def _free_broker() -> str:
    """Return the address of an empty Redis database on the configured server; nothing means the broker of files."""
    configured = os.environ.get("REDIS_URL", "")
    if not configured:
        return ""
    for number in range(15, 7, -1):
        address = _named(configured, str(number))
        if not redis.Redis.from_url(address).dbsize():
            return address
    raise RuntimeError("The Redis server has no empty database between 8 and 15 to measure with.")


@contextmanager
def _process(command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*PYTHON, *command.split()], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)  # seconds; a worker finishes the job it holds
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(host: str, log: Path) -> None:
    deadline = time.monotonic() + 60  # seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://{host}/healthz", timeout=5)
        except urllib.error.HTTPError:
            return  # The floors have no such page, but they answer.
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(log.read_text()[-4000:])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
