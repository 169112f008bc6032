import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from pytest_django.fixtures import Settings

from mastery.grading import availability, box, selftest
from mastery.grading.box import Bubblewrap
from mastery.grading.cases import await_ready
from mastery.grading.code import ErrorKind, Limits, SandboxUnavailable, Verdict, grade, prepare
from mastery.grading.interpreter import Interpreter, find_interpreter
from mastery.grading.seccomp import SeccompMissing
from tests.mastery.grading.exercises import QUICK, REFERENCE, SEED, SMALL, SOFTMAX

pytestmark = pytest.mark.sandbox


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children(process: int | str = "self") -> set[str]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return {child for names in lists for child in names.read_text().split()}


def test_nothing_is_left_behind() -> None:
    prepared, small = prepare(QUICK, SEED), prepare(SMALL, SEED)
    before = children(), descriptors()

    for source in ("while True: pass", "import os; os._exit(3)", "print('x' * 10_000_000)", REFERENCE):
        grade(source, QUICK, SEED, prepared)
    grade("import os; os.closerange(0, 64)", SMALL, SEED, small)

    assert (children(), descriptors()) == before


def test_box_ends_with_the_session() -> None:
    before = children()
    with Bubblewrap(find_interpreter()).start("learner", Limits()) as session:
        assert session.frame(time.monotonic() + 30) == b'["ready"]'
        running = children() - before

    assert running
    assert children() == before


def test_interpreter_that_does_not_start_is_the_machines_fault() -> None:
    found = find_interpreter()
    broken = Interpreter(found.python, found.folders, "/var", found.libraries)

    with (
        Bubblewrap(broken).start("learner", Limits()) as session,
        pytest.raises(SandboxUnavailable, match="No module named 'numpy'"),
    ):
        await_ready(session)


def test_missing_program_is_the_machines_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name, path: path and None)
    before = descriptors()

    with pytest.raises(SandboxUnavailable, match="not installed"):
        Bubblewrap(find_interpreter()).start("learner", Limits())

    assert descriptors() == before


def innermost(others: set[str]) -> int:
    """Return the process in the box: the last in the chain that this one started, in whichever thread.

    `others` ran before: tests of this process may have left a site and a browser for those that come.
    """
    process, below = os.getpid(), children() - others
    while below:
        process = int(below.pop())
        below = children(process)
    assert process != os.getpid()
    return process


def test_run_that_the_machine_kills_is_void(settings: Settings) -> None:
    settings.SANDBOX_ZYGOTE = False
    selftest.forget()  # A zygote of earlier tests would be the innermost process.
    prepared = prepare(SOFTMAX, SEED)
    others = children()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(grade, "import time\ntime.sleep(4)\n" + REFERENCE, SOFTMAX, SEED, prepared)
        time.sleep(1)
        os.kill(innermost(others), signal.SIGKILL)
        result = running.result()

    assert (result.verdict, result.error_kind) == (Verdict.VOID, ErrorKind.INFRASTRUCTURE)
    assert result.message == "The machine stopped the run. This is our fault and does not count."


def test_threads_of_one_worker_may_grade_at_once() -> None:
    prepared = prepare(SOFTMAX, SEED)
    with ThreadPoolExecutor(4) as pool:
        grades = list(pool.map(lambda _: grade(REFERENCE, SOFTMAX, SEED, prepared).verdict, range(8)))

    assert grades == [Verdict.PASSED] * 8


def test_self_test_holds() -> None:
    report = selftest.self_test()

    assert report.ok, report.broken
    assert len(report.probes) > 25


@dataclass(frozen=True, slots=True)
class Weakened(Bubblewrap):
    """A box without one of its layers."""

    without: str = ""

    def _bubblewrap(self) -> list[str]:
        words = Bubblewrap._bubblewrap(self)
        if self.without == "read-only root":
            place = words.index("--remount-ro", words.index("--setenv") - 2)
            return words[:place] + words[place + 2 :]
        if self.without == "hidden files":
            place = words.index("--dev-bind")
            return [*words[:place], "--ro-bind", "/etc/passwd", "/etc/passwd", *words[place:]]
        if self.without == "scratch limit":
            place = words.index("--size")
            return words[:place] + words[place + 2 :]
        return [*words, "--setenv", "SECRET_KEY", "x"] if self.without == "clean environment" else words

    def _command(self, script: str, limits: Limits, request: int, result: int, seccomp: int) -> list[str]:
        words = Bubblewrap._command(self, script, limits, request, result, seccomp)
        if self.without == "filter":
            place = words.index("--seccomp")
            return words[:place] + words[place + 2 :]
        if self.without == "limits":
            return words[words.index(box.program("bwrap")) :]
        return words


@pytest.mark.parametrize(
    ("layer", "probes"),
    [
        ("read-only root", {"write to /"}),
        ("hidden files", {"read /etc/passwd"}),
        ("scratch limit", {"fill the scratch folder"}),
        ("clean environment", {"environment"}),
        ("filter", {"fork", "thread", "memory file", "signal itself", "local socket"}),
        ("limits", {"memory", "open files"}),
    ],
)
def test_self_test_sees_a_missing_layer(layer: str, probes: set[str]) -> None:
    report = selftest.self_test(Weakened(find_interpreter(), layer))

    assert probes <= {probe.name for probe in report.broken}


def test_availability_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANDBOX_DIR", str(tmp_path))
    availability._looked.cache_clear()

    found = availability.availability()

    availability._looked.cache_clear()
    assert not found.ok
    assert "make sandbox" in found.reason


def test_availability_names_the_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> NoReturn:
        raise SeccompMissing("Unable to find libseccomp")

    monkeypatch.setattr(availability, "compiled_filter", missing)

    with pytest.raises(SandboxUnavailable, match="apt-get install libseccomp2"):
        availability.look()


def test_interpreter_that_this_user_cannot_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: not path)

    with pytest.raises(SandboxUnavailable, match="cannot read"):
        find_interpreter()
