"""Who is there under the large load: the present cohort, five past ones, their mentors, the readers of the round."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from curriculum.models import ModuleVersion, Session
from whitebox.packs.models import Adoption
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, MembershipChange, PolicyVersion, Signature, User

PAST_COHORTS = 5
PRESENT_PARTICIPANTS, PAST_PARTICIPANTS = 500, 100  # 1,000 in all
PRESENT_MENTORS, PAST_MENTORS = 50, 10  # 100 in all
FIRST = ("Alma", "Berto", "Celia", "Dario", "Edna", "Fidel", "Gina", "Hilda", "Isko", "Juana")
LAST = ("Aguilar", "Borja", "Concepcion", "Dela Cruz", "Espino", "Fajardo", "Gomez", "Hidalgo", "Ignacio", "Jimenez")


@dataclass(slots=True)
class Crowd:
    """What the other parts of the load build on."""

    rng: random.Random
    now: datetime
    present: Cohort
    organizer: User
    participants: list[Membership] = field(default_factory=list)  # of all cohorts, the present one's first
    mentors: list[Membership] = field(default_factory=list)  # of the present cohort

    @property
    def present_participants(self) -> list[Membership]:
        return [one for one in self.participants if one.cohort_id == self.present.pk]


def gather(rng: random.Random) -> Crowd:
    """Fill the cohorts. The demonstration's own people keep their mentors, so that their pages list the same."""
    present = Cohort.objects.get(slug="demo")
    Cohort.objects.filter(pk=present.pk).update(seats=PRESENT_PARTICIPANTS + 20)
    crowd = Crowd(rng, timezone.now(), present, User.objects.get(email="organizer@demo.test"))
    crowd.mentors = _enrolled(crowd, present, Role.MENTOR, PRESENT_MENTORS)
    crowd.participants = _enrolled(crowd, present, Role.PARTICIPANT, PRESENT_PARTICIPANTS, crowd.mentors)
    for number in range(1, PAST_COHORTS + 1):
        cohort = _past_cohort(crowd, number)
        mentors = _enrolled(crowd, cohort, Role.MENTOR, PAST_MENTORS)
        crowd.participants += _enrolled(crowd, cohort, Role.PARTICIPANT, PAST_PARTICIPANTS, mentors)
    return crowd


def _past_cohort(crowd: Crowd, number: int) -> Cohort:
    assert crowd.present.starts_on is not None
    starts_on = crowd.present.starts_on - timedelta(weeks=16 * number)
    cohort = Cohort.objects.create(
        slug=f"past-{number}",
        title=f"Earlier cohort {number}",
        starts_on=starts_on,
        weeks=crowd.present.weeks,
        zone=crowd.present.zone,
        place=crowd.present.place,
        seats=PAST_PARTICIPANTS,
        started_at=crowd.now - timedelta(weeks=16 * number),
    )
    Adoption.objects.create(cohort=cohort, version_id=crowd.present.adoption.version_id)
    Session.objects.bulk_create(_sessions(crowd, cohort))
    return cohort


def _sessions(crowd: Crowd, cohort: Cohort) -> Iterator[Session]:
    like = {session.week: session for session in Session.objects.filter(cohort=crowd.present)}
    assert cohort.starts_on is not None
    for module in ModuleVersion.objects.followed_by(cohort).without_text():
        if module.week in like:
            other = like[module.week]
            day = cohort.starts_on + timedelta(weeks=module.week - 1, days=5)
            session = Session(
                cohort=cohort, module_id=module.module_id, week=module.week, on=day, at=other.at, zone=other.zone
            )
            session.set_moments()
            yield session


def _enrolled(
    crowd: Crowd, cohort: Cohort, role: Role, count: int, mentors: list[Membership] | None = None
) -> list[Membership]:
    is_over = cohort.pk != crowd.present.pk and role == Role.PARTICIPANT
    state = MembershipState.COMPLETED if is_over else MembershipState.ACTIVE
    users = _people(crowd, f"{cohort.slug}-{role.value}", count)
    made = Membership.objects.bulk_create(
        Membership(
            user=user,
            cohort=cohort,
            role=role,
            state=state,
            mentor=mentors[place % len(mentors)] if mentors else None,
            promised_hours=crowd.rng.choice([4, 10, 12]),
        )
        for place, user in enumerate(users)
    )
    MembershipChange.objects.bulk_create(
        MembershipChange(membership=one, entered=MembershipState.ACTIVE, reason="Accepted the offer.") for one in made
    )
    if is_over:
        MembershipChange.objects.bulk_create(
            MembershipChange(membership=one, left=MembershipState.ACTIVE, entered=state, reason="Finished.")
            for one in made
        )
    return made


def _people(crowd: Crowd, stem: str, count: int) -> list[User]:
    """Make people who signed everything and cannot sign in: no password fits an empty hash."""
    users = User.objects.bulk_create(
        User(email=f"{stem}-{number}@large.test", name=named(crowd.rng), zone=crowd.present.zone, password="!")
        for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    versions = list(PolicyVersion.objects.all())
    Signature.objects.bulk_create(Signature(user=user, version=version) for user in users for version in versions)
    return users


def named(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"
