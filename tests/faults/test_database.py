"""The database drops every connection again and again, as it does when it restarts, while work is under way."""

import time

import pytest
from django.db import connection

from tests.faults.brokers import wait_until
from tests.faults.ground import Ground, expire_leases
from tests.faults.work import assert_done_once, hand_in, is_anything_under_way, make_code_course, make_letters

CUTS, LETTERS, ATTEMPTS = 5, 30, 3


def cut() -> int:
    """End every connection to the ground's database but our own, at whatever it does; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.postgres
@pytest.mark.sandbox
def test_a_database_that_drops_its_connections_loses_nothing(ground: Ground) -> None:
    course = make_code_course()
    written = make_letters(LETTERS)
    attempts = [hand_in(course) for _ in range(ATTEMPTS)]
    dropped = 0
    with ground.worker(concurrency=2) as worker:
        ground.send("outbox.send_letter", written[0].pk)
        wait_until(lambda: cut() > 0, "the worker connects")
        for _time in range(CUTS):
            for letter in written:
                ground.send("outbox.send_letter", letter.pk)
            for attempt in attempts:
                ground.send("mastery.grade_job", attempt.jobs.get().pk)
            for _moment in range(30):
                time.sleep(0.05)
                dropped += cut()
            ground.round()
        assert worker.poll() is None

        def settle() -> None:
            expire_leases()
            ground.round()

        wait_until(lambda: not is_anything_under_way(), "everything ends", beat=settle)

    print(f"\n{dropped} connections dropped")
    assert dropped > CUTS
    assert_done_once(ground.mails(), written, attempts)
    assert ground.invariants() == "All invariants hold."
