"""One id from page to job to letter, and lines of the log that nobody can forge."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from mastery import working
from mastery.models import GradingJob
from tests.factories.mastery import code, make_course
from tests.faults.work import make_letters
from whitebox import error_reports, trace
from whitebox.celery import HintTask, app
from whitebox.operation import tasks
from whitebox.operation.middleware import Traced
from whitebox.outbox import delivery
from whitebox.outbox.models import Letter

FORGED = "hello\n2026-01-01 00:00:00,000 CRITICAL - - root all is lost\x85\u2028"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The lines of our loggers as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(trace.JSONLines())
    handler.addFilter(trace.Ids())
    loggers = [logging.getLogger(name) for name in ("whitebox", "mastery")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)


def rows(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_request_has_an_id_and_a_line_without_its_address(db: None, client: Client, log: io.StringIO) -> None:
    client.get("/applications/a-secret-token/")
    client.get("/accounts/login/?next=/a-secret")

    first, second = [row for row in rows(log) if row["logger"] == "whitebox.operation.middleware"]

    assert first["trace"] != second["trace"]
    assert trace.is_usable(first["trace"])
    assert second["message"] == "GET accounts/login/ 200"
    assert isinstance(second["milliseconds"], int)
    assert "secret" not in log.getvalue()
    assert trace.current() == ""


@pytest.mark.parametrize(
    ("proxy", "given", "is_taken"),
    [
        (("HTTP_X_FORWARDED_PROTO", "https"), "0123456789abcdef", True),
        (("HTTP_X_FORWARDED_PROTO", "https"), "short", False),
        (("HTTP_X_FORWARDED_PROTO", "https"), "0123456789\tabcdef", False),
        (None, "0123456789abcdef", False),
    ],
)
def test_an_id_is_taken_from_our_own_proxy_only(
    proxy: tuple[str, str] | None, given: str, is_taken: bool, settings: Settings
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = proxy
    seen: list[str] = []

    def page(_request: HttpRequest) -> HttpResponse:
        seen.append(trace.current())
        return HttpResponse()

    Traced(page)(RequestFactory().get("/", headers={"x-request-id": given}))

    assert (seen == [given]) is is_taken
    assert len(seen[0]) in {16, 32}


def test_a_task_works_under_the_id_of_who_handed_it_out(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    app.conf.task_always_eager = False
    monkeypatch.setattr(HintTask, "_broker_gone_until", 0.0)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "celery.app.base.Celery.send_task", lambda *_args, **kwargs: sent.append(kwargs["headers"]), raising=True
    )
    task: Any = tasks.heartbeat

    with trace.continued("0123456789abcdef"):
        task.apply_async()

    assert [headers["trace"] for headers in sent] == ["0123456789abcdef"]


def test_a_worker_takes_the_id_out_of_the_message(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("whitebox.outbox.tick.beat", lambda _queue: seen.append(trace.current()))
    task: Any = tasks.heartbeat

    task.apply(headers={"trace": "0123456789abcdef"})
    task.apply()

    assert seen[0] == "0123456789abcdef"
    assert seen[1] not in {"", seen[0]}
    assert trace.current() == ""


def test_a_letter_leaves_under_the_id_of_what_caused_it(db: None, log: io.StringIO) -> None:
    with trace.continued("0123456789abcdef"):
        (letter,) = make_letters(1)

    with trace.continued("of-the-beat"):
        delivery.send(letter.pk)

    assert Letter.objects.get(pk=letter.pk).trace == "0123456789abcdef"
    (row,) = [row for row in rows(log) if row["message"] == f"letter {letter.pk} left"]
    assert row["trace"] == "0123456789abcdef"


@pytest.mark.sandbox
def test_one_id_goes_from_page_to_job_to_letter(db: None, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    real = working.work
    monkeypatch.setattr(working, "work", lambda _job: None)  # The message is lost.
    forms = [code("first", "first")]
    course = make_course({"A": forms, "B": forms})
    with trace.continued("0123456789abcdef"):
        attempt = course.take({"first": "def softmax(x): ..."})

    with trace.continued("of-the-beat"):
        real(GradingJob.objects.get(attempt=attempt).pk)

    assert {row["trace"] for row in rows(log) if "grading job" in row["message"]} == {"0123456789abcdef"}
    letters = Letter.objects.filter(about=f"mastery.attempt:{attempt.pk}")
    assert {letter.trace for letter in letters} == {"0123456789abcdef"}


def _formatted(formatter: logging.Formatter) -> str:
    record = logging.LogRecord("whitebox", logging.INFO, __file__, 1, "said %s", (FORGED,), None)
    trace.Ids().filter(record)
    return formatter.format(record)


def test_what_somebody_sent_begins_no_line() -> None:
    line = _formatted(trace.Lines("{levelname} {trace} {task} {message}", style="{"))

    assert len(line.splitlines()) == 1
    assert line.startswith("INFO - - said hello\\n2026")
    assert len(_formatted(trace.JSONLines()).split("\n")) == 1
    assert json.loads(_formatted(trace.JSONLines()))["message"] == f"said {FORGED}"


def test_an_error_is_logged_with_its_traceback() -> None:
    with pytest.raises(ValueError, match="literal") as found:
        int("no number")
    wrong = (found.type, found.value, found.tb)
    record = logging.LogRecord("whitebox", logging.ERROR, __file__, 1, "broke", (), wrong)

    assert "ValueError: invalid literal" in json.loads(trace.JSONLines().format(record))["exception"]


def test_a_report_of_an_error_holds_no_person_and_no_key() -> None:
    event: dict[str, Any] = {
        "request": {"method": "POST", "url": "/a-secret", "headers": {"Cookie": "a-secret"}, "data": "a-secret"},
        "user": {"email": "a-secret"},
        "breadcrumbs": {"values": ["a-secret"]},
        "extra": {"a": "a-secret"},
        "exception": {"values": [{"type": "ValueError"}]},
    }

    with trace.continued("0123456789abcdef"):
        kept = error_reports.scrubbed(event, None)

    assert "a-secret" not in json.dumps(kept)
    assert kept["request"] == {"method": "POST"}
    assert kept["tags"] == {"trace": "0123456789abcdef"}
    assert kept["exception"] == {"values": [{"type": "ValueError"}]}


def test_reports_begin_with_nothing_personal(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[dict[str, Any]] = []
    monkeypatch.setitem(sys.modules, "sentry_sdk", SimpleNamespace(init=lambda **options: begun.append(options)))

    error_reports.start("https://key@reports.example.test/1")

    (options,) = begun
    assert options["dsn"] == "https://key@reports.example.test/1"
    assert (options["send_default_pii"], options["include_local_variables"]) == (False, False)
    assert options["before_send"] is error_reports.scrubbed


def test_reports_without_the_package_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(ImproperlyConfigured, match="sentry-sdk is not installed"):
        error_reports.start("https://key@reports.example.test/1")
