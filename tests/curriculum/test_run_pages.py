import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import deadlines, moves
from curriculum.choices import ItemKind
from curriculum.models import Extension, Session
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User

BEFORE = datetime(2026, 9, 8, tzinfo=UTC)
SUNDAY = {"on": "2026-09-13", "at": "14:00", "place": "Room 7", "note": "The lift is broken.", "leader": ""}


@pytest.fixture
def world(db: None) -> World:
    return running(weeks=3)


@pytest.fixture
def organizer(world: World, client: Client) -> User:
    user = MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER, user__is_staff=True).user
    client.force_login(user)
    return user


def seen(answer: HttpResponseBase) -> str:
    found = re.search(r'name="seen" value="(\w+)"', getattr(answer, "content", b"").decode())
    assert found
    return found[1]


def extended(world: World, days: int) -> Extension:
    base = deadlines.effective_deadline(world.participant, world.module, ItemKind.CHECK)
    assert base
    due = base + timedelta(days=days)
    return deadlines.extend(world.participant, world.module, ItemKind.CHECK, due, reason="Ill.", by=world.organizer)


@travel(BEFORE, tick=False)
def test_a_move_is_shown_before_it_is_done(client: Client, organizer: User, world: World) -> None:
    extended(world, 2)
    address = reverse("admin:curriculum_session_move", args=[world.session.pk])

    shown = client.post(address, SUNDAY)

    assert Session.objects.get(pk=world.session.pk).sequence == 0
    assert world.participant.user.name in shown.content.decode()
    client.post(address, SUNDAY | {"apply": "1", "seen": seen(shown)})
    moved = Session.objects.get(pk=world.session.pk)
    assert (moved.on, moved.place, moved.sequence) == (date(2026, 9, 13), "Room 7", 1)
    assert moved.starts_at == datetime(2026, 9, 13, 6, tzinfo=UTC)
    assert Extension.objects.count() == 1


@travel(BEFORE, tick=False)
def test_a_move_is_refused_when_something_changed_since(client: Client, organizer: User, world: World) -> None:
    address = reverse("admin:curriculum_session_move", args=[world.session.pk])
    shown = client.post(address, SUNDAY)
    extended(world, 2)

    refused = client.post(address, SUNDAY | {"apply": "1", "seen": seen(shown)})

    assert "Something changed since this preview" in refused.content.decode()
    assert Session.objects.get(pk=world.session.pk).sequence == 0


@travel(BEFORE, tick=False)
def test_an_extension_moves_along_where_it_is_ticked(client: Client, organizer: User, world: World) -> None:
    extension = extended(world, 2)
    address = reverse("admin:curriculum_session_move", args=[world.session.pk])
    shown = client.post(address, SUNDAY)

    client.post(address, SUNDAY | {"apply": "1", "seen": seen(shown), "carry": [str(extension.pk)]})

    newest = Extension.objects.order_by("pk").last()
    assert newest is not None
    assert newest.due_at == extension.due_at + timedelta(days=1)
    assert "Ill." in newest.reason


@travel(BEFORE, tick=False)
def test_a_leader_is_named_on_the_same_page(client: Client, organizer: User, world: World) -> None:
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    address = reverse("admin:curriculum_session_move", args=[world.session.pk])
    as_is = {"on": "2026-09-12", "at": "09:00", "place": "Room 304", "note": "", "leader": str(mentor.pk)}

    client.post(address, as_is | {"apply": "1", "seen": seen(client.post(address, as_is))})

    assert Session.objects.get(pk=world.session.pk).leader == mentor


@travel(BEFORE, tick=False)
def test_a_holiday_week_is_skipped_and_all_that_follows_moves(client: Client, organizer: User, world: World) -> None:
    address = reverse("admin:curriculum_run", args=[world.cohort.slug])
    wish = {"starts_on": "2026-09-07", "zone": "Asia/Manila", "closed": ["2026-09-14"]}

    shown = client.post(address, wish)
    client.post(address, wish | {"apply": "1", "seen": seen(shown)})

    days = list(Session.objects.order_by("week").values_list("on", flat=True))
    assert days == [date(2026, 9, 12), date(2026, 9, 26), date(2026, 10, 3)]
    world.cohort.refresh_from_db()
    assert world.cohort.closed_weeks == ["2026-09-14"]


@travel(BEFORE, tick=False)
def test_a_refused_run_keeps_what_was_chosen(client: Client, organizer: User, world: World) -> None:
    Cohort.objects.filter(pk=world.cohort.pk).update(started_at=BEFORE)
    with travel(datetime(2026, 9, 20, tzinfo=UTC), tick=False):
        answer = client.post(
            reverse("admin:curriculum_run", args=[world.cohort.slug]), {"zone": "Asia/Manila", "closed": ["2026-09-14"]}
        )

    page = answer.content.decode()
    assert "took place on" in page
    assert re.search(r'value="2026-09-14"[^>]*checked', page)


@travel(BEFORE, tick=False)
def test_a_lead_cohort_is_set_up_once(client: Client, organizer: User, world: World) -> None:
    address = reverse("admin:curriculum_lead", args=[world.cohort.slug])

    answers = [client.post(address) for _again in range(2)]

    lead = Cohort.objects.get(ahead_of=world.cohort)
    assert {answer.headers["Location"] for answer in answers} == {reverse("admin:curriculum_run", args=[lead.slug])}
    assert client.get(answers[0].headers["Location"]).status_code == 200
    assert [one.on for one in lead.sessions.order_by("week")] == [
        one.on - timedelta(weeks=1) for one in world.cohort.sessions.order_by("week")
    ]


@pytest.mark.parametrize("weeks", [1, 3])
def test_run_page_query_count(
    db: None, client: Client, django_assert_num_queries: DjangoAssertNumQueries, weeks: int
) -> None:
    world = running(weeks=weeks)
    client.force_login(MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER, user__is_staff=True).user)
    address = reverse("admin:curriculum_run", args=[world.cohort.slug])
    client.get(address)

    # session, user, organized cohorts, cohort, sessions, departures, roles for the links
    with django_assert_num_queries(7):
        page = client.get(address)

    assert page.content.decode().count("Week ") >= weeks


@travel(BEFORE, tick=False)
def test_export_holds_every_effective_deadline(client: Client, organizer: User, world: World) -> None:
    extension = extended(world, 2)
    User.objects.filter(pk=world.participant.user_id).update(name="=cmd()")

    answer = client.get(reverse("admin:curriculum_due_times", args=[world.cohort.slug]))

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 6
    own = next(row for row in rows if row["week"] == "1" and row["item"] == "check")
    assert own["due_utc"] == f"{extension.due_at:%Y-%m-%dT%H:%M:%SZ}"
    assert own["is_extended"] == "yes"
    assert own["name"] == "'=cmd()"


def test_pages_of_other_cohorts_are_not_found(client: Client, organizer: User) -> None:
    foreign = running()

    for name in ("run", "due_times"):
        assert client.get(reverse(f"admin:curriculum_{name}", args=[foreign.cohort.slug])).status_code == 404
    assert client.get(reverse("admin:curriculum_session_move", args=[foreign.session.pk])).status_code == 404


def test_digest_changes_with_what_is_shown(world: World) -> None:
    session = world.session
    days = [session.on + timedelta(days=number) for number in (1, 2)]
    pairs = [(session, moves.moved(session, day, session.at, session.zone)) for day in days]

    assert moves.digest(moves.foresee(pairs[:1])) != moves.digest(moves.foresee(pairs[1:]))
