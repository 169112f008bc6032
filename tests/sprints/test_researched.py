"""What research says about people and cohorts: verdicts, problems solved, places in hackathons."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import evidence, researched
from sprints.choices import ProblemState, Verdict
from sprints.contests import Entry, Hackathon, Placement, Result
from sprints.models import Excursion
from sprints.rosters import Team, TeamMember
from tests.factories.people import MembershipFactory
from tests.factories.sprints import EntryFactory, ExcursionFactory, TeamFactory
from whitebox.people.models import Cohort, Membership
from whitebox.programme.facts import Fact
from whitebox.programme.periods import EVER, Period

CLOSED = datetime(2026, 10, 10, 4, tzinfo=UTC)


def closed(verdict: Verdict, **facts: object) -> Excursion:
    excursion: Excursion = ExcursionFactory.create(verdict=verdict, closed_at=CLOSED, **facts)
    return excursion


def fact(cohort: Cohort, slug: str, period: Period = EVER) -> Fact:
    return next(one for one in evidence.facts(cohort, period) if one.slug == slug)


def test_decisive_verdicts_count_and_others_are_known(db: None) -> None:
    first = closed(Verdict.ANSWERED).claim.membership
    closed(Verdict.REFUTED, claim__membership=first)
    second = closed(Verdict.INCONCLUSIVE).claim.membership
    running = ExcursionFactory.create().claim.membership

    found = researched.verdicts([first.pk, second.pk, running.pk])

    assert found == {first.pk: 2, second.pk: 0}


def member(team: Team, joined: datetime, left: datetime | None = None) -> Membership:
    made: Membership = MembershipFactory.create()
    TeamMember.objects.create(team=team, membership=made, joined_at=joined, left_at=left)
    return made


def test_a_teams_verdict_is_that_of_those_who_were_in_it_then(db: None) -> None:
    team, day = TeamFactory.create(), timedelta(days=1)
    excursion = closed(Verdict.ANSWERED, claim__team=team)
    there = [member(team, CLOSED - day), member(team, CLOSED - day, CLOSED + day)]
    elsewhere = [member(team, CLOSED - 2 * day, CLOSED - day), member(team, CLOSED + day)]
    holder = excursion.claim.membership

    found = researched.verdicts([one.pk for one in (*there, *elsewhere, holder)])

    assert found == {one.pk: 1 for one in there}


@pytest.mark.parametrize("rows", [1, 3])
def test_verdicts_cost_two_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    people = [closed(Verdict.ANSWERED).claim.membership_id for _row in range(rows)]

    with django_assert_num_queries(2):
        researched.verdicts(people)


def test_a_problem_is_solved_when_it_is_answered_and_somebody_here_answered_it(db: None) -> None:
    excursion = closed(Verdict.ANSWERED)
    cohort, problem = excursion.claim.membership.cohort, excursion.claim.problem
    before = fact(cohort, "solved").value
    problem.state, problem.answered_at = ProblemState.ANSWERED, CLOSED
    problem.save()
    other = closed(
        Verdict.INCONCLUSIVE, claim__problem__state=ProblemState.ANSWERED, claim__problem__answered_at=CLOSED
    )

    solved = fact(cohort, "solved")

    assert (before, solved.value, solved.public) == (0, 1, None)
    assert solved.evidence is not None
    assert [one.on for one in solved.evidence()] == [date(2026, 10, 10)]
    assert fact(other.claim.membership.cohort, "solved").value == 0


def placed(place: int, *, elsewhere: bool, cohort: Cohort | None = None) -> Entry:
    entry: Entry = EntryFactory.create(**({"hackathon__cohort": cohort} if cohort else {}))
    if elsewhere:
        Placement.objects.create(entry=entry, place=place, evidence="https://example.test/")
    else:
        Result.objects.create(entry=entry, place=place, raw=3, adjusted=3, error=1, ratings=2)
    Hackathon.objects.filter(pk=entry.hackathon_id).update(released_at=CLOSED)
    return entry


def test_the_best_place_of_ours_and_others_counts(db: None) -> None:
    cohort = placed(3, elsewhere=True).hackathon.cohort
    placed(2, elsewhere=False, cohort=cohort)

    best = fact(cohort, "hackathon_place")

    assert (best.value, best.public) == (2, 2)
    assert best.evidence is not None
    assert {one.address for one in best.evidence()} >= {"https://example.test/"}


def test_what_is_not_released_has_no_place(db: None) -> None:
    entry = placed(1, elsewhere=False)
    Hackathon.objects.update(released_at=None)

    best = fact(entry.hackathon.cohort, "hackathon_place")

    assert (best.value, best.public, best.none) == (None, None, "none yet")


def test_a_period_cuts_what_happened_outside_of_it(db: None) -> None:
    cohort = closed(Verdict.ANSWERED).claim.membership.cohort
    october = Period.of_days(date(2026, 10, 1), date(2026, 10, 31), cohort.tz)
    later = Period.of_days(date(2026, 11, 1), timezone.now().date(), cohort.tz)

    assert [fact(cohort, "excursions", period).value for period in (october, later)] == [1, 0]
