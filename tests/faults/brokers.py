"""Brokers that can be taken away: the folder of files, and Redis at the far end of a wire that can be cut."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import redis
from celery import Celery


class Broker(Protocol):
    @property
    def address(self) -> str:
        """What REDIS_URL says for the site; empty for the broker made of files."""

    def messenger(self) -> Celery:
        """Return a sender of messages, which reaches the broker also while it is away for the site."""

    def cut(self) -> None: ...

    def mend(self) -> None: ...

    def purge(self) -> None:
        """Lose every message."""


def _sender(address: str, options: dict[str, Any]) -> Celery:
    app = Celery("messenger", broker=address, set_as_current=False)
    app.conf.update(broker_transport_options=options, task_default_queue="interactive", task_ignore_result=True)
    return app


class Files:
    """The broker made of files. Cut means that its folder is no folder any more."""

    address = ""

    def __init__(self, folder: Path) -> None:
        self._messages, self._control = folder / "broker" / "messages", folder / "broker" / "control"
        self._away = folder / "broker" / "away"
        for needed in (self._messages, self._control):
            needed.mkdir(parents=True, exist_ok=True)

    def messenger(self) -> Celery:
        places = {"data_folder_in": str(self._messages), "data_folder_out": str(self._messages)}
        return _sender("filesystem://", places | {"control_folder": str(self._control)})

    def cut(self) -> None:
        self._messages.rename(self._away)
        self._messages.write_text("in the way")

    def mend(self) -> None:
        if self._away.exists():
            self._messages.unlink()
            self._away.rename(self._messages)

    def purge(self) -> None:
        shutil.rmtree(self._messages)
        self._messages.mkdir()


class Wire:
    """Redis behind a port of our own, which can be closed, or take everything and say nothing."""

    def __init__(self, real: str) -> None:
        self._real = real
        parts = urlsplit(real)
        self._far = (parts.hostname or "127.0.0.1", parts.port or 6379)
        self._listener = _listening(0)
        self._port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._speaks = threading.Event()
        self.address = f"redis://127.0.0.1:{self._port}{parts.path}"
        self.mend()

    def messenger(self) -> Celery:
        return _sender(self._real, {})

    def cut(self) -> None:
        _shut(self._listener)
        self._drop()

    def hang(self) -> None:
        """Go on accepting, and never answer again."""
        self._speaks.clear()
        self._drop()

    def mend(self) -> None:
        self._drop()  # What hung has lost its answers.
        self._speaks.set()
        if self._listener.fileno() < 0:
            self._listener = _listening(self._port)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def purge(self) -> None:
        with redis.Redis.from_url(self._real) as link:
            link.flushdb()

    def close(self) -> None:
        self.cut()
        self.purge()

    def _drop(self) -> None:
        while self._open:
            _shut(self._open.pop())

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._far)
                self._open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(1 << 16):
                if not self._speaks.is_set():
                    continue
                target.sendall(said)
        _shut(source)
        _shut(target)


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    return listener


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def broker_for(folder: Path, redis_address: str) -> Iterator[Broker]:
    if not redis_address:
        yield Files(folder)
        return
    wire = Wire(redis_address)
    wire.purge()
    try:
        yield wire
    finally:
        wire.close()


def wait_until(is_so: Any, what: str, *, seconds: float = 180, beat: Callable[[], None] | None = None) -> None:
    """Look again and again until `is_so()`. Raises AssertionError naming `what` when the time is over.

    `beat` is called every ten seconds, for what waits may need another round: a hint may be lost on a busy machine.
    """
    deadline = time.monotonic() + seconds
    next_beat = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        if beat is not None and time.monotonic() > next_beat:
            beat()
            next_beat += 10
        time.sleep(0.02)
