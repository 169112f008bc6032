"""Mail servers that refuse, are slow, or answer when nobody listens any more: nothing is sent twice, all is known."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

import pytest
from pytest_django.fixtures import Settings

from tests.faults.work import make_letters
from whitebox.outbox import delivery
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

pytestmark = pytest.mark.django_db
PATIENCE = 1  # seconds that we listen


@dataclass
class MailServer:
    """Speaks enough SMTP. `answers` replaces what it says to a verb; it says what it says after `delay` seconds."""

    answers: dict[str, bytes] = field(default_factory=dict)
    delay: float = 0  # before the answer to the message itself
    taken: list[bytes] = field(default_factory=list)
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                call = self.door.accept()[0]
            except OSError:
                return
            with call, call.makefile("rwb", buffering=0) as line:
                try:
                    self._talk(cast("BinaryIO", line))
                except OSError:
                    continue  # Nobody listens any more.

    def _talk(self, line: BinaryIO) -> None:
        line.write(self.answers.get("greeting", b"220 here\r\n"))
        while said := line.readline():
            verb = said.split()[0].decode().upper().partition(":")[0]
            if verb == "DATA":
                line.write(b"354 go on\r\n")
                message = b""
                while not message.endswith(b"\r\n.\r\n"):
                    message += line.readline()
                self.taken.append(message)
                time.sleep(self.delay)
            line.write(self.answers.get(verb, b"250 fine\r\n"))
            if verb == "QUIT":
                return


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    served = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", served.port, PATIENCE
    thread = threading.Thread(target=served.serve, daemon=True)
    thread.start()
    yield served
    served.door.shutdown(socket.SHUT_RDWR)
    served.door.close()
    thread.join(10)


def sent_twice() -> Letter:
    """Let the letter's task come twice, as a broker may."""
    (letter,) = make_letters(1)
    for _time in range(2):
        delivery.send(letter.pk)
    letter.refresh_from_db()
    return letter


def test_a_letter_that_was_taken_is_sent_once(server: MailServer) -> None:
    assert sent_twice().state == LetterState.SENT
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("greeting", b"421 busy\r\n"),
        ("MAIL", b"550 not you\r\n"),
        ("RCPT", b"550 nobody here\r\n"),
        ("DATA", b"554 looks like spam\r\n"),
    ],
)
def test_a_letter_that_was_refused_is_known_not_to_have_left(verb: str, answer: bytes, server: MailServer) -> None:
    server.answers[verb] = answer

    letter = sent_twice()

    assert letter.state == LetterState.FAILED
    assert letter.error
    assert letter.tries == 1


def test_a_slow_server_gets_its_time(server: MailServer) -> None:
    server.delay = PATIENCE / 2

    assert sent_twice().state == LetterState.SENT
    assert len(server.taken) == 1


def test_an_answer_after_we_stopped_listening_leaves_the_letter_uncertain_and_it_never_leaves_again(
    server: MailServer,
) -> None:
    server.delay = PATIENCE * 2

    letter = sent_twice()

    assert letter.state == LetterState.UNCERTAIN
    assert len(server.taken) == 1  # It did arrive, which nobody here can know.


def test_a_server_that_is_not_there_is_a_refusal(server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = 1

    assert sent_twice().state == LetterState.FAILED


class ProviderError(Exception):
    """What anymail raises for an answer over HTTP."""

    def __init__(self, status_code: int | None) -> None:
        super().__init__("the provider's words, which may hold an address")
        self.status_code = status_code


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, LetterState.FAILED),
        (401, LetterState.FAILED),
        (429, LetterState.FAILED),
        (408, LetterState.UNCERTAIN),
        (500, LetterState.UNCERTAIN),
        (503, LetterState.UNCERTAIN),
        (None, LetterState.UNCERTAIN),
    ],
)
def test_a_provider_over_http_says_by_its_status_whether_it_took_the_letter(
    status: int | None, state: LetterState, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def hand_over(_letter: Letter) -> None:
        calls.append(1)
        raise ProviderError(status)

    monkeypatch.setattr(delivery, "_hand_over", hand_over)

    letter = sent_twice()

    assert (letter.state, letter.error, calls) == (state, "ProviderError", [1])
