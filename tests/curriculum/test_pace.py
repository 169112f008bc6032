from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import pace, pace_chart
from curriculum.commitments import PaceTarget
from curriculum.study import Study
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people import membership
from whitebox.people.choices import Role

NOW = datetime(2026, 9, 10, 4, tzinfo=UTC)  # week 1; its check is due on 17 September, that of week 2 on the 24th
DUE = [date(2026, 9, 17), date(2026, 9, 24)]


def plan(world: World, now: datetime = NOW) -> pace.Plan:
    return pace.of_cohort(world.cohort, [world.participant], now)[world.participant.pk]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> dict[int, datetime]:
    """Since when the participant masters what, by objective; a test fills it."""
    found: dict[int, datetime] = {}
    monkeypatch.setattr("curriculum.objective_states.dates", lambda members: dict.fromkeys(members, found))
    monkeypatch.setattr("curriculum.objective_states.reached", lambda _membership, _modules: found)
    return found


def master(world: World, reached: dict[int, datetime], at: datetime) -> None:
    """Master the objectives of week 1, one a day."""
    for index, one in enumerate(world.module.objectives.order_by("position")):
        reached[one.objective_id] = at + timedelta(days=index)


def targets(world: World, *days: date) -> dict[int, date]:
    return {module.module_id: day for module, day in zip(world.modules, days, strict=False)}


def agree(world: World, *days: date, reason: str = "") -> list[PaceTarget]:
    return pace.agree(world.participant, targets(world, *days), reason=reason, by=world.participant.user)


def test_without_own_days_the_day_of_the_check_counts(db: None) -> None:
    world = running(weeks=2)

    found = plan(world)

    assert [step.target for step in found.steps] == DUE
    assert (found.days_behind, found.is_agreed, found.sentence) == (0, False, "on time with the cohort")


def test_behind_counts_from_the_earliest_day_that_was_missed(db: None) -> None:
    world = running(weeks=2)

    late = plan(world, NOW + timedelta(days=20))  # 30 September

    assert late.days_behind == 13
    assert late.sentence == "13 days behind the cohort"
    assert late.missed is late.steps[0]


@travel(NOW, tick=False)
def test_own_plan_replaces_the_cohorts(db: None) -> None:
    world = running(weeks=2)

    agree(world, date(2026, 9, 12), date(2026, 10, 1))

    found = plan(world, NOW + timedelta(days=5))
    assert [step.target for step in found.steps] == [date(2026, 9, 12), date(2026, 10, 1)]
    assert found.sentence == "3 days behind your plan"


@travel(NOW, tick=False)
def test_page_and_many_agree(db: None, reached: dict[int, datetime]) -> None:
    world = running(weeks=2)
    agree(world, date(2026, 9, 12), date(2026, 10, 1))
    agree(world, date(2026, 9, 14), date(2026, 10, 1), reason="Exams.")
    master(world, reached, NOW)

    assert pace.of_page(Study(world.participant), NOW) == plan(world)


def test_module_is_reached_when_its_last_blocking_objective_is(db: None, reached: dict[int, datetime]) -> None:
    world = running(weeks=2, rows=2)
    master(world, reached, NOW)

    assert plan(world).steps[0].reached_on == date(2026, 9, 11)

    reached.popitem()
    assert plan(world).reached == 0


@travel(NOW, tick=False)
def test_same_days_again_change_nothing(db: None) -> None:
    world = running(weeks=2)
    agree(world, *DUE)

    assert agree(world, *DUE) == []
    assert PaceTarget.objects.count() == 2


@travel(NOW, tick=False)
def test_change_needs_a_reason_and_keeps_the_old_days(db: None) -> None:
    world = running(weeks=2)
    agree(world, *DUE)
    with pytest.raises(RuleViolation, match="why the plan changes"):
        agree(world, date(2026, 9, 20), DUE[1])

    agree(world, date(2026, 9, 20), DUE[1], reason="Exams.")

    newest = pace.history(world.participant)[0]
    assert (newest.on, newest.reason) == (date(2026, 9, 20), "Exams.")
    assert PaceTarget.objects.count() == 3


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2026, 10, 1), date(2026, 9, 20)), "cannot come before"),
        ((date(2020, 1, 1), date(2026, 9, 20)), "Choose days between"),
        ((date(2026, 9, 20), date(2028, 1, 1)), "Choose days between"),
    ],
)
def test_senseless_days_are_refused_whole(db: None, days: tuple[date, date], words: str) -> None:
    world = running(weeks=2)

    with pytest.raises(RuleViolation, match=words):
        agree(world, *days)

    assert not PaceTarget.objects.exists()


def test_only_the_person_sets_the_own_plan(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="Only the participant"):
        pace.agree(world.participant, targets(world, DUE[0]), by=world.organizer)


def test_who_left_sets_no_plan(db: None) -> None:
    world = running()
    membership.withdraw(world.participant, by=world.organizer, reason="Moved.")

    with pytest.raises(RuleViolation, match="no longer study"):
        agree(world, DUE[0])


@pytest.mark.parametrize("people", [1, 3])
def test_plans_of_a_cohort_take_constant_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    world = running(weeks=2)
    members = [world.participant, *MembershipFactory.create_batch(people - 1, cohort=world.cohort)]
    pace.of_cohort(world.cohort, members, NOW)  # the programme is kept from then on

    # version, sessions, extensions, targets, mastered
    with django_assert_num_queries(5):
        pace.of_cohort(world.cohort, members, NOW)


@travel(NOW, tick=False)
def test_chart_rises_with_each_module(db: None, reached: dict[int, datetime]) -> None:
    world = running(weeks=2)
    master(world, reached, NOW - timedelta(days=2))

    chart = pace_chart.of(plan(world))

    assert chart is not None
    assert len(chart.planned.split()) == 5
    assert chart.reached_end[1] < chart.baseline
    assert chart.reached_end[0] == chart.today


@travel(NOW, tick=False)
def test_participant_sets_the_plan_on_the_page(db: None, client: Client) -> None:
    world = running(weeks=2)
    client.force_login(world.participant.user)
    address = reverse("curriculum:pace", args=[world.cohort.slug])

    client.post(address, {"week-1": "2026-09-13", "week-2": "2026-09-25"})

    page = client.get(address).content.decode()
    assert 'value="2026-09-13"' in page
    assert "Why the plan changes" in page


@travel(NOW, tick=False)
def test_wrong_day_is_named_and_nothing_is_kept(db: None, client: Client) -> None:
    world = running(weeks=2)
    client.force_login(world.participant.user)

    page = client.post(reverse("curriculum:pace", args=[world.cohort.slug]), {"week-1": "soon"}).content.decode()

    assert "Enter a valid date." in page
    assert not PaceTarget.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_people_page_takes_constant_queries(
    db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    world = running(weeks=2)
    MembershipFactory.create_batch(people - 1, cohort=world.cohort)
    client.force_login(MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER).user)
    address = reverse("curriculum:pace_people", args=[world.cohort.slug])
    client.get(address)

    # The plans ask for version, sessions, extensions, targets and what is mastered;
    # activity asks for five traces; the links of the team ask for the roles in the cohort.
    with django_assert_num_queries(18):
        page = client.get(address)

    assert len(page.context["rows"]) == people
