"""Sending one letter, and knowing afterwards whether it left."""

import logging
import smtplib

import apprise
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from whitebox import trace
from whitebox.outbox import letters
from whitebox.outbox.attachments import part_of
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Channel, Letter
from whitebox.outbox.rendering import page

logger = logging.getLogger(__name__)

# The server has not taken the message, and said so where it was asked: it surely did not leave.
REFUSED = (
    ConnectionRefusedError,
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)

TIMED_OUT = 408


def send(letter_id: int) -> None:
    """Send a due letter once. Another delivery of the same id finds it claimed and does nothing."""
    letter = letters.claim(letter_id, now=timezone.now())
    if letter is not None:
        with trace.continued(letter.trace):
            _send(letter)


def _send(letter: Letter) -> None:
    try:
        _hand_over(letter)
    except Exception as wrong:  # noqa: BLE001  # whatever a mail provider raises, how it ended must be recorded
        state = LetterState.FAILED if _is_refusal(wrong) else LetterState.UNCERTAIN
        letters.record(letter, state, error=type(wrong).__name__)
        logger.warning("letter %s is %s: %s", letter.pk, state.value, type(wrong).__name__)
    else:
        letters.record(letter, LetterState.SENT)
        logger.info("letter %s left", letter.pk)


def _is_refusal(wrong: Exception) -> bool:
    """Tell whether the letter surely did not leave. Providers asked over HTTP say so by a status of the 400s."""
    answer = getattr(wrong, "status_code", None)
    return isinstance(wrong, REFUSED) or (isinstance(answer, int) and 400 <= answer < 500 and answer != TIMED_OUT)


def _hand_over(letter: Letter) -> None:
    if letter.channel is not None:
        _post(letter.channel, letter)
        return
    with get_connection() as connection:
        mail = EmailMultiAlternatives(
            letter.subject,
            letter.text,
            to=[letter.address],
            connection=connection,
            headers={
                "Message-ID": f"<letter-{letter.pk}-{letter.lease_token}@whitebox>",
                "Auto-Submitted": "auto-generated",
            },
        )
        mail.attach_alternative(page(letter.subject, letter.html), "text/html")
        for kept in letter.attachments:
            mail.attach(part_of(kept))
        mail.send()


def _post(channel: Channel, letter: Letter) -> None:
    room = apprise.Apprise()
    if not room.add(channel.address):
        raise ConnectionRefusedError
    if not room.notify(title=letter.subject, body=letter.text):
        raise TimeoutError
