"""Somebody asks for their data, or that it goes: an organizer looks at what there is, then does it.

Organizers do it for those whose records all belong to cohorts of theirs. What spans other cohorts is for whoever runs
the server, by `manage.py privacy`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User, normalised
from whitebox.people.subjects import Guarded, Row, Subject, subject_of
from whitebox.programme import personal
from whitebox.programme.models import DataRequest
from whitebox.programme.personal import Outcome

SALT = "programme.data_request"


@dataclass(frozen=True, slots=True)
class Look:
    """What is stored about a person, and what erasing it would do."""

    email: str
    counts: Sequence[tuple[str, str, int]]  # app, kind, how many
    outcome: Outcome

    @property
    def fingerprint(self) -> str:
        """Return what stands for all that was shown."""
        kept = [[app, one.what, one.count] for app, one in self.outcome.kept]
        shown = [self.email, self.outcome.erased, kept, self.outcome.refusals]
        return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def look(email: str, *, by: User) -> Look:
    """Return what erasing would do by doing it and putting everything back. Raises RuleViolation; see `_held_by`."""
    subject = subject_of(email)
    _held_by(subject, by)
    found = personal.export(subject.email)
    with transaction.atomic():
        outcome = personal.erase(subject.email)
        transaction.set_rollback(True)
    return Look(subject.email, _counts(found), outcome)


def _counts(found: Mapping[str, Mapping[str, Sequence[Row]]]) -> list[tuple[str, str, int]]:
    return [
        (app, kind.replace("_", " "), len(rows)) for app, kinds in sorted(found.items()) for kind, rows in kinds.items()
    ]


def _held_by(subject: Subject, by: User) -> set[int]:
    """Return the cohorts that a person's rows belong to.

    Raises RuleViolation where `by` does not organize all of them, and where an app keeps its rows from them.
    """
    guards = [one for _app, one in personal.contributed() if isinstance(one, Guarded)]
    held = {cohort for guard in guards for cohort in guard.held_by(subject)}
    organized = Membership.objects.active().filter(user=by, role=Role.ORGANIZER)
    own = set(organized.values_list("cohort", flat=True))
    if not held & own:
        raise RuleViolation(_("The cohorts you organize store nothing about this address."))
    if held - own:
        raise RuleViolation(
            _(
                "A part of what is stored about this person belongs to cohorts you do not organize. "
                "Ask whoever runs the server: manage.py privacy does it for all of them."
            )
        )
    for guard in guards:
        if reason := guard.closed_to(subject, by):
            raise RuleViolation(reason)
    return held


@transaction.atomic
def export(email: str, *, by: User) -> dict[str, Any]:
    """Return all that is stored about a person, and record that it was handed out."""
    subject = subject_of(email)
    held = _held_by(subject, by)
    found = personal.export(subject.email)
    _record(DataRequest.Kind.EXPORT, subject, held, {f"{app}: {kind}": n for app, kind, n in _counts(found)}, by)
    return {"email": subject.email, "data": found}


@transaction.atomic
def erase(email: str, *, shown: str, by: User) -> Outcome:
    """Erase what was looked at. `shown` is the fingerprint of that look; where it differs by now nothing is done.

    Raises RuleViolation then, and where an app refuses.
    """
    subject = subject_of(email)
    held = _held_by(subject, by)
    outcome = personal.erase(subject.email)
    if outcome.refusals:
        raise RuleViolation(" ".join([*outcome.refusals, _("Nothing was erased.")]))
    if Look(subject.email, (), outcome).fingerprint != shown:
        raise RuleViolation(_("What is stored has changed since you looked. Nothing was erased: look once more."))
    _record(DataRequest.Kind.ERASURE, subject, held, outcome.erased, by)
    return outcome


def _record(kind: str, subject: Subject, held: set[int], counts: Mapping[str, int], by: User) -> None:
    row = DataRequest.objects.create(kind=kind, address_digest=digest(subject.email), counts=dict(counts), by=by)
    row.cohorts.set(held)


def digest(email: str) -> str:
    return salted_hmac(SALT, normalised(email), algorithm="sha256").hexdigest()
