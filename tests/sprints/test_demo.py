import random
from datetime import timedelta

from django.utils import timezone

from sprints import demo
from sprints.models import Claim, Excursion, LogEntry
from tests.factories.people import UserFactory
from tests.factories.sprints import ProblemFactory, ResearcherFactory
from whitebox.packs.models import PackVersion
from whitebox.programme.demonstration import World
from whitebox.web import invariant


def world() -> World:
    first = ResearcherFactory.create()
    others = [ResearcherFactory.create(cohort=first.cohort) for _ in range(2)]
    version = PackVersion(pack="mechinterp", number=1)
    organizer, reviewer, adviser = (UserFactory.create() for _ in range(3))
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
    assert LogEntry.objects.count() == len(demo.LOG)
    assert excursion.day_at(timezone.now()) == 5
    assert not LogEntry.objects.filter(on__gt=timezone.now() + timedelta(days=1)).exists()
    assert invariant.breaches() == []


def test_demo_does_without_the_problems(db: None) -> None:
    demo.fill(world())

    assert not Claim.objects.exists()
