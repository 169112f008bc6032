"""What the drill harms: a database, a Redis and workers of its own. Nothing of the site itself is touched."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import redis
from django.conf import settings
from psycopg2 import sql

from whitebox.errors import RuleViolation

PATIENCE = 30.0  # seconds, for a server that starts


@contextmanager
def database() -> Iterator[str]:
    """Make an empty database on the server of the site, yield its address, and drop it.

    Raises RuleViolation where the site does not use PostgreSQL.
    """
    configured = settings.DATABASES["default"]
    if configured["ENGINE"] != "django.db.backends.postgresql":
        raise RuleViolation("The drill needs PostgreSQL: set DATABASE_URL=postgres://… It makes a database of its own.")
    name = f"fault_drill_{os.getpid()}_{secrets.token_hex(3)}"
    _administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        secret = f":{configured['PASSWORD']}" if configured["PASSWORD"] else ""
        server = f"{configured['HOST']}:{configured['PORT'] or 5432}"
        yield f"postgres://{configured['USER']}{secret}@{server}/{name}"
    finally:
        _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administer(statement: sql.Composed) -> None:
    configured = settings.DATABASES["default"]
    server = {key.lower(): configured[key] for key in ("HOST", "PORT", "USER", "PASSWORD") if configured[key]}
    connection = psycopg2.connect(None, dbname=configured["NAME"], **server)
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


class Broker:
    """A Redis of our own that keeps nothing on disk, so that a kill loses all messages."""

    def __init__(self, folder: Path, *, address: str = "") -> None:
        """Start it, at `address` where one is given. Raises RuleViolation where there is no Redis to start."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuleViolation("The drill needs a Redis of its own to kill. On Debian: apt-get install redis-server")
        port = urlsplit(address).port or _free_port()
        self._program, self._folder, self._port = program, folder, port
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--appendonly", "no"]
        command = [self._program, *options, "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - every word is ours
        deadline = time.monotonic() + PATIENCE
        with redis.Redis.from_url(self.address) as link:
            while not _answers(link):
                if time.monotonic() > deadline:
                    raise RuleViolation("The drill's own Redis does not start.")
                time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, with all it holds."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _answers(link: "redis.Redis") -> bool:
    try:
        return bool(link.ping())
    except redis.RedisError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Workers:
    """Worker processes, each in a group of its own, so that a kill takes its children along."""

    def __init__(self, environment: dict[str, str], log: Path, *, count: int) -> None:
        self._environment, self._log = environment, log
        self._processes = [self._started() for _each in range(count)]

    def _started(self) -> "subprocess.Popen[bytes]":
        words = "-m celery -q -A whitebox worker --concurrency 1 -Q interactive,batch --loglevel warning"
        with self._log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - every word is ours
                [sys.executable, "-W", "ignore", *words.split()],
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self, number: int) -> None:
        """Kill one worker with its children at whatever it does, and start another in its place."""
        self._end(self._processes[number])
        self._processes[number] = self._started()

    def __len__(self) -> int:
        return len(self._processes)

    def end(self) -> None:
        for process in self._processes:
            self._end(process)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
