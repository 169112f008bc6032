"""Programs that want a mark they have not earned, or more of the machine than they may have. Each in a real box."""

import pytest
from pytest_django.fixtures import Settings

from mastery.grading.code import ErrorKind, PreparedCases, Verdict, grade, prepare
from mastery.grading.showing import UNSEEN
from tests.mastery.grading.exercises import QUICK, REFERENCE, SEED, SMALL
from tests.mastery.grading.lies import LIES
from tests.mastery.grading.programs import FORGE, body

pytestmark = pytest.mark.sandbox

RIGHT = REFERENCE.replace("def softmax_rows", "def right")
TIMEOUT, MEMORY, EXCEPTION = ErrorKind.LEARNER_TIMEOUT, ErrorKind.LEARNER_MEMORY, ErrorKind.LEARNER_EXCEPTION
OUTPUT, FORBIDDEN, BAD_RESULT = ErrorKind.LEARNER_OUTPUT, ErrorKind.LEARNER_FORBIDDEN, ErrorKind.LEARNER_BAD_RESULT
WRONG = ErrorKind.NONE  # It ran to its end and returned something wrong.


DESCRIPTORS = """\
import os
import numpy as np
def softmax_rows(x):
    found = []
    for descriptor in range(3, 1024):
        try:
            found.append(os.read(descriptor, 1 << 16))
        except OSError:
            continue
    return found
"""
ATTACKS: dict[str, tuple[str, ErrorKind]] = {
    # Using too much
    "endless loop": (body("while True: pass"), TIMEOUT),
    "endless loop when loaded": ("while True: pass", TIMEOUT),
    "sleep past the wall": (body("import time; time.sleep(60)"), TIMEOUT),
    "eat memory in a list": (body("kept = []", "while True: kept.append(bytearray(50_000_000))"), MEMORY),
    "eat memory in a global": (body("while True: kept.append(bytes(10_000_000))", before="kept = []"), MEMORY),
    "eat memory bit by bit": (body("while True: kept.append(np.ones(20_000))", before="kept = []"), MEMORY),
    "giant array": (body("return np.zeros((1 << 30,))"), MEMORY),
    "large result": (body("return np.zeros(1_000_000)"), OUTPUT),
    "large results together": (body("return np.zeros(300_000)"), OUTPUT),
    "result of a gigabyte": (body("return np.zeros(1 << 27)"), MEMORY),
    "giant text": (body("return 'a' * 50_000_000"), OUTPUT),
    "giant int": (body("return 1 << 100_000_000"), OUTPUT),
    "endless list in itself": (body("a = []; a.append(a)", "return a"), BAD_RESULT),
    "flood of print": (body("while True: print('x' * 10_000)"), OUTPUT),
    "flood past sys.stdout": (body("import os", "while True: os.write(1, b'x' * 10_000)"), OUTPUT),
    "recursion": (body("return softmax_rows(x)"), EXCEPTION),
    "deep recursion": (body("import sys; sys.setrecursionlimit(10 ** 9)", "return softmax_rows(x)"), TIMEOUT),
    "recursion in C": (body("a = []", "for _ in range(10 ** 6): a = [a]", "return repr(a)"), EXCEPTION),
    "fill the disk": (body("with open('/tmp/a', 'wb') as f:", "    while True: f.write(bytes(1 << 20))"), EXCEPTION),
    # Leaving the box
    "fork": (body("import os", "while True: os.fork()"), FORBIDDEN),
    "fork bomb through a process pool": (
        body("import multiprocessing", "multiprocessing.get_context('fork').Process(target=int).start()"),
        FORBIDDEN,
    ),
    "start a shell": (body("import subprocess", "return subprocess.run(['/bin/sh', '-c', 'id'])"), FORBIDDEN),
    "system": (body("import os", "return os.system('id')"), WRONG),
    "thread": (body("import threading", "threading.Thread(target=int).start()"), FORBIDDEN),
    "socket": (body("import socket", "return socket.socket()"), FORBIDDEN),
    "read passwords": (body("return open('/etc/passwd').read()"), EXCEPTION),
    "read processes": (body("return open('/proc/self/maps').read()"), EXCEPTION),
    "list the root": (body("import os", "return os.listdir('/')"), WRONG),
    "read the environment": (body("import os", "return dict(os.environ)"), WRONG),
    "write beside the runner": (body("open('/runner/codec.py', 'w')"), FORBIDDEN),
    "make a memory file": (body("import os", "os.memfd_create('a')"), FORBIDDEN),
    "kill the first process": (body("import os", "os.kill(1, 9)"), FORBIDDEN),
    "kill itself": (body("import os", "os.kill(os.getpid(), 9)"), FORBIDDEN),
    "stop itself": (body("import os, signal", "signal.raise_signal(signal.SIGSTOP)"), FORBIDDEN),
    "read through inherited descriptors": (DESCRIPTORS, WRONG),
    "run as another program": (
        body("import os, sys", "os.execv(sys.executable, ['python', '-c', 'while 1: pass'])"),
        TIMEOUT,
    ),
    "call the kernel with ctypes": (
        body("import ctypes", "library = ctypes.CDLL(None, use_errno=True)", "return library.fork()"),
        WRONG,
    ),
    "write through a null pointer": (body("import ctypes", "ctypes.string_at(0)"), EXCEPTION),
    "ignore the alarm": (
        body("import signal", "signal.signal(signal.SIGXCPU, signal.SIG_IGN)", "while True: pass"),
        TIMEOUT,
    ),
    # Forging the mark
    "replace numpy's comparisons": (
        body("return x", before="import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True"),
        WRONG,
    ),
    "always equal": (
        body("return Equal()", before="class Equal:\n    def __eq__(self, other): return True\n    __hash__ = None"),
        BAD_RESULT,
    ),
    "always equal array": (
        body(
            "return np.zeros(x.shape).view(Equal)",
            before="import numpy as np\nclass Equal(np.ndarray):\n    __eq__ = lambda self, other: True",
        ),
        BAD_RESULT,
    ),
    "always equal text": (
        body(
            "return Equal()", before="class Equal(str):\n    def __eq__(self, other): return True\n    __hash__ = None"
        ),
        BAD_RESULT,
    ),
    "always equal number": (
        body(
            "return Equal(1)", before="class Equal(int):\n    def __eq__(self, other): return True\n    __hash__ = None"
        ),
        BAD_RESULT,
    ),
    "type that claims to be an array": (
        body("return Fake()", before="class Fake:\n    __class__ = property(lambda self: __import__('numpy').ndarray)"),
        BAD_RESULT,
    ),
    "leave without a word": (body("import os", "os._exit(0)"), BAD_RESULT),
    "leave as if the machine had killed it": (body("import os", "os._exit(128 + 9)"), EXCEPTION),
    "leave as if killed, by a large number": (
        body("import ctypes", "ctypes.CDLL(None)._exit(256 + 128 + 9)"),
        EXCEPTION,
    ),
    "leave with success when loaded": ("import os; os._exit(0)", BAD_RESULT),
    "exit": (body("raise SystemExit(0)"), EXCEPTION),
    "exit when loaded": ("raise SystemExit", EXCEPTION),
    "forge the end and leave": (FORGE + body("""forge(b'["end",0]\\n'); os._exit(0)"""), BAD_RESULT),
    "forge results that were never begun": (
        FORGE + body("""forge(b'["returned",0,1.0]\\n["returned",1,1.0]\\n'); os._exit(0)"""),
        BAD_RESULT,
    ),
    "forge a measurement": (FORGE + """forge(b'["unloadable","E","",[]]\\n["end",-1]\\n')\n""", EXCEPTION),
    "forge a verdict and leave": (FORGE + body("""forge(b'{"passed": true}\\n'); os._exit(0)"""), BAD_RESULT),
    "forge results for all cases": (
        FORGE
        + body(
            "for n in range(4):",
            """    forge(b'["start",%d]\\n' % n if n else b'')""",
            """    forge(b'["returned",%d,1.0]\\n' % n)""",
            """forge(b'["end",0]\\n'); os._exit(0)""",
        ),
        WRONG,
    ),
    "forge a result twice": (FORGE + body("""forge(b'["returned",0,1.0]\\n' * 2)"""), BAD_RESULT),
    "forge a case that is not there": (FORGE + body("""forge(b'["returned",99,1.0]\\n')"""), BAD_RESULT),
    "forge a type name with control characters": (
        FORGE + body("""forge(b'["returned",0,{"other":"a\\\\u0000\\\\u202e\\\\u001b[31mb"}]\\n')""", "os._exit(0)"),
        BAD_RESULT,
    ),
    "forge before the runner speaks": (FORGE + """forge(b'["end"]\\n')\n""" + RIGHT, BAD_RESULT),
    "send garbage": (FORGE + body("""forge(b'\\xff\\x00garbage\\n')"""), BAD_RESULT),
    "send without an end": (FORGE + body("while True: forge(b'x' * 60_000)"), OUTPUT),
    "send deep nesting": (FORGE + body("forge(b'[' * 100_000 + b'\\n')"), BAD_RESULT),
    "send NaN as a word": (FORGE + body("""forge(b'["returned",0,NaN]\\n')"""), BAD_RESULT),
    "close every way out": (body("import os", "os.closerange(0, 64)", "while True: pass"), BAD_RESULT),
    "turn the way out around": (body("import os", "for fd in range(3, 64): os.dup2(1, fd)"), FORBIDDEN),
    "look for answers in frames": (
        body(
            "import sys",
            "frame = sys._getframe()",
            "while frame:",
            "    for value in frame.f_locals.values():",
            "        if isinstance(value, np.ndarray) and value is not x: return value",
            "    frame = frame.f_back",
        ),
        WRONG,
    ),
    "look for answers in the garbage collector": (
        body(
            "import gc",
            "found = [o for o in gc.get_objects() if type(o) is np.ndarray and o.shape == x.shape and o is not x]",
            "return found[-1] if found else None",
        ),
        WRONG,
    ),
    "look for answers in the runner": (
        body("import __main__, learner", "return [n for m in (__main__, learner) for n in vars(m) if 'expect' in n]"),
        WRONG,
    ),
    "change the arguments": (body("x[:] = 1 / x.shape[1]", "return x"), WRONG),
    "replace the runner's codec": (
        body("import codec", "codec.to_bytes = lambda value: b'[\"end\"]'", "return x"),
        BAD_RESULT,
    ),
    "trace the runner": (
        body("import sys", "sys.settrace(lambda *a: None)", "sys.setprofile(lambda *a: None)", "return x"),
        WRONG,
    ),
    "work at exit": (body("return x", before="import atexit, time\natexit.register(time.sleep, 60)"), WRONG),
    # Values that lie
    "all NaN": (body("return np.full(x.shape, np.nan)"), WRONG),
    "all infinite": (body("return np.full(x.shape, np.inf)"), WRONG),
    "complex": (body("return x + 0j"), BAD_RESULT),
    "objects": (body("return x.astype(object)"), BAD_RESULT),
    "masked": (body("return np.ma.masked_all(x.shape)"), BAD_RESULT),
    "empty": (body("return x[:0]"), WRONG),
    "one wide shape": (body("return np.broadcast_to(0.5, (1, *x.shape))"), WRONG),
    "nothing": (body("pass"), WRONG),
    "exception whose text loops": (
        body("raise Loop", before="class Loop(Exception):\n    def __str__(self):\n        while True: pass"),
        TIMEOUT,
    ),
    "exception whose text fails": (
        body("raise Loop", before="class Loop(Exception):\n    def __str__(self): raise ValueError"),
        EXCEPTION,
    ),
    # No program at all
    "syntax error": ("def softmax_rows(x:\n    return x\n", EXCEPTION),
    "nothing written": ("", EXCEPTION),
    "other name": ("def softmax(x): return x", EXCEPTION),
    "name of a number": ("softmax_rows = 3", EXCEPTION),
    "missing module": ("import torch\n", EXCEPTION),
    "nesting too deep for the compiler": ("(" * 5_000 + ")" * 5_000, EXCEPTION),
    "NUL": ("def softmax_rows(x):\n    return x\0\n", EXCEPTION),
    "half a character": ("x = '\ud800'", EXCEPTION),
    "ten megabytes": ("#" * 10_000_000, EXCEPTION),
}


