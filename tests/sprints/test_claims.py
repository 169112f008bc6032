from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from sprints import claims, sweeps
from sprints.choices import ClaimState, ProblemState
from sprints.models import Claim, ClaimRule, Problem, end_of_day
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.sprints import ClaimFactory, ProblemFactory, ResearcherFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership, policies
from whitebox.people.choices import Role

MANILA = ZoneInfo("Asia/Manila")


def in_days(days: int) -> date:
    return timezone.now().astimezone(MANILA).date() + timedelta(days=days)


def state_of(problem: Problem) -> str:
    return Problem.objects.get(pk=problem.pk).state


def test_claim_takes_the_problem_until_the_end_of_a_day(db: None) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()

    made = claims.claim(problem, in_days(10), by=joined.user)

    assert (made.membership, made.until, made.zone, made.state) == (
        joined,
        in_days(10),
        "Asia/Manila",
        ClaimState.ACTIVE,
    )
    assert made.ends_at.astimezone(MANILA).strftime("%H:%M") == "23:59"
    assert state_of(problem) == ProblemState.CLAIMED


def test_claim_twice_makes_one_claim(db: None) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()

    first = claims.claim(problem, in_days(10), by=joined.user)
    second = claims.claim(problem, in_days(12), by=joined.user)

    assert first == second
    assert second.until == in_days(10)


def test_claim_refuses_the_second_person(db: None) -> None:
    held = ClaimFactory.create()

    with pytest.raises(RuleViolation, match="Somebody has claimed this problem until"):
        claims.claim(held.problem, in_days(10), by=ResearcherFactory.create().user)

    assert Claim.objects.count() == 1


def test_claim_refuses_the_third_at_once(db: None) -> None:
    joined = ResearcherFactory.create()
    for _ in range(2):
        claims.claim(ProblemFactory.create(), in_days(5), by=joined.user)

    with pytest.raises(RuleViolation, match="You hold 2 claims, and that is the limit"):
        claims.claim(ProblemFactory.create(), in_days(5), by=joined.user)


def test_claim_follows_the_limits_of_the_cohort(db: None) -> None:
    joined = ResearcherFactory.create()
    ClaimRule.objects.create(cohort=joined.cohort, most_at_once=1, longest_days=7)
    claims.claim(ProblemFactory.create(), in_days(7), by=joined.user)

    with pytest.raises(RuleViolation, match="You hold 1 claim, and that is the limit"):
        claims.claim(ProblemFactory.create(), in_days(7), by=joined.user)


@pytest.mark.parametrize(
    ("days", "message"), [(0, "a day after today"), (-3, "a day after today"), (29, "can last until")]
)
def test_claim_refuses_a_day_out_of_bounds(db: None, days: int, message: str) -> None:
    with pytest.raises(RuleViolation, match=message):
        claims.claim(ProblemFactory.create(), in_days(days), by=ResearcherFactory.create().user)


@pytest.mark.parametrize("role", [Role.ADVISER, Role.REVIEWER])
def test_claim_refuses_roles_that_only_read(db: None, role: Role) -> None:
    with pytest.raises(RuleViolation, match="Participants, mentors and organizers"):
        claims.claim(ProblemFactory.create(), in_days(5), by=ResearcherFactory.create(role=role).user)


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER])
def test_claim_is_open_to_those_who_research(db: None, role: Role) -> None:
    assert claims.claim(ProblemFactory.create(), in_days(5), by=ResearcherFactory.create(role=role).user).is_active


def test_claim_refuses_before_the_cohort_has_started(db: None) -> None:
    with pytest.raises(RuleViolation, match="a cohort that has started"):
        claims.claim(ProblemFactory.create(), in_days(5), by=MembershipFactory.create().user)


def test_claim_refuses_until_the_policies_are_signed(db: None) -> None:
    joined, problem = ResearcherFactory.create(), ProblemFactory.create()
    version = policies.publish(
        "infohazards", title="Infohazards", required_for=["participant"], label="1", source="Be careful.", html=""
    )
    with pytest.raises(RuleViolation, match="Sign the policies"):
        claims.claim(problem, in_days(5), by=joined.user)

    policies.sign(version, by=joined.user)

    assert claims.claim(problem, in_days(5), by=joined.user).is_active


def test_claim_refuses_an_answered_problem(db: None) -> None:
    problem = ProblemFactory.create(state=ProblemState.ANSWERED, answered_at=timezone.now())

    with pytest.raises(RuleViolation, match="answered"):
        claims.claim(problem, in_days(5), by=ResearcherFactory.create().user)


def test_renew_lengthens_and_keeps_the_line(db: None) -> None:
    held = ClaimFactory.create(until=in_days(3))

    claims.renew(held, in_days(20), " Found\nthe head. ", by=held.membership.user)

    held.refresh_from_db()
    assert (held.until, held.ends_at) == (in_days(20), end_of_day(in_days(20), MANILA))
    assert [(one.was_until, one.until, one.progress) for one in held.renewals.all()] == [
        (in_days(3), in_days(20), "Found the head.")
    ]


