"""Two beats at once: what is due is collected by both, and written once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from tests.postgres import is_postgres
from whitebox import contributions
from whitebox.outbox import letters, tick
from whitebox.outbox.models import Letter, LetterTemplate

DUE, BEATS = 300, 2


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> threading.Barrier:
    """Let there be reminders that both beats hold in their hands at the same time."""
    together = threading.Barrier(BEATS, timeout=30)

    def found(now: datetime) -> Iterator[letters.Request]:
        for number in range(DUE):
            if number in {0, 5, DUE - 1}:
                together.wait()
            yield letters.Request("note", f"due-{number}", to=f"reader{number}@example.test", due_at=now)

    real = contributions.attributes

    def attributes(name: str, attribute: str) -> Iterator[object]:
        if (name, attribute) == ("reminders", "due"):
            return iter([found])
        return iter([]) if name == "sweeps" else real(name, attribute)

    monkeypatch.setattr(contributions, "attributes", attributes)
    return together


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=1)])
def test_two_beats_at_once_queue_each_reminder_once(due: threading.Barrier, apart: timedelta) -> None:
    if not is_postgres():
        pytest.skip("needs postgres: SQLite in memory has one connection; its writers queue")
    LetterTemplate.objects.create(kind="note", subject="A note", body="Read this.")
    now = timezone.now()
    wrong: list[BaseException] = []

    def beat(at: datetime) -> None:
        try:
            tick.run(at)
        except BaseException as error:  # noqa: BLE001  # told below
            wrong.append(error)
        finally:
            connections.close_all()

    beats = [threading.Thread(target=beat, args=(now - apart * number,)) for number in range(BEATS)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()

    keys = Counter(Letter.objects.values_list("dedup_key", flat=True))
    assert wrong == []
    assert len(keys) == DUE
    assert set(keys.values()) == {1}
    assert connection.vendor == "postgresql"
