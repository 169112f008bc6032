"""What became of the participants of a cohort, person by person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme import certificates, follow_ups, placements
from whitebox.programme.follow_ups import Asked
from whitebox.programme.models import Certificate, Placement


@dataclass(slots=True)
class Person:
    membership: Membership
    certificate: Certificate | None = None
    placements: list[Placement] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def answers(self) -> list[Asked]:
        return [one for one in self.asked if one.answer is not None]

    @property
    def next_asked(self) -> Asked | None:
        """The next time this person is asked; None where all letters are gone."""
        return next((one for one in self.asked if not one.was_sent), None)


def people(cohort: Cohort, of: Sequence[Membership] | None = None) -> list[Person]:
    """Return the participants by name, those who left included: six queries at most."""
    rows = of if of is not None else _participants(cohort)
    held = certificates.of_cohort(cohort)
    places: dict[int, list[Placement]] = defaultdict(list)
    for placement in placements.of_cohort(cohort):
        places[placement.membership_id].append(placement)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for one in follow_ups.of_cohort(cohort):
        asked[one.membership.pk].append(one)
    return [Person(one, held.get(one.pk), places[one.pk], asked[one.pk]) for one in rows]


def _participants(cohort: Cohort) -> Sequence[Membership]:
    found = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT)
    return list(found.select_related("user").order_by("user__name", "pk"))
