import random
from datetime import timedelta

from django.utils import timezone

from sprints import demo, demo_hackathons
from sprints.contests import Hackathon, Placement, Result
from sprints.models import Claim, Excursion, LogEntry
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ProblemFactory, ResearcherFactory
from whitebox.packs.models import PackVersion
from whitebox.people.choices import Role
from whitebox.programme.demonstration import World
from whitebox.web import invariant


def world() -> World:
    first = ResearcherFactory.create()
    others = [ResearcherFactory.create(cohort=first.cohort) for _ in range(2)]
    version = PackVersion(pack="mechinterp", number=1)
    reviewer, adviser = (UserFactory.create() for _ in range(2))
    organizer = MembershipFactory.create(cohort=first.cohort, role=Role.ORGANIZER).user
    return World(
        random.Random(1),
        timezone.now(),
        first.cohort,
        version,
        organizer,
        reviewer,
        adviser,
        participants=[first, *others],
    )


def test_demo_shows_claims_and_a_log_and_breaks_no_rule(db: None) -> None:
    for number, _days in demo.CLAIMED:
        ProblemFactory.create(number=number)

    demo.fill(world())

    excursion = Excursion.objects.get()
    assert Claim.objects.active().count() == len(demo.CLAIMED)
    assert LogEntry.objects.count() == len(demo.LOG) + 1  # and today's, with its figure
    assert excursion.day_at(timezone.now()) == 5
    assert not LogEntry.objects.filter(on__gt=timezone.now() + timedelta(days=1)).exists()
    assert invariant.breaches() == []


def test_demo_does_without_the_problems(db: None) -> None:
    demo.fill(world())

    assert not Claim.objects.exists()


def test_demo_plays_hackathons_to_their_results(db: None) -> None:
    filled = world()
    cohort = filled.cohort
    filled.participants += [ResearcherFactory.create(cohort=cohort) for _ in range(6)]
    filled.mentors += [MembershipFactory.create(cohort=cohort, role=Role.MENTOR) for _ in range(4)]

    demo_hackathons.fill(filled)

    assert Hackathon.objects.count() == 3
    assert Result.objects.count() == len(demo_hackathons.TEAMS)
    assert Placement.objects.get().place == 3
    assert invariant.breaches() == []
