"""The fast box: one bubblewrap that has numpy imported, and a child of it for each run.

The same filter, limits and protocol as in a box of its own; the children have no folder to write to. A run that is
refused something here is judged by a run in a box of its own, so the verdict does not depend on the way.
"""

import array
import contextlib
import json
import os
import select
import socket
import subprocess
import threading
import time
from typing import Any

from mastery.grading.box import OPEN_FILES, SCRATCH_BYTES, Bubblewrap, filled_pipe
from mastery.grading.exercise import Limits
from mastery.grading.interpreter import Interpreter, SandboxUnavailable
from mastery.grading.seccomp import SeccompMissing, compiled_filter
from mastery.grading.session import Session

RUNS = 500  # then a fresh one: what a long life leaves behind is not passed on
START_SECONDS = 30.0
ANSWER_SECONDS = 5.0  # for the news of an end
CHUNK = 1 << 12


class Lost(Exception):  # noqa: N818 - a state of a process, not an error of the program
    """The zygote is gone or does not answer."""


class Zygote:
    """A running zygote. Belongs to one thread of one process: the kernel ends it with that thread."""

    def __init__(self, interpreter: Interpreter) -> None:
        """Start it and wait until it is ready. Raises SandboxUnavailable."""
        self.runs = 0
        self.owner = os.getpid()
        self._received = b""
        self._alive: set[int] = set()
        self._ended: dict[int, int] = {}
        try:
            filter_pipe = filled_pipe(compiled_filter())
        except SeccompMissing as error:
            raise SandboxUnavailable(str(error)) from error
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # a message stays one
        try:
            self._process = subprocess.Popen(  # noqa: S603 - every word is ours
                Bubblewrap(interpreter).zygote_command(theirs.fileno(), filter_pipe),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), filter_pipe),
                env={},
            )
        except OSError as error:
            self._link.close()
            raise SandboxUnavailable(str(error)) from error
        finally:
            theirs.close()
            os.close(filter_pipe)
        try:
            self._answer("ready", START_SECONDS)
        except Lost as error:
            self.close()
            raise SandboxUnavailable("The zygote in the box did not start.") from error

    @property
    def is_usable(self) -> bool:
        is_fresh = self.runs < RUNS or bool(self._alive)  # An old one ends with its last child, never before.
        return is_fresh and self.owner == os.getpid() and self._process.poll() is None

    def fork(self, script: str, limits: Limits, descriptors: tuple[int, int, int]) -> "Child":
        """Start a run that reads its request from the first descriptor. Raises Lost."""
        self.runs += 1
        asked = {"run": self.runs, "script": script, "limits": _limits(limits)}
        handed = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))
        try:
            self._link.sendmsg([json.dumps(asked).encode()], [handed])
        except OSError as error:
            raise Lost from error
        if (
            script != "author"
        ):  # An author's program may stay for long; where it goes with its zygote, another is begun.
            self._alive.add(self.runs)
        return Child(self, self.runs)

    def kill(self, run: int) -> None:
        with contextlib.suppress(OSError):  # A zygote that is gone has no children.
            self._link.sendall(json.dumps({"kill": run}).encode())

    def leave(self, run: int) -> None:
        """End a run whose end nobody waits for: it does not hold up the renewal."""
        self.kill(run)
        self._alive.discard(run)

    def status(self, run: int, *, within: float) -> int | None:
        """Return how a run ended, None where it has not within that time. Raises Lost."""
        until = time.monotonic() + within
        while run not in self._ended:
            if not self._listen(until):
                return None
        return self._ended[run]

    def hear(self) -> None:
        """Take the news that has come meanwhile: what nobody waited for would fill the link."""
        with contextlib.suppress(Lost):
            while self._listen(0.0):
                pass

    def close(self) -> None:
        """End it with all its children. Twice changes nothing."""
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
        self._link.close()

    def __del__(self) -> None:
        """A thread that ends lets go of its zygote, which the kernel would end anyway."""
        if hasattr(self, "_process"):
            self.close()

    def _answer(self, key: str, within: float) -> dict[str, Any]:
        until = time.monotonic() + within
        while (said := self._next()) is None or key not in said:
            if said is not None:
                self._note(said)
            elif not self._receive(until):
                raise Lost
        return said

    def _listen(self, until: float) -> bool:
        """Take news of ended children. False when the time is over."""
        said = self._next()
        if said is None:
            return self._receive(until)
        self._note(said)
        return True

    def _note(self, said: dict[str, Any]) -> None:
        if "ended" in said:
            self._ended[said["ended"]] = said["status"]
            self._alive.discard(said["ended"])

    def _next(self) -> dict[str, Any] | None:
        line, newline, rest = self._received.partition(b"\n")
        if not newline:
            return None
        self._received = rest
        said: dict[str, Any] = json.loads(line)
        return said

    def _receive(self, until: float) -> bool:
        if self._link.fileno() < 0:
            raise Lost  # It was closed.
        poll = select.poll()  # select() knows no descriptor above 1023
        poll.register(self._link, select.POLLIN)
        if not poll.poll(1000 * max(0.0, until - time.monotonic())):
            return False
        try:
            chunk = self._link.recv(CHUNK)
        except OSError as error:
            raise Lost from error
        if not chunk:
            raise Lost
        self._received += chunk
        return True


