"""What a page meets when it hands out a task and the broker is not there."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery.contrib.django.task import DjangoTask
from kombu.exceptions import ChannelError, EncodeError, OperationalError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from whitebox.celery import HintTask, app


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A task that would be published: tests else run tasks at once."""
    app.conf.task_always_eager = False
    monkeypatch.setattr(HintTask, "_broker_gone_until", 0.0)
    yield app.tasks["outbox.tick"]
    app.conf.task_always_eager = True


def _breaks(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[int]:
    calls: list[int] = []

    def publish(*_args: Any, **_kwargs: Any) -> None:
        calls.append(1)
        raise error

    monkeypatch.setattr(DjangoTask, "apply_async", publish)
    return calls


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("gone"),
        RedisConnectionError("cut"),
        RedisTimeoutError("silent"),
        ChannelError("no folder"),
        ValueError("a half-written table of queues"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_broken_broker_costs_the_message_and_one_try(
    error: Exception, task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = _breaks(monkeypatch, error)

    assert [task.apply_async(), task.apply_async()] == [None, None]
    assert len(calls) == 1


@pytest.mark.parametrize("error", [TypeError("an argument too many"), EncodeError("no text")])
def test_wrong_call_is_an_error(error: Exception, task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, error)

    with pytest.raises(type(error)):
        task.apply_async()


def test_error_of_a_task_that_runs_at_once_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, OSError("of the task"))

    with pytest.raises(OSError, match="of the task"):
        app.tasks["outbox.tick"].apply_async()
