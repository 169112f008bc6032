from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import calendar, deadlines, reminders
from curriculum.choices import ItemKind
from curriculum.models import Extension
from tests.curriculum.worlds import letters, running
from tests.factories.outbox import LetterFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.choices import LetterState
from whitebox.people.models import Membership

BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
ZONES = ("Asia/Manila", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


@pytest.mark.parametrize("zone", ZONES)
def test_deadline_is_a_wall_time_in_the_cohorts_zone(db: None, zone: str) -> None:
    world = running(weeks=8, zone=zone, starts_on=date(2026, 9, 28))

    found = deadlines.deadlines_for(world.participant, world.modules)

    walls = {(key[1], one.due_at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M")) for key, one in found.items()}
    assert walls == {(ItemKind.PREWORK, "Fri 18:00"), (ItemKind.CHECK, "Thu 18:00")}
    assert len(found) == 16


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("is_extended", [False, True])
def test_page_reminder_and_calendar_agree(db: None, client: Client, zone: str, is_extended: bool) -> None:
    """Week 2 of this cohort lies behind the change of clocks in Berlin, and week 3 behind New York's."""
    world = running(weeks=3, zone=zone, starts_on=date(2026, 10, 19))
    letters()
    module = world.modules[1]
    with travel(BEFORE, tick=False):
        due = deadlines.effective_deadline(world.participant, module, ItemKind.PREWORK)
        assert due is not None
        if is_extended:
            due += timedelta(hours=30)
            deadlines.extend(world.participant, module, ItemKind.PREWORK, due, reason="Ill.", by=world.organizer)
    client.force_login(world.participant.user)

    with travel(due - timedelta(hours=2), tick=False):
        page = client.get(f"/learn/{world.cohort.slug}/{module.module.slug}/")
        sent = [one for one in reminders.due(datetime.now(UTC)) if one.kind == "prework-due"]
        items = [one for one in calendar.items(world.participant.user) if one.uid.startswith("prework")]
    shown = f'<time datetime="{due:%Y-%m-%dT%H:%M:%SZ}">'

    assert shown in page.content.decode()
    assert [f"{due:%Y%m%dT%H%M}" in one.dedup_key for one in sent] == [True]
    assert due.astimezone(ZoneInfo(zone)).strftime("%H:%M") in str(sent[0].context["deadline"])
    assert [one.ends_at for one in items if one.uid.endswith(f"-{module.module_id}")] == [due]


def test_unplanned_week_has_no_deadline(db: None) -> None:
    world = running()
    world.session.delete()

    assert deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK) is None


@travel(BEFORE, tick=False)
def test_latest_extension_counts(db: None) -> None:
    world = running()
    base = deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK)
    assert base is not None

    for days in (3, 1):
        deadlines.extend(
            world.participant,
            world.module,
            ItemKind.CHECK,
            base + timedelta(days=days),
            reason="Ill.",
            by=world.organizer,
        )

    found = deadlines.deadlines_for(world.participant, world.modules)
    check, prework = (found[world.module.module_id, item] for item in (ItemKind.CHECK, ItemKind.PREWORK))
    assert (check.due_at, check.base_at, check.is_extended) == (base + timedelta(days=1), base, True)
    assert not prework.is_extended


@travel(BEFORE, tick=False)
def test_extend_twice_keeps_one_row_and_calls_the_old_reminder_back(db: None) -> None:
    world = running()
    about = deadlines.about(world.participant.pk, world.module.module_id, ItemKind.PREWORK)
    waiting = LetterFactory.create(about=about, due_at=BEFORE + timedelta(hours=3))
    due = datetime(2026, 9, 14, tzinfo=UTC)

    made = [
        deadlines.extend(world.participant, world.module, ItemKind.PREWORK, due, reason="Ill.", by=world.organizer)
        for _again in range(2)
    ]

    waiting.refresh_from_db()
    assert made[0] == made[1]
    assert (Extension.objects.count(), waiting.state) == (1, LetterState.CANCELLED)


@travel(BEFORE, tick=False)
@pytest.mark.parametrize(
    ("due", "reason", "words"),
    [
        (datetime(2026, 9, 14, tzinfo=UTC), " ", "reason"),
        (datetime(2026, 8, 14, tzinfo=UTC), "Ill.", "still to come"),
        (datetime(2026, 9, 2, tzinfo=UTC), "Ill.", "more time"),
    ],
)
def test_extend_refuses(db: None, due: datetime, reason: str, words: str) -> None:
    world = running()

    with pytest.raises(RuleViolation, match=words):
        deadlines.extend(world.participant, world.module, ItemKind.PREWORK, due, reason=reason, by=world.organizer)

    assert not Extension.objects.exists()


@pytest.mark.parametrize("weeks", [1, 3])
def test_deadlines_take_two_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries, weeks: int) -> None:
    world = running(weeks=weeks)
    member = Membership.objects.select_related("cohort__adoption__version").get(pk=world.participant.pk)

    with django_assert_num_queries(2):  # sessions, extensions
        found = deadlines.deadlines_for(member, world.modules)

    assert len(found) == 2 * weeks
