"""The site that these tests harm: its database is a copy of the run's, and this process works on it too."""

import email
import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.utils import load_backend
from django.utils import timezone

from mastery.choices import JobState
from mastery.models import GradingJob
from tests.faults.brokers import Broker, broker_for
from tests.postgres import is_postgres, postgres_database
from tests.running import (
    WORKER,
    environment_for,
    free_port,
    process,
    redis_number,
    run,
    wait_for_web,
    web,
)
from whitebox.environment import env
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

PAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ground:
    folder: Path
    port: int
    environment: dict[str, str]
    broker: Broker

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def worker(
        self, *, concurrency: int = 1, more: str = "", variables: dict[str, str] | None = None
    ) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        command = f"{WORKER.format(concurrency=concurrency)} {more}"
        environment = self.environment | (variables or {})
        return process(command, environment, self.folder / "worker.log", patience=0)

    @contextmanager
    def web(self) -> Iterator[None]:
        run(["collectstatic", "--noinput", "--verbosity", "0"], self.environment)
        with process(web(self.port), self.environment, self.folder / "web.log", patience=0):
            wait_for_web(self.address, self.folder / "web.log")
            yield

    def send(self, task: str, *arguments: int, times: int = 1) -> None:
        """Put a message into the broker."""
        messenger = self.broker.messenger()
        for _ in range(times):
            messenger.send_task(task, args=list(arguments))
        messenger.close()

    def round(self) -> None:
        """Do what the beat does each minute, with waiting jobs made old enough to be handed out again."""
        GradingJob.objects.filter(state=JobState.QUEUED).update(queued_at=timezone.now() - PAST)
        self.send("outbox.tick")
        self.send("outbox.deliver_due")

    def invariants(self) -> str:
        return run(["invariants"], self.environment).strip()

    def mails(self) -> Counter[int]:
        """Return how often each letter is in the files of the mail backend, by its Message-ID."""
        found: Counter[int] = Counter()
        for file in (self.folder / "mail").glob("*.log"):
            for chunk in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                name = email.message_from_bytes(chunk.lstrip())["Message-ID"]
                if name:
                    found[int(name.split("-")[1])] += 1
        return found


def expire_leases() -> tuple[int, int]:
    """Let time pass for whoever holds a lease, and return how many jobs and letters were held."""
    now = timezone.now()
    jobs = GradingJob.objects.filter(state=JobState.LEASED, lease_until__gt=now)
    posts = Letter.objects.filter(state=LetterState.SENDING, lease_until__gt=now)
    # A job was in the line before it was held: one that is young once it is back would not be handed out again.
    return jobs.update(lease_until=now - PAST, queued_at=now - PAST), posts.update(lease_until=now - PAST)


@contextmanager
def prepared(folder: Path) -> Iterator[Ground]:
    """Make the ground. The database of the run must be there, migrated, and not in use by another process."""
    with _copied_database(folder) as database, broker_for(folder, redis_number(8)) as broker:
        port = free_port()
        environment = environment_for(folder, port, database, redis=broker.address)
        yield Ground(folder, port, environment | {"DEBUG": "false"}, broker)


@contextmanager
def _copied_database(folder: Path) -> Iterator[str]:
    own = connections["default"]
    if is_postgres():
        template = str(own.settings_dict["NAME"])
        own.close()  # A database in use cannot be copied.
        with postgres_database(f"faults_{os.getpid()}_{folder.name}", template=template) as address:
            yield address
        return
    own.ensure_connection()
    file = folder / "whitebox.sqlite3"
    with sqlite3.connect(file) as copy:
        own.connection.backup(copy)
    copy.close()
    yield f"sqlite:///{file}"


@contextmanager
def at_home(ground: Ground) -> Iterator[None]:
    """Let this process work on the ground's database, committing what it writes."""
    described: dict[str, Any] = {**settings.DATABASES["default"]}
    described |= env.db_url_config(ground.environment["DATABASE_URL"])
    described["OPTIONS"] = settings.DATABASES["default"].get("OPTIONS", {})
    own = connections["default"]
    there = load_backend(described["ENGINE"]).DatabaseWrapper(described, "default")
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = own
