import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from mastery.grading import authors, selftest, zygote
from mastery.grading.cases import await_ready
from mastery.grading.code import Limits, SandboxUnavailable, Verdict, grade, prepare
from mastery.grading.interpreter import find_interpreter
from mastery.grading.marking import mark
from mastery.grading.running import Returned, run_learner
from mastery.grading.zygote import Nursery
from tests.mastery.grading.exercises import QUICK, REFERENCE, SEED, SOFTMAX

pytestmark = pytest.mark.sandbox


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery(find_interpreter())
    yield made
    made.close()


def asked(source: str) -> str:
    return f"import numpy as np\n{source}\ndef softmax_rows(x):\n    return np.ones(x.shape) * SEEN\n"


def given(nursery: Nursery, source: str) -> float:
    """Return what the first element is that a solution returns."""
    prepared = prepare(SOFTMAX, SEED)
    with nursery.start("learner", SOFTMAX.limits) as session:
        run = run_learner(session, asked(source), SOFTMAX, prepared.cases)
    outcome = run.outcomes[0]
    assert isinstance(outcome, Returned), run
    return float(outcome.value.flat[0])


def test_every_probe_holds_in_the_fast_box(nursery: Nursery) -> None:
    fast, isolated = selftest.self_test(nursery), selftest.self_test()

    assert fast.ok, fast.broken
    assert [probe.name for probe in fast.probes] == [probe.name for probe in isolated.probes]


def test_self_test_sees_a_child_without_its_filter(
    nursery: Nursery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A filter that allows everything: one instruction, "return ALLOW".
    monkeypatch.setattr(zygote, "compiled_filter", lambda: bytes.fromhex("060000000000ff7f"))

    report = selftest.self_test(nursery)

    assert {"fork", "thread", "memory file", "local socket"} <= {probe.name for probe in report.broken}


def test_self_test_sees_children_without_limits(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "_limits", lambda _limits: {})

    assert {"memory", "open files"} <= {probe.name for probe in selftest.self_test(nursery).broken}


def test_runs_leave_nothing_to_each_other(nursery: Nursery) -> None:
    given(nursery, "import builtins, random, learner\nbuiltins.left = learner.left = 1\nSEEN = 1")

    assert given(nursery, "import builtins, learner\nSEEN = hasattr(builtins, 'left') + hasattr(learner, 'left')") == 0


@pytest.mark.parametrize("draw", ["np.random.random()", "__import__('random').random()"])
def test_each_run_draws_other_numbers(nursery: Nursery, draw: str) -> None:
    assert given(nursery, f"SEEN = {draw}") != given(nursery, f"SEEN = {draw}")


def seen_in(first: int, end: int) -> str:
    """Return code that counts its open descriptors with these numbers."""
    return (
        f"import os\nSEEN = 0\nfor fd in range({first}, {end}):\n    try: os.fstat(fd)\n    except OSError: continue\n"
        "    SEEN += 1"
    )


def test_run_inherits_no_descriptor_but_its_own(nursery: Nursery) -> None:
    seen = given(nursery, seen_in(0, 256))

    assert seen == 4  # nothing to read, what is printed twice, the result; the request was read


def test_run_inherits_no_descriptor_of_a_busy_host(nursery: Nursery) -> None:
    held = [os.open(os.devnull, os.O_RDONLY) for _each in range(300)]
    try:
        assert given(nursery, seen_in(256, 1024)) == 0
    finally:
        for descriptor in held:
            os.close(descriptor)


def test_refusal_is_judged_in_a_whole_box(settings: Settings) -> None:
    settings.SANDBOX_ZYGOTE = True
    writes = REFERENCE.replace("    powers", "    open('/tmp/x', 'w').write('x')\n    powers", 1)

    assert grade(writes, SOFTMAX, SEED).verdict is Verdict.PASSED


@pytest.mark.parametrize("is_on", [True, False])
def test_author_whom_the_fast_box_refuses_is_heard_in_a_whole_one(settings: Settings, is_on: bool) -> None:
    settings.SANDBOX_ZYGOTE = is_on
    writes = REFERENCE.replace("    powers", "    open('/tmp/x', 'w').write('x')\n    powers", 1)

    assert grade(REFERENCE, replace(SOFTMAX, reference=writes), SEED).verdict is Verdict.PASSED


def test_author_gets_a_whole_box_where_the_fast_one_is_gone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object) -> None:
        raise SandboxUnavailable("no")

    settings.SANDBOX_ZYGOTE = False
    assert selftest.author_box().is_whole is False
    authors.forget()
    monkeypatch.setattr(Nursery, "start", gone)

    assert grade(REFERENCE, SOFTMAX, SEED).verdict is Verdict.PASSED


