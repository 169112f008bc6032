"""The protocol of the pages about people: what an app knows of a participant that helps those who teach them.

An app contributes `person_panels.py` with `facts`, a function from a cohort, some of its participants, the reader and a
moment to short facts for the list (its queries do not grow with their number); `panels`, a function from one
membership, the reader and a moment to parts of that person's page; and `links`, a function from a cohort and the
reader's roles to the pages it has about the people of a cohort. The reader counts where somebody marks blind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from whitebox import contributions
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell of the list of people. The label is its column."""

    label: str | Promise
    value: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a person's page: an include-only template, given `panel`, the context. It begins at level 2."""

    template: str
    context: Any
    order: int = 50


@dataclass(frozen=True, slots=True)
class TeamLink:
    """A page about the people of a cohort."""

    label: str | Promise
    address: str
    order: int = 50


Facts = Callable[[Cohort, Sequence[Membership], User, datetime], Mapping[int, Sequence[Fact]]]
Panels = Callable[[Membership, User, datetime], Sequence[Panel]]
Links = Callable[[Cohort, frozenset[Role]], Sequence[TeamLink]]


def facts(cohort: Cohort, people: Sequence[Membership], reader: User, now: datetime) -> dict[int, dict[str, str]]:
    """Return what every app knows of each person, by membership and column."""
    found: dict[int, dict[str, str]] = {one.pk: {} for one in people}
    if people:
        for contribute in contributions.attributes("person_panels", "facts"):
            for pk, some in contribute(cohort, people, reader, now).items():
                found[pk].update({str(one.label): one.value for one in some})
    return found


def panels(membership: Membership, reader: User, now: datetime) -> list[Panel]:
    """Return every app's parts of a person's page."""
    contributed = contributions.attributes("person_panels", "panels")
    found = [one for some in contributed for one in some(membership, reader, now)]
    return sorted(found, key=lambda panel: panel.order)


def links(cohort: Cohort, roles: frozenset[Role]) -> list[TeamLink]:
    """Return the pages about the people of a cohort that somebody with these roles may open. No query."""
    found = [one for some in contributions.attributes("person_panels", "links") for one in some(cohort, roles)]
    return sorted(found, key=lambda link: link.order)
