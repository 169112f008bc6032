"""The filters of the early warnings: by reason, mentor and urgency. A value that is none is as if it were not given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whitebox.people.team import Person
from whitebox.people.warnings import Urgency

NOBODY = "none"  # the value of the filter for people without a mentor


@dataclass(frozen=True, slots=True)
class Filters:
    """What can be chosen, and what is."""

    kinds: Sequence[tuple[str, str, int]]  # value, label, number of people
    mentors: Sequence[tuple[str, str]]
    urgencies: Sequence[tuple[str, str]]
    kind: str
    mentor: str
    urgency: str

    @property
    def is_on(self) -> bool:
        return bool(self.kind or self.mentor or self.urgency)

    def chosen(self, people: Sequence[Person]) -> list[Person]:
        return [one for one in people if self._fits(one)]

    def _fits(self, person: Person) -> bool:
        kinds = {flag.kind for flag in person.flags if not self.urgency or str(int(flag.urgency)) == self.urgency}
        if self.mentor and mentor_of(person) != self.mentor:
            return False
        return self.kind in kinds if self.kind else bool(kinds)


def mentor_of(person: Person) -> str:
    return str(person.membership.mentor_id or NOBODY)


def of(people: Sequence[Person], asked: Mapping[str, str]) -> Filters:
    """Return the filters that make sense for these people."""
    labels = {flag.kind: str(flag.label) for one in people for flag in one.flags}
    kinds = [(kind, label, sum(_has(one, kind) for one in people)) for kind, label in labels.items()]
    mentors = {mentor_of(one): one.membership.mentor.user.called if one.membership.mentor else "" for one in people}
    urgencies = [(str(int(one)), str(one.label)) for one in reversed(Urgency)]
    return Filters(
        kinds=sorted(kinds, key=lambda row: row[1]),
        mentors=sorted(mentors.items(), key=lambda row: row[1]),
        urgencies=urgencies,
        kind=_known(asked.get("kind", ""), labels),
        mentor=_known(asked.get("mentor", ""), mentors),
        urgency=_known(asked.get("urgency", ""), dict(urgencies)),
    )


def _has(person: Person, kind: str) -> bool:
    return any(flag.kind == kind for flag in person.flags)


def _known(value: str, known: Mapping[str, object]) -> str:
    return value if value in known else ""