BYTES = {
    "Latin-1": b"# \xe9t\xe9\ndef softmax_rows(x):\n    return x\n",
    "UTF-16": "def softmax_rows(x): return x".encode("utf-16"),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.fixture(params=[True, False], ids=["zygote", "isolated"], autouse=True)
def box(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Every attack meets both kinds of box."""
    settings.SANDBOX_ZYGOTE = request.param


@pytest.fixture(scope="module")
def prepared() -> dict[str, PreparedCases]:
    """The cases of each exercise, made once: the author's box is not the subject here."""
    return {exercise.digest: prepare(exercise, SEED) for exercise in (QUICK, SMALL)}


ATTACKS |= LIES


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_not_yet(prepared: dict[str, PreparedCases], name: str) -> None:
    source, kind = ATTACKS[name]
    exercise = QUICK if kind is TIMEOUT else SMALL

    result = grade(source, exercise, SEED, prepared[exercise.digest])

    assert (result.verdict, result.error_kind) == (Verdict.NOT_YET, kind), result
    assert result.message
    shown = [result.message, result.output, *(text for case in result.public for text in (case.output, case.message))]
    assert not UNSEEN.search("".join(shown))


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_text_are_not_yet_and_nothing_runs(name: str) -> None:
    result = grade(BYTES[name], SMALL, SEED)

    assert (result.verdict, result.error_kind, result.seconds) == (Verdict.NOT_YET, EXCEPTION, 0)
    assert "Nothing was run." in result.message
