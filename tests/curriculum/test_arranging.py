from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from time_machine import travel

from curriculum import arranging, deadlines, moves, schedule
from curriculum.arranging import Run
from curriculum.choices import ItemKind
from curriculum.models import Extension, Session
from tests.curriculum.worlds import World, running
from tests.factories.people import CohortFactory
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
ZONES = ("Asia/Manila", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


def arrange(world: World, *, starts_on: date | None = None, zone: str = "", closed: tuple[date, ...] = ()) -> None:
    run = Run(starts_on or date(2026, 9, 7), zone or world.cohort.zone, frozenset(closed))
    seen = moves.digest(arranging.preview(fresh(world), run))
    arranging.arrange(world.cohort, run, seen=seen, by=world.organizer)


def fresh(world: World) -> Cohort:
    return Cohort.objects.select_related("ahead_of", "lead").get(pk=world.cohort.pk)


def days_of(cohort: Cohort) -> list[date]:
    return list(cohort.sessions.order_by("week").values_list("on", flat=True))


def test_teaching_weeks_skip_holidays() -> None:
    cohort = CohortFactory.build(starts_on=date(2026, 9, 7), closed_weeks=["2026-09-14", "2026-09-21"])

    assert [cohort.first_day(week) for week in (1, 2, 3)] == [date(2026, 9, 7), date(2026, 9, 28), date(2026, 10, 5)]
    moments = [datetime(2026, 9, day, 12, tzinfo=UTC) for day in (1, 8, 15, 22, 29)]
    assert [cohort.week_at(moment) for moment in moments] == [0, 1, 1, 1, 2]


def test_planning_skips_holidays(db: None) -> None:
    world = running(weeks=3, closed_weeks=["2026-09-14"])

    assert days_of(world.cohort) == [date(2026, 9, 12), date(2026, 9, 26), date(2026, 10, 3)]


@travel(BEFORE, tick=False)
@pytest.mark.parametrize("zone", ZONES)
def test_a_holiday_across_a_change_of_clocks_keeps_the_wall_time(db: None, zone: str) -> None:
    world = running(weeks=8, zone=zone)

    arrange(world, closed=(date(2026, 10, 12),))

    found = deadlines.deadlines_for(world.participant, world.modules)
    walls = {(key[1], one.due_at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")) for key, one in found.items()}
    assert walls == {(ItemKind.PREWORK, "Fri 18:00"), (ItemKind.CHECK, "Thu 18:00")}
    assert {one.starts_at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for one in Session.objects.all()} == {
        "Sat 09:00"
    }
    assert days_of(world.cohort)[5:] == [date(2026, 10, 24), date(2026, 10, 31), date(2026, 11, 7)]


@travel(BEFORE, tick=False)
def test_opening_a_holiday_week_again_takes_everything_back(db: None) -> None:
    world = running(weeks=3)
    before = days_of(world.cohort)
    schedule.move_session(world.sessions[2], date(2026, 9, 25), time(14), by=world.organizer)

    arrange(world, closed=(date(2026, 9, 16),))  # Any day of a week closes the week.
    there = days_of(world.cohort)
    arrange(world)

    assert there == [before[0], date(2026, 9, 26), date(2026, 10, 2)]
    assert days_of(world.cohort) == [*before[:2], date(2026, 9, 25)]  # What was moved by hand keeps its weekday.
    assert [one.sequence for one in Session.objects.order_by("week")] == [0, 2, 3]


@travel(BEFORE, tick=False)
def test_another_start_and_zone_move_every_session(db: None) -> None:
    world = running(weeks=2)

    arrange(world, starts_on=date(2026, 9, 21), zone="Europe/Berlin")

    assert days_of(world.cohort) == [date(2026, 9, 26), date(2026, 10, 3)]
    world.participant.refresh_from_db()
    due = deadlines.effective_deadline(world.participant, world.module, ItemKind.PREWORK)
    assert due == datetime(2026, 9, 25, 16, tzinfo=UTC)


@travel(BEFORE, tick=False)
def test_lead_cohort_stays_one_teaching_week_ahead(db: None) -> None:
    world = running(weeks=3)
    lead = arranging.set_up_lead(world.cohort, by=world.organizer)

    arrange(world, closed=(date(2026, 9, 14),))

    main = days_of(world.cohort)
    assert days_of(lead) == [date(2026, 9, 5), *main[:2]]
    with pytest.raises(RuleViolation, match="one week ahead of"):
        arranging.preview(Cohort.objects.select_related("ahead_of").get(pk=lead.pk), Run.of(lead))  # type: ignore[arg-type]  # it has a start
    with pytest.raises(RuleViolation, match="itself"):
        arranging.set_up_lead(lead, by=world.organizer)


def test_lead_needs_a_start(db: None) -> None:
    with pytest.raises(RuleViolation, match="start date"):
        arranging.set_up_lead(CohortFactory.create(starts_on=None), by=running().organizer)


@travel(BEFORE, tick=False)
def test_what_is_over_stays(db: None) -> None:
    world = running(weeks=3)

    with travel(datetime(2026, 9, 15, tzinfo=UTC), tick=False):
        arrange(world, closed=(date(2026, 9, 21),))
        with pytest.raises(RuleViolation, match="took place"):
            arranging.preview(fresh(world), Run(date(2026, 9, 14), "Asia/Manila", frozenset()))

    assert days_of(world.cohort)[0] == date(2026, 9, 12)


@travel(BEFORE, tick=False)
def test_nothing_moves_into_the_past(db: None) -> None:
    world = running(weeks=2)

    with pytest.raises(RuleViolation, match="in the past"):
        arranging.preview(fresh(world), Run(date(2026, 8, 24), "Asia/Manila", frozenset()))


@travel(BEFORE, tick=False)
def test_a_started_cohort_keeps_its_first_day_and_week_one_is_no_holiday(db: None) -> None:
    world = running(weeks=2)
    with pytest.raises(RuleViolation, match="cannot be a holiday"):
        arranging.preview(fresh(world), Run(date(2026, 9, 7), "Asia/Manila", frozenset({date(2026, 9, 9)})))
    Cohort.objects.filter(pk=world.cohort.pk).update(started_at=BEFORE)

    with pytest.raises(RuleViolation, match="first day stays"):
        arranging.preview(fresh(world), Run(date(2026, 9, 14), "Asia/Manila", frozenset()))


@travel(BEFORE, tick=False)
def test_arranging_needs_the_preview_that_holds_now(db: None) -> None:
    world = running(weeks=2)
    run = Run(date(2026, 9, 14), "Asia/Manila", frozenset())
    seen = moves.digest(arranging.preview(fresh(world), run))
    arranging.arrange(world.cohort, run, seen=seen, by=world.organizer)

    with pytest.raises(RuleViolation, match="look at it again"):
        arranging.arrange(world.cohort, run, seen=seen, by=world.organizer)


@travel(BEFORE, tick=False)
def test_extension_is_absolute_and_never_takes_time_away(db: None) -> None:
    world = running(weeks=1)
    base = deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK)
    assert base is not None
    until = base + timedelta(days=2)
    deadlines.extend(world.participant, world.module, ItemKind.CHECK, until, reason="Ill.", by=world.organizer)

    schedule.move_session(world.session, world.session.on + timedelta(days=1), time(9), by=world.organizer)
    assert deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK) == until
    schedule.move_session(world.session, world.session.on + timedelta(days=7), time(9), by=world.organizer)
    assert deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK) == base + timedelta(days=7)


@travel(BEFORE, tick=False)
def test_carried_extension_keeps_its_wall_time(db: None) -> None:
    """Clocks change in Berlin between the two: 18:00 stays 18:00."""
    world = running(weeks=1, zone="Europe/Berlin", starts_on=date(2026, 10, 12))
    base = deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK)
    assert base is not None
    until = base + timedelta(days=1)
    given = deadlines.extend(world.participant, world.module, ItemKind.CHECK, until, reason="Ill.", by=world.organizer)
    on = world.session.on + timedelta(weeks=1)
    found = moves.foresee([(world.session, moves.moved(world.session, on, time(9), "Europe/Berlin"))])

    moves.apply(
        moves.moved(world.session, on, time(9), "Europe/Berlin"),
        on,
        time(9),
        seen=moves.digest(found),
        chosen={given.pk},
        by=world.organizer,
    )

    newest = Extension.objects.order_by("pk").last()
    assert newest is not None
    assert newest.due_at == until + timedelta(weeks=1, hours=1)
