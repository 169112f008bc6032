"""Two people at one problem, and one person at two, at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from sprints import claims
from sprints.models import Claim, ClaimRule, Problem
from tests.factories.sprints import ProblemFactory, ResearcherFactory
from whitebox.errors import RuleViolation
from whitebox.people.models import User

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*pairs: tuple[User, Problem]) -> list[str]:
    """Claim each problem for its person in a thread of its own; return how each ended."""
    start = Barrier(len(pairs))
    until = timezone.now().date() + timedelta(days=5)

    def attempt(user: User, problem: Problem) -> str:
        start.wait()
        try:
            claims.claim(problem, until, by=user)
        except RuleViolation as refused:
            return str(refused)
        else:
            return "claimed"
        finally:
            connection.close()

    work: Callable[[tuple[User, Problem]], str] = lambda pair: attempt(*pair)  # noqa: E731  # typed for the pool
    with ThreadPoolExecutor(len(pairs)) as pool:
        return sorted(pool.map(work, pairs))


def test_two_people_at_one_problem_make_one_claim() -> None:
    problem = ProblemFactory.create()
    people = [ResearcherFactory.create().user for _ in range(4)]

    ended = at_once(*((user, problem) for user in people))

    assert ended.count("claimed") == 1
    assert Claim.objects.active().count() == 1
    assert all("Somebody has claimed" in one for one in ended if one != "claimed")


def test_one_person_cannot_outrun_the_limit() -> None:
    joined = ResearcherFactory.create()
    ClaimRule.objects.create(cohort=joined.cohort, most_at_once=1)

    ended = at_once(*((joined.user, ProblemFactory.create()) for _ in range(4)))

    assert ended.count("claimed") == 1
    assert Claim.objects.active().count() == 1
