"""Drafts whose round closes soon: each is due one reminder. And the tick that finds them, measured."""

import json
import sys
import time
import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from applicants.addresses import address_key
from applicants.choices import ApplicationState
from applicants.models import Application, Draft, Identity, Round
from applicants.return_links import hashed, token_of
from tests.benchmarks import machine
from tests.factories.applicants import ANSWERS, RoundFactory
from whitebox.outbox import tick
from whitebox.outbox.models import Letter, LetterTemplate

KIND = "application-closing-soon"
WORDING = "Dear {{ person_name }},\n\n**{{ round_title }}** closes {{ deadline }}.\n\n- [Go on]({{ link }})\n"
BATCH = 2000


def fill(count: int) -> None:
    now = timezone.now()
    LetterTemplate.objects.get_or_create(kind=KIND, defaults={"subject": "It closes soon", "body": WORDING})
    round_ = RoundFactory.create(opens_at=now - timedelta(days=9), closes_at=now + timedelta(hours=20))
    for first in range(0, count, BATCH):
        rows = [_draft(round_, number, now - timedelta(days=2)) for number in range(first, min(first + BATCH, count))]
        made = Application.objects.bulk_create(rows, batch_size=500)
        addresses = [f"draft{first + place}@drafts.test" for place in range(len(made))]
        Identity.objects.bulk_create(
            (
                Identity(application=row, round=round_, name="Ana", email=email, email_key=address_key(email))
                for row, email in zip(made, addresses, strict=True)
            ),
            batch_size=500,
        )
        Draft.objects.bulk_create((Draft(application=row, answers=ANSWERS) for row in made), batch_size=500)


def _draft(round_: Round, number: int, at: datetime) -> Application:
    row = Application(
        round=round_,
        form=round_.form,
        code=f"D-{number}",
        state=ApplicationState.DRAFT,
        started_at=at,
        token_nonce=uuid.uuid4(),
    )
    row.token_hash = hashed(token_of(row))
    return row


def tick_once() -> None:
    """Do one tick and print what it took: seconds, and the most memory this process ever held."""
    begun = time.monotonic()
    tick.run(timezone.now())
    spent = time.monotonic() - begun
    most = machine.peak_mb()
    sys.stdout.write(json.dumps({"seconds": round(spent, 1), "megabytes": most}))


def counted() -> None:
    """Print how many reminders are in the outbox, and to how many people."""
    found = Letter.objects.filter(kind=KIND)
    distinct = found.values("address").distinct().count()
    sys.stdout.write(json.dumps({"queued": found.count(), "distinct": distinct}))
