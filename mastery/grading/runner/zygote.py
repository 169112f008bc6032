"""Runs inside a box: has numpy imported, and forks a child for each run it is asked for. Never touches learners' code.

The host speaks over one socket, which no child keeps. A child shuts itself in (limits, filter) before it reads its
request; what it then does, it does as a box of its own would.
"""

import array
import ctypes
import fcntl
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any

import author  # type: ignore[import-not-found]  # beside this file in the box
import codec  # type: ignore[import-not-found]  # as above
import learner  # type: ignore[import-not-found]  # as above
import numpy as np
import numpy.fft
import numpy.linalg
import numpy.random  # numpy loads these when they are first asked for; a child would do so each time anew

SCRIPTS = {"learner": learner.main, "author": author.main}
MESSAGE_BYTES = 4096
REQUEST, RESULT = 3, 4
SAFE, MOST_DESCRIPTORS = 128, 256  # above all that a zygote opens; its limit
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ROUNDS = 20  # more than the interpreter watches a piece of code before it adapts to it
BPF_BYTES = 8  # of one instruction
LIBC = ctypes.CDLL(None, use_errno=True)


class Program(ctypes.Structure):
    """The kernel's struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def main(control: int, filter_pipe: int) -> None:
    with open(filter_pipe, "rb") as pipe:
        rules = ctypes.create_string_buffer(pipe.read())
    # The host may have given it a number above all that a child closes: then learners' code would keep it.
    link = socket.socket(fileno=os.dup(control))
    os.close(control)
    poll = select.poll()
    poll.register(link, select.POLLIN)
    running: dict[int, tuple[int, int]] = {}  # by a child's descriptor: its process number, and the host's for its run
    del os.environ["LD_BIND_NOW"]
    warm_up()
    np.random.seed(0)
    gc.freeze()  # A collection in a child would touch, and so copy, all that is here.
    say(link, {"ready": os.getpid()})
    while True:
        for descriptor, _event in poll.poll():
            if descriptor != link.fileno():
                collect(link, poll, running, descriptor)
            elif not obey(link, poll, running, rules):
                os._exit(0)  # The host is gone. With this process the box ends, and all children in it.


def warm_up() -> None:
    """Do once what every child does: what the interpreter makes of code that ran before, each would make for itself."""
    source = "import numpy as np\ndef sample(x):\n    return 2 * np.asarray(x)\n"
    case = codec.parse(codec.to_bytes([np.ones(3)]))
    for _each in range(ROUNDS):
        function = learner.load(source, "sample", [], print)
        learner.run(function, 0, case)


def say(link: socket.socket, message: dict[str, Any]) -> None:
    link.sendall(json.dumps(message).encode() + b"\n")


def collect(link: socket.socket, poll: select.poll, running: dict[int, tuple[int, int]], descriptor: int) -> None:
    poll.unregister(descriptor)
    child, run = running.pop(descriptor)
    os.close(descriptor)
    _pid, status = os.waitpid(child, 0)
    say(link, {"ended": run, "status": os.waitstatus_to_exitcode(status)})


def obey(link: socket.socket, poll: select.poll, running: dict[int, tuple[int, int]], rules: Any) -> bool:
    """Do what one message asks for. False when there will be no more."""
    message, ancillary, _flags, _address = link.recvmsg(MESSAGE_BYTES, socket.CMSG_LEN(3 * array.array("i").itemsize))
    if not message:
        return False
    asked = json.loads(message)
    if "kill" in asked:
        for child, run in running.values():
            if run == asked["kill"]:
                os.kill(child, signal.SIGKILL)
        return True
    descriptors = array.array("i")
    descriptors.frombytes(ancillary[0][2])
    child = os.fork()
    if child == 0:
        become(asked, list(descriptors), rules)
    for descriptor in descriptors:
        os.close(descriptor)
    watch = os.pidfd_open(child)
    running[watch] = child, asked["run"]
    poll.register(watch, select.POLLIN)
    return True


def become(asked: dict[str, Any], descriptors: list[int], rules: Any) -> None:
    """Be a box of its own from here on. Does not return, and nothing of the parent's is left in reach."""
    try:
        request, result, output = (fcntl.fcntl(one, fcntl.F_DUPFD, SAFE) for one in descriptors)
        for kept, place in ((output, 1), (output, 2), (request, REQUEST), (result, RESULT)):
            os.dup2(kept, place)
        os.closerange(RESULT + 1, MOST_DESCRIPTORS)
        np.random.seed(int.from_bytes(os.urandom(4), "little"))
        for name, limits in asked["limits"].items():
            resource.setrlimit(getattr(resource, name), tuple(limits))
        shut(rules)
        SCRIPTS[asked["script"]](REQUEST, RESULT)
    finally:
        os._exit(70)


def shut(rules: Any) -> None:
    """Put on the filter of system calls. Raises OSError where the kernel refuses."""
    program = Program((len(rules) - 1) // BPF_BYTES, ctypes.cast(rules, ctypes.c_void_p))
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)):
        if LIBC.prctl(*call):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    sys.exit("zygote.main is called by the host's command.")
