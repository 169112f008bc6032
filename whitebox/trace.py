"""The id that ties together what one request or one beat set off: page, job and letter, in every line of the log.

It is kept on the row that goes on with the work (a letter, a grading job) and in the message to the worker, so that it
carries over a broker that forgot everything.
"""

import json
import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from typing_extensions import override

GIVEN = re.compile(r"[A-Za-z0-9-]{8,32}")
BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")

_trace: ContextVar[str] = ContextVar("trace", default="")
_task: ContextVar[str] = ContextVar("task", default="")


def current() -> str:
    """Return the id of what happens now; nothing outside of a request or a task."""
    return _trace.get()


def new() -> str:
    return uuid.uuid4().hex


@contextmanager
def continued(trace: str | None, *, task: str | None = None) -> Iterator[None]:
    """Do the work of the body under `trace`, or under the present id where it is empty, or under a new one."""
    before = _trace.set(trace or current() or new())
    during = _task.set(task or _task.get())
    try:
        yield
    finally:
        _task.reset(during)
        _trace.reset(before)


def is_usable(given: str) -> bool:
    """Tell whether an id from outside can stand in our log."""
    return GIVEN.fullmatch(given) is not None


class Ids(logging.Filter):
    """Put the ids on every record."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.trace, record.task = current() or "-", _task.get() or "-"
        return True


class Lines(logging.Formatter):
    """One record, one line: what somebody sent cannot begin a line that looks like ours. Tracebacks follow as ever."""

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = BREAKS.sub(lambda found: repr(found[0])[1:-1], record.message)
        return super().formatMessage(record)


class JSONLines(logging.Formatter):
    """One JSON object a line, with `at` in UTC."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        row = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "trace": getattr(record, "trace", "-"),
            "task": getattr(record, "task", "-"),
        }
        if hasattr(record, "milliseconds"):
            row["milliseconds"] = record.milliseconds
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)