def test_learner_gets_a_box_of_its_own_and_the_author_the_fast_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SANDBOX_ZYGOTE = False
    forked = []
    fork = zygote.Zygote.fork

    def watched(self: zygote.Zygote, script: str, *others: Any) -> zygote.Child:
        forked.append(script)
        return fork(self, script, *others)

    assert selftest.author_box().is_whole is False
    authors.forget()
    monkeypatch.setattr(zygote.Zygote, "fork", watched)

    assert grade(REFERENCE, SOFTMAX, SEED).verdict is Verdict.PASSED
    assert forked == ["author"]


@pytest.mark.parametrize("source", ["while True: pass", "import os; os._exit(0)", REFERENCE, "x = 1"])
def test_both_boxes_say_the_same(settings: Settings, source: str) -> None:
    prepared = prepare(QUICK, SEED)
    said = []
    for settings.SANDBOX_ZYGOTE in (True, False):
        found = grade(source, QUICK, SEED, prepared)
        said.append((found.verdict, found.error_kind, found.message, found.hidden))

    assert said[0] == said[1]


def test_zygote_that_was_killed_is_replaced(nursery: Nursery) -> None:
    first = nursery._zygote()
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()  # A killed process may live a moment longer.

    assert given(nursery, "SEEN = 7") == 7
    assert nursery._zygote() is not first


def test_zygote_killed_in_a_run_voids_it_as_our_fault(nursery: Nursery) -> None:
    cases = prepare(SOFTMAX, SEED).cases
    with nursery.start("learner", Limits()) as session:
        killing = threading.Timer(0.3, os.kill, (nursery._zygote()._process.pid, signal.SIGKILL))
        killing.start()
        run = run_learner(session, "import time; time.sleep(5)", SOFTMAX, cases)

    assert run.stop is not None
    assert mark(run, SOFTMAX, prepare(SOFTMAX, SEED).cases).verdict is Verdict.VOID


def test_zygote_is_renewed(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "RUNS", 2)
    used = {nursery._zygote()._process.pid for _each in range(5) if given(nursery, "SEEN = 1")}

    assert len(used) > 1


def test_renewing_waits_for_a_run_that_is_under_way(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "RUNS", 1)
    with nursery.start("learner", SOFTMAX.limits) as learner:
        old = nursery._zygote()
        with nursery.start("author", SOFTMAX.limits) as author:
            await_ready(author)
        assert nursery._zygote() is old
        await_ready(learner)

    assert nursery._zygote() is not old


def test_a_zygote_that_was_closed_is_lost(nursery: Nursery) -> None:
    with nursery.start("learner", SOFTMAX.limits) as session:
        nursery.close()

        assert session.finish().is_stopped is False


def test_child_that_does_not_answer_takes_its_zygote_along(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "ANSWER_SECONDS", 0.2)
    with nursery.start("learner", Limits()) as session:
        held = nursery._zygote()
        os.kill(held._process.pid, signal.SIGSTOP)
        monkeypatch.setattr(held, "status", lambda _child, *, within: None)
        began = time.monotonic()
        session.finish(grace=0.0)

    assert time.monotonic() - began < 5
    assert not held.is_usable


def test_machine_without_the_fast_box_grades_all_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_arguments: object) -> None:
        raise SandboxUnavailable("no")

    settings.SANDBOX_ZYGOTE = True
    monkeypatch.setattr(zygote.Zygote, "__init__", refused)
    selftest.forget()

    assert grade(REFERENCE, SOFTMAX, SEED).verdict is Verdict.PASSED
    assert "the fast box does not work" in caplog.text
    selftest.forget()


def test_an_hour_later_the_same_fast_box_is_tested_again() -> None:
    assert selftest._fast_box(1) is selftest._fast_box(2) is not None


def test_command_reports_both_boxes() -> None:
    out = StringIO()

    call_command("sandbox_selftest", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["ok"]
    assert [len(found[box]["probes"]) for box in ("isolated", "zygote")] == [32, 32]


def test_command_fails_where_something_gets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "_limits", lambda _limits: {})
    out = StringIO()

    with pytest.raises(CommandError, match="does not hold"):
        call_command("sandbox_selftest", stdout=out)

    assert "FAILED memory" in out.getvalue()
