"""The database server itself is stopped, crashed and started while people work, letters leave and code is graded."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, connection
from pytest_django import DjangoDbBlocker

from tests.faults.brokers import broker_for, wait_until
from tests.faults.cluster import Cluster, cluster
from tests.faults.ground import Ground, at_home, expire_leases
from tests.faults.work import assert_done_once, hand_in, is_anything_under_way, make_code_course, make_letters
from tests.running import environment_for, free_port, redis_number, run
from whitebox.celery import HintTask, app

LETTERS, ATTEMPTS = 40, 6


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path / "server") as made:
        yield made


@pytest.fixture
def there(
    server: Cluster,
    tmp_path: Path,
    db: None,
    tasks_run_at_once: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ground]:
    """A site on the server that is harmed, with this process on its database and deaf, as `ground` is."""
    monkeypatch.setattr(HintTask, "apply_async", lambda *_args, **_kwargs: None)
    app.conf.task_always_eager = False
    port = free_port()
    with broker_for(tmp_path, redis_number(8)) as broker:
        environment = environment_for(tmp_path, port, server.address, redis=broker.address) | {"DEBUG": "false"}
        run(["migrate", "--verbosity", "0"], environment)
        site = Ground(tmp_path, port, environment, broker)
        broker.purge()
        with django_db_blocker.unblock(), at_home(site):
            yield site


def patiently(asked: Callable[[], bool]) -> Callable[[], bool]:
    """Ask anew where the server went away: this process lost its connection like everybody else."""

    def is_so() -> bool:
        try:
            return asked()
        except (DatabaseError, InterfaceError):
            connection.close()
            return False

    return is_so


@pytest.mark.postgres
@pytest.mark.server
@pytest.mark.sandbox
def test_a_server_that_stops_crashes_and_starts_loses_nothing(there: Ground, server: Cluster) -> None:
    course = make_code_course()
    written = make_letters(LETTERS)
    attempts = [hand_in(course) for _ in range(ATTEMPTS)]
    jobs = [attempt.jobs.get().pk for attempt in attempts]
    with there.worker(concurrency=2) as worker:
        for mode in ("immediate", "fast", "immediate"):
            for letter in written:
                there.send("outbox.send_letter", letter.pk)
            for job in jobs:
                there.send("mastery.grade_job", job)
            time.sleep(1.5)  # some are under way by now
            server.restart(mode)
            connection.close()
        server.stop("fast")
        time.sleep(3)  # nobody answers for a while
        there.send("outbox.tick")
        server.start()
        connection.close()
        assert worker.poll() is None

        def settle() -> None:
            expire_leases()
            there.round()

        settle()
        wait_until(patiently(lambda: not is_anything_under_way()), "everything ends", beat=settle)

    assert_done_once(there.mails(), written, attempts)
    assert there.invariants() == "All invariants hold."
