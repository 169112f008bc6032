"""Sending one letter, and knowing afterwards whether it left."""

import logging
import smtplib

import apprise
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from whitebox.outbox import letters
from whitebox.outbox.attachments import part_of
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Channel, Letter
from whitebox.outbox.rendering import page

logger = logging.getLogger(__name__)

# Raised before the server has taken the message: it surely did not leave.
REFUSED = (
    ConnectionRefusedError,
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
)


def send(letter_id: int) -> None:
    """Send a due letter once. Another delivery of the same id finds it claimed and does nothing."""
    letter = letters.claim(letter_id, now=timezone.now())
    if letter is None:
        return
    try:
        _hand_over(letter)
    except REFUSED as refusal:
        letters.record(letter, LetterState.FAILED, error=type(refusal).__name__)
        logger.warning("letter %s was refused: %s", letter.pk, type(refusal).__name__)
    except Exception as unknown:  # noqa: BLE001  # whatever a provider raises, the outcome is unknown  # whatever a mail provider raises, the outcome is unknown and must be recorded
        letters.record(letter, LetterState.UNCERTAIN, error=type(unknown).__name__)
        logger.warning("letter %s is uncertain: %s", letter.pk, type(unknown).__name__)
    else:
        letters.record(letter, LetterState.SENT)


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
