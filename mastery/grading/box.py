"""One locked room for one program: bubblewrap, resource limits and a system call filter around a bare interpreter.

`Box` says what grading needs of a room; how the process in it is started is this module's business alone.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mastery.grading.exercise import Limits
from mastery.grading.interpreter import Interpreter, SandboxUnavailable
from mastery.grading.seccomp import SeccompMissing, compiled_filter
from mastery.grading.session import Direct, Session

RUNNER = Path(__file__).parent / "runner"
SCRATCH_BYTES = 16 << 20
OPEN_FILES = 64
ZYGOTE_OPEN_FILES = 256
ENVIRONMENT = {
    "HOME": "/tmp",  # noqa: S108 - the box's own, empty and limited
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


class Box(Protocol):
    @property
    def is_whole(self) -> bool:
        """Whether code finds all that a box offers, its folder for files included."""

    def start(self, script: str, limits: Limits) -> Session:
        """Start module `script` of the runner folder and return at once. Raises SandboxUnavailable."""


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    interpreter: Interpreter
    is_whole = True

    def start(self, script: str, limits: Limits) -> Session:
        """Start a fresh box. Nothing is kept between two starts."""
        try:
            filter_bytes = compiled_filter()
        except SeccompMissing as error:
            raise SandboxUnavailable(str(error)) from error
        (request_in, request_out), (result_in, result_out), (output_in, output_out) = os.pipe(), os.pipe(), os.pipe()
        inside = (request_in, result_out, filled_pipe(filter_bytes))
        try:
            process = subprocess.Popen(  # noqa: S603 - every word is ours
                self._command(script, limits, *inside),
                stdin=subprocess.DEVNULL,
                stdout=output_out,
                stderr=output_out,
                pass_fds=inside,
                env={},
            )
        except (OSError, SandboxUnavailable) as error:
            for descriptor in (request_out, result_in, output_in):
                os.close(descriptor)
            raise SandboxUnavailable(str(error)) from error
        finally:
            for descriptor in (*inside, output_out):
                os.close(descriptor)
        return Session(Direct(process), request_out, result_in, output_in)

    def _command(self, script: str, limits: Limits, request: int, result: int, seccomp: int) -> list[str]:
        inside = ("--seccomp", str(seccomp), "--", *self._python(script, request, result))
        return [*_limited(limits), *self._bubblewrap(), *inside]

    def zygote_command(self, control: int, seccomp: int) -> list[str]:
        """Return the command of a box whose children shut themselves in: without the filter, and nothing writable.

        Its libraries are linked at once, so that no child does it for itself.
        """
        limits = [program("prlimit"), f"--nofile={ZYGOTE_OPEN_FILES}", "--core=0"]
        more = ("--remount-ro", "/tmp", "--setenv", "LD_BIND_NOW", "1")  # noqa: S108 - inside the box
        return [*limits, *self._bubblewrap(), *more, "--", *self._python("zygote", control, seccomp)]

    def _bubblewrap(self) -> list[str]:
        return [
            program("bwrap"),
            *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"),
            *("--clearenv", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "box"),
            # Before the interpreter, which may itself lie in /tmp.
            *("--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp", "--chdir", "/tmp"),  # noqa: S108 - inside the box
            *(word for path in self.interpreter.shown for word in ("--ro-bind", path, path)),
            *self._hidden(),
            *("--ro-bind", str(RUNNER), "/runner"),
            *("--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom"),
            # Bubblewrap's own root is a writable memory file system without a limit.
            *("--remount-ro", "/"),
            *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
        ]

    def _hidden(self) -> list[str]:
        """Cover the packages of the base interpreter: learners get numpy and the standard library."""
        names = ("site-packages", "dist-packages")
        covered = [f"{folder}/{name}" for folder in self.interpreter.folders for name in names]
        present = [folder for folder in covered if Path(folder).is_dir()]
        return [word for folder in present for word in ("--tmpfs", folder, "--remount-ro", folder)]

    def _python(self, script: str, request: int, result: int) -> list[str]:
        """Return the interpreter's command. -S: no site module, which costs 5 ms; so numpy's folder is named here."""
        flags = ("-I", "-B", "-S", "-X", "utf8")
        paths = f"sys.path.insert(0, '/runner'); sys.path.append({self.interpreter.packages!r})"
        words = f"import sys; {paths}; import {script}; {script}.main({request}, {result})"
        return [self.interpreter.python, *flags, "-c", words]


def filled_pipe(data: bytes) -> int:
    """Return the reading end of a pipe that holds `data` and then ends. `data` must fit into a pipe: 64 KB."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


def _limited(limits: Limits) -> list[str]:
    """Return the wrapper that sets hard limits before anything else starts; the filter forbids to change them."""
    return [
        program("prlimit"),
        f"--as={limits.memory_mb << 20}",
        # Past the first number the process is told, past the second it is killed.
        f"--cpu={limits.cpu_seconds}:{limits.cpu_seconds + 1}",
        f"--fsize={SCRATCH_BYTES}",
        f"--nofile={OPEN_FILES}",
        "--core=0",
        f"--stack={8 << 20}",
    ]


def program(name: str) -> str:
    """Return the path of a system program. Raises SandboxUnavailable."""
    path = shutil.which(name, path="/usr/bin:/bin:/usr/local/bin")
    if path is None:
        raise SandboxUnavailable(f"The program {name} is not installed.")
    return path
