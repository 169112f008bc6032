"""The list of system calls that code in the box may make. All others answer "operation not permitted"."""

import errno
import functools
import tempfile
import termios
from fcntl import F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD
from typing import Any

# Each name is needed by the start of CPython and numpy, by bubblewrap's own first process, or by plain calculation.
ALLOWED = """
    access arch_prctl brk clock_getres clock_gettime clock_nanosleep close dup execve faccessat
    faccessat2 fstat fstatfs futex get_robust_list getcwd getdents64 getegid geteuid getgid getpid getppid
    getrandom getrusage gettid gettimeofday getuid lseek lstat madvise mmap mprotect mremap munmap nanosleep
    newfstatat open openat poll ppoll pread64 pselect6 read readlink readlinkat readv restart_syscall rseq
    rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield select set_robust_list
    set_tid_address sigaltstack stat statfs statx sysinfo time times uname wait4 write writev
"""
FIOCLEX, FIONCLEX = 0x5451, 0x5450
# Bubblewrap says 128 + n after signal n: with a higher code, a program would look as if the machine had killed it.
MOST_EXIT_CODE = 127


class SeccompMissing(Exception):  # noqa: N818 - a state of the machine, not an error of the program
    """The library that compiles the filter is not on this machine."""


@functools.cache
def compiled_filter() -> bytes:
    """Return the filter as the bytes that `bwrap --seccomp` reads. Raises SeccompMissing."""
    seccomp = _library()
    rules = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in ALLOWED.split():
        # A call that this processor's kernel never had cannot be made, so it needs no rule.
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) >= 0:
            rules.add_rule(seccomp.ALLOW, name)
    for name, position, value in _allowed_with_argument():
        rules.add_rule(seccomp.ALLOW, name, seccomp.Arg(position, seccomp.EQ, value))
    for name in ("exit", "exit_group"):
        rules.add_rule(seccomp.ALLOW, name, seccomp.Arg(0, seccomp.LE, MOST_EXIT_CODE))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _allowed_with_argument() -> list[tuple[str, int, int]]:
    """Return (system call, position of an argument, its only allowed value)."""
    return [
        *(("fcntl", 1, command) for command in (F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL)),
        *(("ioctl", 1, request) for request in (termios.TCGETS, FIOCLEX, FIONCLEX)),
        ("prlimit64", 2, 0),  # No new limit: limits may be read, not set.
    ]


def _library() -> Any:
    """Return pyseccomp, which looks for libseccomp.so.2 when it is imported."""
    try:
        import pyseccomp  # noqa: PLC0415 - a machine without the library must still be able to load this module
    except (ImportError, RuntimeError, OSError) as error:
        raise SeccompMissing(str(error)) from error
    return pyseccomp