def test_renew_twice_makes_one_renewal(db: None) -> None:
    held = ClaimFactory.create(until=in_days(3))

    for _ in range(2):
        claims.renew(held, in_days(20), "Found the head.", by=held.membership.user)

    assert held.renewals.count() == 1


@pytest.mark.parametrize(
    ("days", "progress", "message"),
    [(2, "Line.", "makes a claim longer"), (29, "Line.", "can last until"), (20, "  ", "Write one line")],
)
def test_renew_refuses(db: None, days: int, progress: str, message: str) -> None:
    held = ClaimFactory.create(until=in_days(3))

    with pytest.raises(RuleViolation, match=message):
        claims.renew(held, in_days(days), progress, by=held.membership.user)

    assert not held.renewals.exists()


def test_renew_refuses_other_people_and_ended_claims(db: None) -> None:
    held = ClaimFactory.create()
    with pytest.raises(RuleViolation, match="Only the person who holds"):
        claims.renew(held, in_days(20), "Line.", by=UserFactory.create())
    claims.release(held, by=held.membership.user)

    with pytest.raises(RuleViolation, match="has ended"):
        claims.renew(held, in_days(20), "Line.", by=held.membership.user)


def test_release_frees_the_problem_and_twice_changes_nothing(db: None) -> None:
    held = ClaimFactory.create()

    claims.release(held, by=held.membership.user)
    first = Claim.objects.get().ended_at
    claims.release(held, by=held.membership.user)

    assert (Claim.objects.get().state, Claim.objects.get().ended_at) == (ClaimState.RELEASED, first)
    assert state_of(held.problem) == ProblemState.OPEN
    assert claims.claim(held.problem, in_days(5), by=ResearcherFactory.create().user).is_active


def test_release_is_open_to_an_organizer_of_the_cohort_only(db: None) -> None:
    held = ClaimFactory.create()
    stranger = ResearcherFactory.create(role=Role.ORGANIZER)
    organizer = MembershipFactory.create(role=Role.ORGANIZER, cohort=held.membership.cohort)

    with pytest.raises(RuleViolation, match="or an organizer"):
        claims.release(held, by=stranger.user)
    claims.release(held, by=organizer.user)

    assert Claim.objects.get().state == ClaimState.RELEASED


def test_finish_ends_the_claim_and_only_for_its_holder(db: None) -> None:
    held = ClaimFactory.create()
    with pytest.raises(RuleViolation, match="can finish it"):
        claims.finish(held, by=UserFactory.create())

    claims.finish(held, by=held.membership.user)
    claims.finish(held, by=held.membership.user)

    assert (Claim.objects.get().state, state_of(held.problem)) == (ClaimState.FINISHED, ProblemState.OPEN)
    with pytest.raises(RuleViolation, match="has ended already"):
        claims.release(held, by=held.membership.user)


def test_expire_ends_what_is_over_and_nothing_else(db: None) -> None:
    over, running = ClaimFactory.create(until=in_days(1)), ClaimFactory.create(until=in_days(9))
    now = over.ends_at

    assert sweeps.expire_claims(now) == 1
    assert sweeps.expire_claims(now) == 0

    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.state, over.ended_at, running.state) == (ClaimState.EXPIRED, now, ClaimState.ACTIVE)
    assert state_of(over.problem) == ProblemState.OPEN


def test_expire_leaves_a_claim_that_was_renewed_meanwhile(db: None) -> None:
    held = ClaimFactory.create(until=in_days(1))
    stale = Claim.objects.get()
    claims.renew(held, in_days(9), "Line.", by=held.membership.user)

    assert claims.expire(stale, now=stale.ends_at) is False


@pytest.mark.parametrize("leave", [membership.withdraw, membership.disqualify])
def test_leavers_free_their_problems(db: None, leave: object) -> None:
    held = ClaimFactory.create()
    assert sweeps.free_claims_of_leavers(timezone.now()) == 0
    assert callable(leave)
    leave(held.membership, by=UserFactory.create(), reason="Moved away.")

    assert sweeps.free_claims_of_leavers(timezone.now()) == 1
    assert sweeps.free_claims_of_leavers(timezone.now()) == 0
    assert state_of(held.problem) == ProblemState.OPEN


def test_finished_participants_keep_their_claims(db: None) -> None:
    held = ClaimFactory.create()
    membership.complete(held.membership, by=UserFactory.create())

    assert sweeps.free_claims_of_leavers(timezone.now()) == 0


def test_the_database_keeps_one_active_claim_per_problem(db: None) -> None:
    held = ClaimFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimFactory.create(problem=held.problem)


def test_end_of_day_follows_the_clock_of_its_zone() -> None:
    berlin = end_of_day(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))  # clocks go back this day

    assert berlin == datetime(2026, 10, 25, 22, 59, tzinfo=ZoneInfo("UTC"))
