"""A cheap look at whether this machine can run code in a box at all. Whether the box holds, the self-test says."""

import functools
import subprocess
import sys
import time
from dataclasses import dataclass

from mastery.grading.box import program
from mastery.grading.interpreter import SandboxUnavailable, find_interpreter
from mastery.grading.seccomp import SeccompMissing, compiled_filter

LOOK_AGAIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Availability:
    ok: bool
    reason: str = ""  # For organizers, with what to do.


def availability() -> Availability:
    """Return whether code can be graded here. Looks at the machine at most once a minute."""
    return _looked(int(time.monotonic() // LOOK_AGAIN_SECONDS))


@functools.lru_cache(maxsize=1)
def _looked(_minute: int) -> Availability:
    try:
        look()
    except SandboxUnavailable as unavailable:
        return Availability(ok=False, reason=str(unavailable))
    return Availability(ok=True)


def look() -> None:
    """Look at each part once. Raises SandboxUnavailable at the first that is missing."""
    if sys.platform != "linux":
        raise SandboxUnavailable("Code can only be graded on Linux.")
    find_interpreter()
    for name, package in (("bwrap", "bubblewrap"), ("prlimit", "util-linux")):
        try:
            program(name)
        except SandboxUnavailable as error:
            raise SandboxUnavailable(f"{error} On Debian: apt-get install {package}") from error
    try:
        compiled_filter()
    except SeccompMissing as error:
        raise SandboxUnavailable(
            f"The filter cannot be made: {error}. On Debian: apt-get install libseccomp2"
        ) from error
    _try_namespaces()


def _try_namespaces() -> None:
    command = [program("bwrap"), "--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "true"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - every word is ours
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailable(f"Bubblewrap does not run: {error}") from error
    if tried.returncode:
        raise SandboxUnavailable(
            f"This machine does not let bubblewrap make user namespaces: {tried.stderr.strip()[:300]}"
        )