class Child:
    """One run in a zygote, as a session watches it."""

    def __init__(self, zygote: Zygote, number: int) -> None:
        self._zygote, self._number = zygote, number

    def is_ended(self, *, within: float) -> bool:
        try:
            return self._zygote.status(self._number, within=within) is not None
        except Lost:
            return True

    def kill(self) -> None:
        self._zygote.kill(self._number)

    def leave(self) -> None:
        self._zygote.leave(self._number)

    def wait(self) -> int:
        """Return how the run ended; where the zygote does not say, the whole of it is ended."""
        try:
            status = self._zygote.status(self._number, within=ANSWER_SECONDS)
        except Lost:
            status = None
        if status is None:
            self._zygote.close()
            return -9
        return status


class Nursery:
    """The box whose runs come from a zygote, which is started when it is first needed and renewed from time to time."""

    is_whole = False

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._own = threading.local()

    def start(self, script: str, limits: Limits) -> Session:
        """Start a run. Raises SandboxUnavailable."""
        (request_in, request_out), (result_in, result_out), (output_in, output_out) = os.pipe(), os.pipe(), os.pipe()
        try:
            child = self._child(script, limits, (request_in, result_out, output_out))
        except BaseException:
            for descriptor in (request_out, result_in, output_in):
                os.close(descriptor)
            raise
        finally:
            for descriptor in (request_in, result_out, output_out):
                os.close(descriptor)
        return Session(child, request_out, result_in, output_in)

    def close(self) -> None:
        """End this thread's zygote."""
        zygote: Zygote | None = getattr(self._own, "zygote", None)
        if zygote is not None:
            zygote.close()
            self._own.zygote = None

    def _child(self, script: str, limits: Limits, descriptors: tuple[int, int, int]) -> Child:
        try:
            return self._zygote().fork(script, limits, descriptors)
        except Lost:
            self.close()
        try:
            return self._zygote().fork(script, limits, descriptors)
        except Lost as error:
            self.close()
            raise SandboxUnavailable("The zygote in the box does not answer.") from error

    def _zygote(self) -> Zygote:
        zygote: Zygote | None = getattr(self._own, "zygote", None)
        if zygote is not None:
            zygote.hear()
        if zygote is None or not zygote.is_usable:
            self.close()
            zygote = self._own.zygote = Zygote(self._interpreter)
        return zygote


def _limits(limits: Limits) -> dict[str, tuple[int, int]]:
    """Return the names and numbers that the child sets for itself, the same as prlimit sets for a box of its own."""
    memory, stack = limits.memory_mb << 20, 8 << 20
    return {
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_CPU": (limits.cpu_seconds, limits.cpu_seconds + 1),
        "RLIMIT_FSIZE": (SCRATCH_BYTES, SCRATCH_BYTES),
        "RLIMIT_NOFILE": (OPEN_FILES, OPEN_FILES),
        "RLIMIT_STACK": (stack, stack),
        "RLIMIT_CORE": (0, 0),
    }
