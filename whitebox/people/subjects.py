"""Whose data is asked for, and what an app answers. `whitebox/programme/personal.py` collects the answers.

An app contributes `privacy.py` with `PRIVACY`, an object with the four methods of `Privacy`. The ground floor cannot
import the app, and the app's answer is of these types.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from allauth.account.models import EmailAddress

from whitebox.people.models import User, normalised

Row = Mapping[str, Any]  # plain values, moments and lists of them


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, by an address and by the account that has it, if there is one."""

    email: str
    user: User | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays after an erasure, and which duty keeps it."""

    what: str
    count: int
    reason: str


@dataclass
class Erasure:
    """What an app erased, by kind and number, and what it kept."""

    erased: dict[str, int] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)

    def add(self, what: str, count: int) -> None:
        """Note how much was erased. What was not there is not named."""
        if count:
            self.erased[what] = self.erased.get(what, 0) + count


class Privacy(Protocol):
    def export(self, subject: Subject) -> Mapping[str, Sequence[Row]]:
        """Return what the app stores about a person, by kind. What others wrote in confidence is not the person's."""

    def refusals(self, subject: Subject) -> Sequence[str]:
        """Return the reasons why this person's data cannot be erased now, as sentences."""

    def erase(self, subject: Subject, *, now: datetime) -> Erasure:
        """Erase what no duty keeps, within the caller's transaction. Twice erases nothing."""

    def retain(self, now: datetime) -> int:
        """Erase what was kept long enough and return how much. May come twice, at once and late."""


@runtime_checkable
class Guarded(Protocol):
    """An app that says whose rows these are, so that organizers hand out and erase what is theirs and nothing else."""

    def held_by(self, subject: Subject) -> Collection[int]:
        """Return the cohorts that the app's rows about a person belong to."""

    def closed_to(self, subject: Subject, by: User) -> str:
        """Return why `by` must not see these rows although they organize the cohort, or an empty text."""


def subject_of(email: str) -> Subject:
    """Return whom an address means: the account that has it, as its own or as a further address."""
    address = normalised(email)
    user = User.objects.filter(email=address).first()
    if user is None:
        further = EmailAddress.objects.filter(email__iexact=address).select_related("user").first()
        user = further.user if further else None
    return Subject(address, user)
