"""Who is whose: the people of a cohort whom a reader teaches, and how it stands with each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from whitebox.people import contact, duties, person_parts, warnings
from whitebox.people.access import taught_by
from whitebox.people.choices import Concern, Role
from whitebox.people.duties import Duty
from whitebox.people.models import Cohort, ContactNote, Membership, User
from whitebox.people.warnings import Flag, Urgency

LOOKS = {Concern.NONE: "open", Concern.WATCH: "not_yet", Concern.ACT: "overdue"}


@dataclass(frozen=True, slots=True)
class Person:
    """One participant, as those who teach them see how it stands."""

    membership: Membership
    note: ContactNote | None  # the latest
    flags: Sequence[Flag]
    waiting: Sequence[Duty] = ()
    facts: Mapping[str, str] = field(default_factory=dict)  # by column

    @property
    def concern(self) -> Concern:
        return Concern(self.note.concern) if self.note else Concern.NONE

    @property
    def concern_look(self) -> str:
        return LOOKS[self.concern]

    @property
    def urgency(self) -> Urgency | None:
        return self.flags[0].urgency if self.flags else None

    @property
    def is_answered(self) -> bool:
        """Whether somebody was in touch after the newest of the flags that have a moment was raised."""
        newest = max((flag.since for flag in self.flags if flag.since), default=None)
        return self.note is not None and newest is not None and self.note.at > newest


def taught(user: User, cohort: Cohort) -> list[Membership]:
    """Return the active participants whom `user` teaches in a cohort, by name: one query.

    A mentor's own people; for organizers everybody but themselves.
    """
    found = Membership.objects.active().filter(taught_by(user), cohort=cohort, role=Role.PARTICIPANT)
    people = list(found.select_related("user", "mentor__user").order_by("user__name", "pk"))
    for one in people:
        one.cohort = cohort
    return people


def warned(cohort: Cohort, people: Sequence[Membership], now: datetime, *, reader: User) -> list[Person]:
    """Return the warnings that `reader` may see and the last contact of each: queries do not grow with the people."""
    notes, flags = contact.latest_of_page(cohort, people), warnings.collect(cohort, people, now)
    return [
        Person(one, notes.get(one.pk), [flag for flag in flags[one.pk] if reader.pk not in flag.not_for])
        for one in people
    ]


def whole(cohort: Cohort, people: Sequence[Membership], now: datetime, *, reader: User) -> list[Person]:
    """Return what waits for `reader` and what the apps know of each, too."""
    waiting, facts = duties.of_page(cohort, people), person_parts.facts(cohort, people, reader, now)
    return [
        replace(
            one,
            waiting=[duty for duty in waiting[one.membership.pk] if reader.pk not in duty.not_for],
            facts=facts[one.membership.pk],
        )
        for one in warned(cohort, people, now, reader=reader)
    ]


def by_urgency(people: Sequence[Person], now: datetime) -> list[Person]:
    """Put who needs help first: by the most urgent flag, then who has not been answered, then the number of flags."""

    def rank(person: Person) -> tuple[int, bool, int, float, str]:
        since = min((flag.since for flag in person.flags if flag.since), default=now)
        name = person.membership.user.called
        return -(person.urgency or 0), person.is_answered, -len(person.flags), since.timestamp(), name

    return sorted(people, key=rank)
