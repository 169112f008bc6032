"""The host's end of one box: sends requests, reads frames, keeps what was printed, stops what runs too long."""

import contextlib
import os
import select
import selectors
import subprocess
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

RESULT_BYTES = 4 << 20  # All frames that answer one request.
OUTPUT_BYTES = 1 << 20  # Printed meanwhile; past it the box is stopped.
CHUNK = 1 << 16
EXIT_GRACE_SECONDS = 0.5


class Overrun(Exception):  # noqa: N818 - something learners' code does, not an error of the program
    """The box was stopped because it used up what it may use of one thing."""


class WallOverrun(Overrun):
    """It ran for too long."""


class ResultOverrun(Overrun):
    """It sent back too much."""


class OutputOverrun(Overrun):
    """It printed too much."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the program in the box ended, as the kernel tells it. The program has no say in it."""

    status: int  # Exit code; 128 + n after signal n.
    is_stopped: bool  # We ended it; the status then says nothing.

    @property
    def signal(self) -> int | None:
        """The signal that ended the program inside."""
        return self.status - 128 if self.status > 128 and not self.is_stopped else None


class Process(Protocol):
    """The program in a box, as the host can watch and end it."""

    def is_ended(self, *, within: float) -> bool:
        """Wait at most `within` seconds for the program to end by itself."""

    def kill(self) -> None:
        """End the program. It may have ended already."""

    def wait(self) -> int:
        """Return the exit code, or minus the number of the signal that ended the program."""

    def leave(self) -> None:
        """See to it that the program ends soon, by itself or not."""


class Direct:
    """A program of our own: the first process of its box."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def is_ended(self, *, within: float) -> bool:
        pidfd = os.pidfd_open(self._process.pid)
        poll = select.poll()  # select() knows no descriptor above 1023
        poll.register(pidfd, select.POLLIN)
        try:
            return bool(poll.poll(1000 * within))
        finally:
            os.close(pidfd)

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        code = self._process.wait()
        return 128 - code if code > 128 else code  # Bubblewrap says 128 + n after signal n.

    def leave(self) -> None:
        if not self.is_ended(within=EXIT_GRACE_SECONDS):
            self.kill()
        self._process.wait()


class Session:
    """One started box. Use as a context manager: at its end the box is gone, whatever happened."""

    def __init__(self, process: Process, request: int, result: int, output: int) -> None:
        self._process = process
        self._request, self._result, self._output = request, result, output
        self._unsent = bytearray()
        self._is_last = False
        self._received = bytearray()
        self._received_total = 0
        self.printed = bytearray()
        self._selector = selectors.PollSelector()  # three descriptors: epoll would cost six calls more
        for descriptor in (result, output):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)
        os.set_blocking(request, False)
        self._open = {request, result, output}
        self._ending: Ending | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the box, whatever it is doing. Twice changes nothing."""
        if self._ending is None:
            self._reap(stop=True)
        for descriptor in tuple(self._open):
            self._close(descriptor)
        self._selector.close()

    def send(self, request: bytes, *, is_last: bool = True) -> None:
        """Hand over a request; after the last one its way is closed. It is written while frames are awaited."""
        if not self._unsent:
            self._selector.register(self._request, selectors.EVENT_WRITE)
        self._unsent += request
        self._is_last = is_last
        self._received_total = 0
        self.printed.clear()

    def frame(self, until: float) -> bytes | None:
        """Return the next frame, or None when no more can come. `until` is a reading of time.monotonic().

        Raises an Overrun.
        """
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if self._result not in self._open:
                return None
            self._pump(until)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    def finish(self, *, grace: float = EXIT_GRACE_SECONDS) -> Ending:
        """Wait `grace` seconds for the program to end by itself, then end it, and read what it printed last."""
        if self._ending is None:
            self._ending = self._reap(stop=not self._process.is_ended(within=grace))
            self._read_rest()
        return self._ending

    def leave(self) -> None:
        """Take what a program printed that has said all it had to say. Nobody waits for its end."""
        if self._ending is None:
            self._process.leave()
            self._ending = Ending(0, is_stopped=True)
            self._read_rest()

    def _pump(self, until: float) -> None:
        remaining = until - time.monotonic()
        events = self._selector.select(max(remaining, 0))
        if remaining <= 0:
            raise WallOverrun
        for key, _ in events:
            if key.fd == self._request:
                self._write()
            elif key.fd == self._result:
                self._receive()
            else:
                self._read_output()

    def _write(self) -> None:
        try:
            del self._unsent[: os.write(self._request, self._unsent[:CHUNK])]
        except BlockingIOError:
            return
        except BrokenPipeError:  # It closed its end: it will hear no more, and what it sends decides.
            self._unsent.clear()
        if self._unsent:
            return
        if self._is_last:
            self._close(self._request)
        else:
            self._selector.unregister(self._request)

    def _receive(self) -> None:
        chunk = self._read(self._result)
        self._received += chunk
        self._received_total += len(chunk)
        if self._received_total > RESULT_BYTES:
            raise ResultOverrun

    def _read_output(self) -> None:
        self.printed += self._read(self._output)
        if len(self.printed) > OUTPUT_BYTES:
            raise OutputOverrun

    def _read_rest(self) -> None:
        with contextlib.suppress(OutputOverrun, BlockingIOError):
            while self._output in self._open:
                self._read_output()

    def _read(self, descriptor: int) -> bytes:
        chunk = os.read(descriptor, CHUNK)
        if not chunk:
            self._close(descriptor)
        return chunk

    def _close(self, descriptor: int) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(descriptor)
        self._open.discard(descriptor)
        os.close(descriptor)

    def _reap(self, *, stop: bool) -> Ending:
        """Collect the process; with `stop`, kill it first. Its namespace and all in it end with it."""
        if stop:
            self._process.kill()
        code = self._process.wait()
        self._ending = Ending(128 - code if code < 0 else code, stop)
        return self._ending
