"""Runs inside the box, as a learner's code does: tries what must not work and reports how each try ended."""

import ctypes
import errno
import mmap
import os
import resource
import socket
import stat
import sys
import threading
from collections.abc import Callable


def read_outside(path: str) -> str:
    if not os.path.exists(path):  # noqa: PTH110 - no more imports than needed
        return "held: not there"
    if not os.path.isdir(path):  # noqa: PTH112 - as above
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return f"read {len(file.read(100))} bytes"
    # A folder on the way to the interpreter is there, but holds only the next step of that way.
    steps = {sys.executable, sys.path[-1], os.__file__}
    shown = [
        name
        for name in os.listdir(path)  # noqa: PTH208 - as above
        if not any(step.startswith(f"{path.rstrip('/')}/{name}/") for step in steps)
    ]
    return f"listed {shown[:5]}" if shown else "held: empty but for the interpreter"


def connect() -> None:
    socket.create_connection(("127.0.0.1", 53), timeout=0.2)


def write(path: str) -> Callable[[], None]:
    def attempt() -> None:
        with open(path, "wb") as file:  # noqa: PTH123 - as above
            file.write(b"x")

    return attempt


def fill_scratch() -> None:
    for number in range(3):
        with open(f"/tmp/{number}", "wb") as file:  # noqa: PTH123, S108 - as above; the box's own
            file.writelines(bytes(1 << 20) for _ in range(15))


def open_many() -> None:
    kept: list[int] = []
    try:
        while len(kept) < 100:
            kept.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for descriptor in kept:
            os.close(descriptor)


def take_memory() -> None:
    mmap.mmap(
        -1, 8 << 30
    ).close()  # Asked for, not touched: a box without the limit is found out and nothing is used up.


def raise_limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def see_environment() -> None:
    extra = set(os.environ) - {"HOME", "LANG", "PWD", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"}
    if not extra:
        raise PermissionError("only the box's own")


def see_descriptors() -> str:
    """Look for a way out that somebody left open: beside the standard ones there is the pipe for results alone."""
    found = []
    for descriptor in range(3, 1024):
        try:
            found.append(stat.S_ISFIFO(os.fstat(descriptor).st_mode))
        except OSError:
            continue
    return "held: only the way out" if found == [True] else f"{len(found)} open, pipes: {found[:8]}"


def see_processes() -> None:
    os.listdir("/proc")  # noqa: PTH208 - as above


def call(name: str, *arguments: int) -> Callable[[], str]:
    """Return an attempt at a system call through the C library."""

    def attempt() -> str:
        library = ctypes.CDLL(None, use_errno=True)
        if getattr(library, name)(*arguments) >= 0:
            return "got through"
        # The filter's own answers. Any other error means that the kernel looked at the call.
        reason = errno.errorcode[ctypes.get_errno()]
        return f"held: {reason}" if reason in {"EPERM", "ENOSYS"} else f"reached the kernel: {reason}"

    return attempt


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


ATTEMPTS: dict[str, Callable[[], object]] = {
    "network": connect,
    "local socket": socket.socketpair,
    "write to /": write("/x"),
    "write to the runner": write("/runner/learner.py"),
    "write to the standard library": write(os.__file__),
    "write to numpy": write(f"{sys.path[-1]}/x"),
    "fill the scratch folder": fill_scratch,
    "fork": fork,
    "start a program": lambda: os.posix_spawn(sys.executable, ["python"], {}),
    "thread": lambda: threading.Thread(target=int).start(),
    "memory": take_memory,
    "open files": open_many,
    "raise limits": raise_limits,
    "environment": see_environment,
    "inherited descriptors": see_descriptors,
    "processes": see_processes,
    "signal the first process": lambda: os.kill(1, 0),
    "signal itself": lambda: os.kill(os.getpid(), 0),
    "ptrace": call("ptrace", 9999, 0, 0, 0),  # No such request: an unfiltered kernel says so, and nothing is traced.
    "memory file": call("memfd_create", 0, 0),
    "new namespace": call("unshare", 0x10000000),
    "mount": call("mount", 0, 0, 0, 0, 0),
    "io_uring": call("syscall", 425, 1, 0),  # One number on every processor.
    "new root": call("chroot", 0),
}


def probe(outside: list[str]) -> dict[str, str]:
    results = {f"read {path}": attempted(read_outside, path) for path in outside}
    for name, attempt in ATTEMPTS.items():
        results[name] = attempted(attempt)
    return results


def attempted(attempt: Callable[..., object], *arguments: str) -> str:
    try:
        result = attempt(*arguments)
    except (OSError, MemoryError, RuntimeError, ValueError) as refused:
        return f"held: {type(refused).__name__} {refused}"[:200]
    return result if isinstance(result, str) else "got through"
