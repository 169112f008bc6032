"""More hostile programs: values that lie, a runner that is rebuilt from within, and ways around the filter."""

from mastery.grading.code import ErrorKind
from tests.mastery.grading.programs import FORGE, body

TIMEOUT, EXCEPTION = ErrorKind.LEARNER_TIMEOUT, ErrorKind.LEARNER_EXCEPTION
OUTPUT, FORBIDDEN, BAD_RESULT = ErrorKind.LEARNER_OUTPUT, ErrorKind.LEARNER_FORBIDDEN, ErrorKind.LEARNER_BAD_RESULT
WRONG = ErrorKind.NONE

UFUNC = """\
import numpy as np
class Liar(np.ndarray):
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
    __eq__ = __ne__ = __le__ = lambda self, other: True
"""
SCALAR = """\
import numpy as np
class Liar(np.float64):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __hash__ = np.float64.__hash__
Liar.__module__ = "numpy"
"""

LIES: dict[str, tuple[str, ErrorKind]] = {
    # Values that lie
    "array that answers for numpy": (body("return np.zeros(x.shape).view(Liar)", before=UFUNC), BAD_RESULT),
    "number that says it is numpy's": (body("return Liar(1)", before=SCALAR), WRONG),
    "float that is always equal": (
        body("return L(1)", before="class L(float):\n    __eq__ = lambda s, o: True\n    __hash__ = None"),
        BAD_RESULT,
    ),
    "list that is always equal": (
        body("return L([1])", before="class L(list):\n    __eq__ = lambda s, o: True\n    __hash__ = None"),
        BAD_RESULT,
    ),
    "liars inside a list": (
        body("return [[L(1), L(1)], [L(1), L(1)]]", before="class L(float):\n    __eq__ = lambda s, o: True"),
        WRONG,
    ),
    "view beyond its memory": (
        body("return np.lib.stride_tricks.as_strided(x, (1 << 16, 1 << 16), (0, 0))"),
        OUTPUT,
    ),
    "broadcast of a gigabyte": (body("return np.broadcast_to(0.5, (1 << 27,))"), OUTPUT),
    "nine dimensions": (body("return np.zeros((1,) * 9)"), OUTPUT),
    "forty lists in each other": (body("a = 1", "for _ in range(40): a = [a]", "return a"), BAD_RESULT),
    "three hundred thousand zeros": (body("return [0] * 300_000"), OUTPUT),
    "text array": (body("return np.array([['a', 'b'], ['c', 'd']])"), BAD_RESULT),
    "dates": (body("return np.zeros(x.shape, 'M8[s]')"), BAD_RESULT),
    "records": (body("return np.zeros(x.shape[0], [('a', 'f8')])"), BAD_RESULT),
    "a generator": (body("yield from x"), BAD_RESULT),
    "half a character as a result": (body(r"return '\ud800'"), WRONG),
    "NUL and colours as a result": (body(r"return 'a\x00\x1b[31m\u202e'"), WRONG),
    "half a character in an exception": (body(r"raise ValueError('\ud800\x00\x1b[31m')"), EXCEPTION),
    "exception with a name of NULs": (body(r"raise type('a\x1b[31mb\u202e', (Exception,), {})('x')"), EXCEPTION),
    "half a character printed": (body(r"import os; os.write(1, b'\xff\x00\x1b[31m'); return x"), WRONG),
    # Rebuilding the runner
    "replace json": (body("return x", before="import json\njson.dumps = lambda *a, **k: '[\"end\",0]'"), BAD_RESULT),
    "replace type": (body("return x", before="import builtins\nbuiltins.type = lambda value: float"), BAD_RESULT),
    "replace isinstance and len": (
        body("return x", before="import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda a: 0"),
        BAD_RESULT,
    ),
    "replace the loop over cases": (
        body("return x", before="import learner\nlearner.run = lambda *a: None"),
        BAD_RESULT,
    ),
    "swallow what is written": (
        body("return x", before="import os\nos.write = lambda fd, data: len(data)"),
        BAD_RESULT,
    ),
    "raise the runner's own limits": (
        body("return np.zeros(1 << 20)", before="import codec\ncodec.MAX_BYTES = codec.MAX_NODES = 1 << 40"),
        OUTPUT,
    ),
    "take stdout away": (body("return x", before="import sys\nsys.stdout = None"), BAD_RESULT),
    "an output that loops": (
        body(
            "return x", before="import sys\nclass O:\n    def flush(self):\n        while True: pass\nsys.stdout = O()"
        ),
        TIMEOUT,
    ),
    "a hook on every import": (
        body("import fractions", "return x", before="import builtins\nbuiltins.__import__ = lambda *a, **k: 1 / 0"),
        EXCEPTION,
    ),
    "answers among the arguments of later cases": (
        body(
            "import gc",
            "texts = [o for o in gc.get_objects() if type(o) is list and o and o[0] == 'expected']",
            "return texts",
        ),
        WRONG,
    ),
    "answers in the names of every module": (
        body(
            "import sys",
            "return [n for m in list(sys.modules.values()) for n in dir(m) if 'reference' in n.lower()][:0]",
        ),
        WRONG,
    ),
    "a finaliser that leaves with success": (
        body("return x", before="import os\nclass D:\n    def __del__(self): os._exit(0)\nkept = D()\ndel kept"),
        BAD_RESULT,
    ),
    "an audit hook that loops": (
        body("open('/tmp/a')", before="import sys\nsys.addaudithook(lambda *a: exec('while True: pass'))"),
        BAD_RESULT,
    ),
    "an interrupt": (body("raise KeyboardInterrupt"), EXCEPTION),
    "a generator's end": (body("raise GeneratorExit"), EXCEPTION),
    "an exception that raises itself": (
        body("raise E", before="class E(BaseException):\n    __traceback__ = property(lambda s: s)"),
        BAD_RESULT,
    ),
    "an exception with no class to name": (
        body(
            "raise E",
            before="class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass E(Exception, metaclass=M): pass",
        ),
        BAD_RESULT,
    ),
    # Around the filter
    "an alarm that kills": (body("import signal", "signal.alarm(1)", "return x"), WRONG),
    "a timer that kills": (body("import signal", "signal.setitimer(signal.ITIMER_PROF, 0.01)"), FORBIDDEN),
    "read another process": (
        body(
            "import ctypes",
            "library = ctypes.CDLL(None, use_errno=True)",
            "return [library.process_vm_readv(1, 0, 0, 0, 0, 0), library.ptrace(16, 1, 0, 0), library.unshare(0)]",
        ),
        WRONG,
    ),
    "a machine word of its own": (
        body(
            "import mmap, ctypes",
            "page = mmap.mmap(-1, 4096, prot=7)",
            r"page.write(b'\x6a\x39\x58\x0f\x05\xc3')",
            "at = ctypes.addressof(ctypes.c_char.from_buffer(page))",
            "return ctypes.CFUNCTYPE(ctypes.c_long)(at)()",
        ),
        WRONG,
    ),
    "the old system calls": (
        body(
            "import mmap, ctypes",
            "page = mmap.mmap(-1, 4096, prot=7)",
            r"page.write(b'\xb8\x02\x00\x00\x00\xcd\x80\xc3')",
            "at = ctypes.addressof(ctypes.c_char.from_buffer(page))",
            "return ctypes.CFUNCTYPE(ctypes.c_int)(at)()",
        ),
        EXCEPTION,
    ),
    "thirty threads at once": (
        body("import concurrent.futures as f", "with f.ThreadPoolExecutor(30) as p: return list(p.map(abs, x))"),
        FORBIDDEN,
    ),
    "one byte after the other": (
        body("import os, time", "while True: os.write(1, b'x'); time.sleep(0.05)"),
        TIMEOUT,
    ),
    "a pipe to itself": (body("import os", "r, w = os.pipe()", "while True: os.write(w, b'x' * 65536)"), FORBIDDEN),
    "a forged shape": (
        FORGE + body("""forge(b'["returned",0,{"array":["<f8",[0,4000000,4000000],""]}]\\n')""", "os._exit(0)"),
        BAD_RESULT,
    ),
    "a forged number of a million digits": (
        FORGE + body("""forge(b'["returned",0,' + b'9' * 1000000 + b']\\n')""", "os._exit(0)"),
        BAD_RESULT,
    ),
    "a forged key that stands twice": (
        FORGE + body("""forge(b'["returned",0,{"int":"1","int":"2"}]\\n')""", "os._exit(0)"),
        BAD_RESULT,
    ),
}
