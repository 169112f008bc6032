"""Runs inside the box: calls a learner's function on each case and writes down what it returned or how it stopped.

The learner's code shares this process and can forge all that is written here; so this says what was returned, never
whether it was right.
"""

import errno
import linecache
import mmap
import os
import resource
import sys
from collections import deque
from types import CodeType
from typing import Any

import bundle  # type: ignore[import-not-found]  # beside this file in the box
import codec  # type: ignore[import-not-found]  # as above
import numpy  # noqa: F401 - loaded before the request comes, so that no learner waits or pays for it

FILE = "solution.py"
TEXT_CHARACTERS = 2000
FRAMES = 8
OWN: set[str] = set()  # the names of the learner's files


def main(request_descriptor: int, result_descriptor: int) -> None:
    def send(*frames: bytes) -> None:
        sys.stdout.flush()
        data = b"".join(frames)
        while data:
            data = data[os.write(result_descriptor, data) :]

    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # what was printed must outlive a kill
    send(frame("ready"))
    with open(request_descriptor, "rb") as requests:
        source, function_name, files, *cases = codec.parse(requests.read())
    # Let go when memory is used up, so that this can still be told. Addresses are what is limited, so none is touched.
    reserve = mmap.mmap(-1, 8 << 20)
    try:
        call_all(source, function_name, files, cases, send)
    except MemoryError:
        del reserve
        send(b'["exhausted"]\n')
    # Not by the usual way out: what the code left for the end (atexit, destructors) has no say any more.
    os._exit(0)


def call_all(source: str, function_name: str, files: list[str], cases: list[Any], send: Any) -> None:
    OWN.update(files or [FILE])
    function = load(source, function_name, files, send)
    told: list[bytes] = []  # how the last case ended: it goes with the start of the next, so the host wakes up once
    for number, case in enumerate(cases if function else ()):
        send(*told, frame("start", number))
        told = [run(function, number, case)]
    # Told from inside: the kernel's number for the whole box would count the memory of the process that started it.
    send(*told, frame("end", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def frame(*content: Any) -> bytes:
    """Return one line of the protocol. Raises codec.CodecError."""
    line: bytes = codec.to_bytes(list(content))
    return line + b"\n"


def load(source: str, function_name: str, files: list[str], send: Any) -> Any:
    """Run the learner's module and return its function, or None after sending why not."""
    main, text = bundle.opened(source, files, FILE)
    space: dict[str, Any] = {"__name__": main.removesuffix(".py")}
    try:
        code: CodeType = compile(text, main, "exec", dont_inherit=True)
        exec(code, space)  # noqa: S102 - this is what the box is for
    except BaseException as error:  # noqa: BLE001 - SystemExit and its like too: each must be told
        send(frame("unloadable", *described(error)))
        return None
    function = space.get(function_name)
    if not callable(function):
        send(frame("missing"))
        os._exit(0)
    return function


def run(function: Any, number: int, case: Any) -> bytes:
    """Return how one case ended."""
    try:
        # Decoded afresh for each case: what the code did to earlier arguments changes nothing.
        result = function(*codec.decode(case))
    except BaseException as error:  # noqa: BLE001 - as above
        return frame("raised", number, *described(error))
    try:
        return frame("returned", number, result)
    except codec.CodecError as error:
        return frame("unreadable", number, str(error))


def described(error: BaseException) -> tuple[str, str, list[Any]]:
    """Return the type's name, the text and the learner's own lines, innermost last."""
    try:
        text = str(error)[:TEXT_CHARACTERS]
    except BaseException:  # noqa: BLE001 - the text of an exception is the learner's code too
        text = ""
    lines = own_lines(error)
    if isinstance(error, SyntaxError) and error.filename in OWN:
        lines, text = [[error.lineno or 0, "", (error.text or "").strip()[:200]]], error.msg
    if isinstance(error, OSError) and error.errno in (errno.EPERM, errno.EACCES, errno.EROFS):
        return "Forbidden", text, lines
    # numpy's own kind of MemoryError goes by a private name.
    return "MemoryError" if isinstance(error, MemoryError) else type(error).__name__[:100], text, lines


def own_lines(error: BaseException) -> list[Any]:
    """Return [number, function, text] of the learner's own lines. Walked by hand: a traceback can be a million long."""
    last: deque[tuple[str, int, str]] = deque(maxlen=FRAMES)
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename in OWN:
            last.append((code.co_filename, step.tb_lineno, code.co_name))
        step = step.tb_next
    return [[number, name[:100], own_line(file, number)] for file, number, name in last]


def own_line(file: str, number: int) -> str:
    """Return the text of a line, with the name of its file where there are several."""
    text = linecache.getline(file, number).strip()[:200]
    return text if len(OWN) == 1 else f"{file}: {text}"
