from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from curriculum import flags
from curriculum.choices import AttendanceState, Moment
from curriculum.commitments import Confidence, PaceRule, PaceTarget
from curriculum.models import Tick
from curriculum.register import Attendance
from tests.curriculum.worlds import World, running
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency

DAY = timedelta(days=1)


@pytest.fixture
def world(db: None) -> World:
    """A cohort of eight weeks in its third, which could begin 16 days ago; its participant is not behind."""
    begun = timezone.now() - 16 * DAY
    made = running(weeks=3, rows=2, starts_on=(begun - begun.weekday() * DAY).date(), started_at=begun)
    Membership.objects.filter(pk=made.participant.pk).update(joined_at=begun)
    made.participant.joined_at = begun
    return made


def raised(world: World, kind: str, now: datetime | None = None) -> list[Flag]:
    cohort = Cohort.objects.select_related("adoption__version").get(pk=world.cohort.pk)
    people: Sequence[Membership] = list(
        Membership.objects.filter(cohort=cohort, role="participant").select_related("user", "cohort", "mentor__user")
    )
    return [flag for flag in flags.raised(cohort, people, now or timezone.now()) if flag.kind == kind]


def tick(world: World, days_ago: float) -> None:
    Tick.objects.create(
        membership=world.participant,
        module=world.module.module,
        resource_slug=f"r-{days_ago}",
        at=timezone.now() - days_ago * DAY,
    )


@pytest.mark.parametrize(("days", "urgency"), [(2, None), (3, Urgency.SOON), (6, Urgency.SOON), (7, Urgency.NOW)])
def test_who_has_not_begun_is_named_after_the_nudge(world: World, days: int, urgency: Urgency | None) -> None:
    since = timezone.now() - days * DAY
    Membership.objects.update(joined_at=since)

    found = raised(world, "not-started")

    assert [flag.urgency for flag in found] == ([urgency] if urgency else [])
    assert all(f"{days} days ago" in flag.reason for flag in found)


@pytest.mark.parametrize(("days", "urgency"), [(6, None), (7, Urgency.SOON), (13, Urgency.SOON), (14, Urgency.NOW)])
def test_who_is_silent_is_named_as_the_cohort_has_set_it(world: World, days: int, urgency: Urgency | None) -> None:
    tick(world, days + 0.1)

    found = raised(world, "silent")

    assert [flag.urgency for flag in found] == ([urgency] if urgency else [])
    assert raised(world, "not-started") == []


def test_the_days_of_silence_are_a_setting(world: World) -> None:
    PaceRule.objects.create(cohort=world.cohort, nudge_after=1, mentor_after=2, organizer_after=3)
    tick(world, 2.1)

    [flag] = raised(world, "silent")

    assert flag.urgency == Urgency.SOON
    assert "2 days: no tick" in flag.reason


@pytest.mark.parametrize(("days", "urgency"), [(1, Urgency.WATCH), (6, Urgency.WATCH), (7, Urgency.SOON)])
def test_behind_is_measured_against_the_own_plan(world: World, days: int, urgency: Urgency) -> None:
    today = timezone.now().astimezone(world.cohort.tz).date()
    for module in world.modules:
        target = today - days * DAY if module == world.module else today + 30 * DAY
        PaceTarget.objects.create(membership=world.participant, module=module.module, on=target)

    [flag] = raised(world, "behind")

    assert (flag.urgency, str(flag.label)) == (urgency, "behind the own plan")
    assert f"{days} day" in flag.reason
    assert "week 1 was meant for" in flag.reason


def test_nobody_is_behind_a_plan_that_lies_ahead(world: World) -> None:
    for module in world.modules:
        PaceTarget.objects.create(membership=world.participant, module=module.module, on=date(2100, 1, 1))

    assert raised(world, "behind") == []


@pytest.mark.parametrize(
    ("states", "urgency"),
    [("a", None), ("aa", Urgency.SOON), ("aaa", Urgency.NOW), ("aap", None), ("aea", Urgency.SOON)],
)
def test_two_absences_in_a_row_are_named(world: World, states: str, urgency: Urgency | None) -> None:
    words = {"a": AttendanceState.ABSENT, "e": AttendanceState.EXCUSED, "p": AttendanceState.PRESENT}
    for session, state in zip(world.sessions, states, strict=False):
        Attendance.objects.create(session=session, membership=world.participant, state=words[state])

    assert [flag.urgency for flag in raised(world, "absent")] == ([urgency] if urgency else [])


@pytest.mark.parametrize(("levels", "is_raised"), [((1, 1, 3), True), ((2, 2, 2), False), ((1, 1), False)])
def test_low_confidence_is_a_mean_below_two_of_three_topics(
    world: World, levels: tuple[int, ...], is_raised: bool
) -> None:
    objectives = [one for module in world.modules for one in module.objectives.all()]
    for place, level in enumerate(levels):
        type(objectives[place]).objects.filter(pk=objectives[place].pk).update(topic=f"topic {place}")
        Confidence.objects.create(
            membership=world.participant, moment=Moment.START, topic=f"topic {place}", level=level
        )

    assert bool(raised(world, "unsure")) is is_raised


def test_the_word_at_the_end_counts_over_that_at_the_start(world: World) -> None:
    objectives = [one for module in world.modules for one in module.objectives.all()]
    for place in range(3):
        type(objectives[place]).objects.filter(pk=objectives[place].pk).update(topic=f"topic {place}")
        for moment, level, days in ((Moment.START, 1, 9), (Moment.END, 4, 1)):
            Confidence.objects.create(
                membership=world.participant,
                moment=moment,
                topic=f"topic {place}",
                level=level,
                at=timezone.now() - days * DAY,
            )

    assert raised(world, "unsure") == []


@pytest.mark.parametrize("days", [-30, 90])
def test_nothing_is_raised_before_the_start_and_after_the_end(world: World, days: int) -> None:
    now = timezone.now() + days * DAY

    assert [flag for kind in ("silent", "not-started", "behind") for flag in raised(world, kind, now)] == []
