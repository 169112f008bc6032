"""One person's data, over all apps: shown, erased, and let go when it was kept long enough.

An app contributes `privacy.py` with `PRIVACY`; `whitebox/people/subjects.py` says what that has to answer.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from whitebox import contributions
from whitebox.people.subjects import Kept, Privacy, Row, subject_of

logger = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What became of a request to erase. With a refusal nothing was erased at all."""

    refusals: list[str] = field(default_factory=list)
    erased: dict[str, int] = field(default_factory=dict)  # "app: what"
    kept: list[tuple[str, Kept]] = field(default_factory=list)


def contributed() -> Iterator[tuple[str, Privacy]]:
    for module in contributions.modules("privacy"):
        yield module.__name__.split(".")[-2], module.PRIVACY


def export(email: str) -> dict[str, dict[str, list[Row]]]:
    """Return all that is stored about a person, by app and kind. What is empty is left out."""
    subject = subject_of(email)
    found = {app: dict(privacy.export(subject)) for app, privacy in contributed()}
    return {
        app: filled
        for app, kinds in found.items()
        if (filled := {kind: list(rows) for kind, rows in kinds.items() if rows})
    }


@transaction.atomic
def erase(email: str, *, now: datetime | None = None) -> Outcome:
    """Erase what is stored about a person and what no duty keeps. Twice erases nothing more.

    All apps or none: where one refuses, nothing is erased. Files of theirs leave after the commit.
    """
    moment, subject, outcome = now or timezone.now(), subject_of(email), Outcome()
    found = list(contributed())
    outcome.refusals = [reason for _app, privacy in found for reason in privacy.refusals(subject)]
    if outcome.refusals:
        return outcome
    # The account goes last: until then it says which rows are whose.
    for app, privacy in sorted(found, key=lambda pair: pair[0] == "people"):
        done = privacy.erase(subject, now=moment)
        outcome.erased |= {f"{app}: {what}": count for what, count in done.erased.items()}
        outcome.kept += [(app, kept) for kept in done.kept]
    return outcome


def retain(now: datetime) -> int:
    """Let go what was kept long enough, app by app. One that breaks keeps no other from its turn."""
    count = 0
    for app, privacy in contributed():
        try:
            count += privacy.retain(now)
        except Exception:
            logger.exception("retention of %s broke", app)
    return count


def plain(value: Any) -> str:
    """Return a value that JSON does not know as text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
