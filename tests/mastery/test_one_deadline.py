"""One deadline, wherever somebody looks: pages, gates, reminders, calendars and exports agree, in five zones and across
the change of clocks."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from time_machine import travel

from curriculum import deadlines, due_list, reminders, schedule
from curriculum.choices import ItemKind
from curriculum.models import ModuleVersion, Session
from mastery import due, session_sheet
from mastery.choices import AttemptState, CheckKind
from mastery.models import Answer, Attempt
from tests.curriculum.worlds import letters
from tests.factories.curriculum import ResourceFactory
from tests.factories.mastery import RIGHT, Course, make_course, make_week, two_items
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.web import feed

PLANNED = datetime(2026, 9, 1, tzinfo=UTC)
# The first Monday of a cohort in whose first week clocks change, between the pre-work and the check.
STARTS = {
    "Asia/Manila": date(2026, 10, 19),  # they do not change here
    "Asia/Kathmandu": date(2026, 10, 19),  # nor here; the offset has odd minutes
    "Europe/Berlin": date(2026, 10, 19),
    "America/New_York": date(2026, 10, 26),
    "Australia/Lord_Howe": date(2026, 9, 28),  # by half an hour
}


def planned(zone: str) -> Course:
    """Make a course with a pre-session check and a mastery check in week 1, and plan its sessions."""
    forms = {"A": two_items("a"), "B": two_items("b")}
    course = make_course(forms, kind=CheckKind.PRE_SESSION, blocking=False)
    Cohort.objects.filter(memberships=course.participant).update(zone=zone, starts_on=STARTS[zone])
    _refresh(course)
    ResourceFactory.create(module_version=course.modules[0])
    letters()
    make_week(course, 3, forms)
    schedule.plan_sessions(course.participant.cohort, by=course.mentor.user)
    return course


def _refresh(course: Course) -> None:
    found = Membership.objects.select_related("cohort__adoption__version", "user", "mentor__user")
    course.participant = found.get(pk=course.participant.pk)


def moments(course: Course, client: Client, week: int, item: ItemKind) -> set[datetime]:
    """Return when an item is due, asked in every way there is."""
    _refresh(course)
    member, module, check = course.participant, course.modules[week - 1], course.checks[week - 1].for_check
    found = deadlines.effective_deadline(member, module, item)
    assert found
    with travel(found - timedelta(hours=3), tick=False):
        asked = {
            "verb": found,
            "gate": due.due_at(member, check),
            "export": _exported(member.cohort, module, item),
            "calendar": _in_calendar(member, module, item),
            "second library": _in_second_calendar(member, module, item),
        }
        stamp = f'<time datetime="{found:%Y-%m-%dT%H:%M:%SZ}">'
        client.force_login(member.user)
        page = reverse("curriculum:module", args=[member.cohort.slug, module.module.slug])
        for address in (page, reverse("mastery:check", args=[check.slug]), reverse("web:home")):
            assert stamp in client.get(address).content.decode(), address
        client.force_login(course.mentor.user)
        extending = client.get(reverse("curriculum:more_time", args=[member.cohort.slug, member.pk]))
        assert f"{found.astimezone(member.cohort.tz):%H:%M}" in extending.content.decode()
        if item == ItemKind.PREWORK:
            asked |= {"reminder": _reminded(member), "readiness": _on_the_sheet(member, module)}
    assert None not in asked.values(), asked
    return {moment for moment in asked.values() if moment}


def _exported(cohort: Cohort, module: ModuleVersion, item: ItemKind) -> datetime:
    rows = csv.DictReader(io.StringIO(due_list.exported(cohort)))
    row = next(one for one in rows if one["week"] == str(module.week) and one["item"] == item.value)
    local = datetime.fromisoformat(row["due"]).replace(tzinfo=ZoneInfo(row["zone"]))
    assert local.astimezone(UTC) == datetime.fromisoformat(row["due_utc"])
    return datetime.fromisoformat(row["due_utc"])


def _uid(member: Membership, module: ModuleVersion, item: ItemKind) -> str:
    return f"{item.value}-{member.pk}-{module.module_id}-{member.user_id}@whitebox"


def _in_calendar(member: Membership, module: ModuleVersion, item: ItemKind) -> datetime:
    events = Calendar.from_ical(feed.ical(member.user)).walk("VEVENT")
    ends = {str(event["uid"]): event.decoded("dtend") for event in events}
    moment: datetime = ends[_uid(member, module, item)].astimezone(UTC)
    return moment


def _in_second_calendar(member: Membership, module: ModuleVersion, item: ItemKind) -> datetime:
    events = vobject.readOne(feed.ical(member.user).decode()).vevent_list
    ends = {event.uid.value: event.dtend.value for event in events}
    moment: datetime = ends[_uid(member, module, item)].astimezone(UTC)
    return moment


def _reminded(member: Membership) -> datetime | None:
    sent = [one for one in reminders.due(datetime.now(UTC)) if one.kind == "prework-due"]
    if len(sent) != 1:
        return None
    moment = datetime.strptime(sent[0].dedup_key.rpartition(":")[2], "%Y%m%dT%H%M").replace(tzinfo=UTC)
    assert f"{moment.astimezone(member.cohort.tz):%H:%M}" in str(sent[0].context["deadline"])
    return moment


def _on_the_sheet(member: Membership, module: ModuleVersion) -> datetime | None:
    sessions = Session.objects.select_related("cohort__adoption__version", "module")
    sheet = session_sheet.sheet(sessions.get(cohort=member.cohort, module=module.module))
    return sheet.lines[0].extended or sheet.due_at


@contextmanager
def when_planned() -> Iterator[None]:
    with travel(PLANNED, tick=False):
        yield


@pytest.mark.parametrize("zone", STARTS)
def test_everything_agrees_on_everybodys_deadline(db: None, client: Client, zone: str) -> None:
    with when_planned():
        course = planned(zone)

    (moment,) = moments(course, client, 1, ItemKind.PREWORK)
    assert f"{moment.astimezone(ZoneInfo(zone)):%a %H:%M}" == "Fri 18:00"
    (later,) = moments(course, client, 2, ItemKind.CHECK)
    assert f"{later.astimezone(ZoneInfo(zone)):%a %H:%M}" == "Thu 18:00"


@pytest.mark.parametrize("zone", STARTS)
def test_everything_agrees_on_an_extension_and_after_a_move(db: None, client: Client, zone: str) -> None:
    with when_planned():
        course = planned(zone)
        first = course.modules[0]
        base = deadlines.effective_deadline(course.participant, first, ItemKind.PREWORK)
        assert base
        until = base + timedelta(hours=31)  # behind the session, and behind the change of clocks
        deadlines.extend(course.participant, first, ItemKind.PREWORK, until, reason="Ill.", by=course.mentor.user)
    assert moments(course, client, 1, ItemKind.PREWORK) == {until}

    with when_planned():
        session = Session.objects.get(module=first.module)
        schedule.move_session(session, session.on + timedelta(days=3), time(14), by=course.mentor.user)

    (moved,) = moments(course, client, 1, ItemKind.PREWORK)
    assert f"{moved.astimezone(ZoneInfo(zone)):%a %H:%M}" == "Mon 18:00"


@pytest.mark.parametrize("zone", STARTS)
def test_a_draft_is_taken_at_that_very_moment(db: None, zone: str) -> None:
    with when_planned():
        course = planned(zone)
        attempt = course.start(course.checks[0])
        Answer.objects.bulk_create(Answer(attempt=attempt, item=item, value=RIGHT[item]) for item in ("a-one", "a-two"))
        Attempt.objects.update(saved_at=PLANNED)
    moment = deadlines.effective_deadline(course.participant, course.modules[0], ItemKind.PREWORK)
    assert moment

    assert due.take_drafts(moment - timedelta(seconds=1)) == 0
    assert due.take_drafts(moment) == 1
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED


def test_the_reader_elsewhere_sees_the_same_moment_in_the_own_zone(db: None, client: Client) -> None:
    with when_planned():
        course = planned("Europe/Berlin")
    cohort = course.participant.cohort
    reader = MembershipFactory.create(cohort=cohort, user__zone="America/New_York", role=Role.ADVISER)
    client.force_login(reader.user)

    with travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        page = client.get(reverse("curriculum:module", args=[reader.cohort.slug, course.modules[0].module.slug]))

    assert "Fri 23 Oct, 18:00 Berlin</time> (12:00 your time)" in page.content.decode()
    assert "Thu 29 Oct, 18:00 Berlin</time> (13:00 your time)" in page.content.decode()  # one change of two is over
