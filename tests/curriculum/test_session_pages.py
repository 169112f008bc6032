import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import attendance, check_in
from curriculum.choices import AttendanceState as State
from curriculum.models import Extension
from curriculum.register import Attendance, WrongCode
from tests.curriculum.worlds import World, running
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership

START = datetime(2026, 9, 12, 1, tzinfo=UTC)
DURING = START + timedelta(minutes=5)


@pytest.fixture
def world(db: None) -> World:
    return running()


@pytest.fixture
def mentor(world: World, client: Client) -> Membership:
    made = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    Membership.objects.filter(pk=world.participant.pk).update(mentor=made)
    client.force_login(made.user)
    return made


@travel(DURING, tick=False)
def test_one_tap_marks_a_person_and_comes_back_to_them(client: Client, world: World, mentor: Membership) -> None:
    member = world.participant

    answer = client.post(world.address("attendance/"), {"mark": f"{member.pk}:late"})

    assert answer.headers["Location"] == world.address(f"attendance/#person-{member.pk}")
    assert Attendance.objects.get().state == State.LATE
    page = client.get(world.address("attendance/")).content.decode()
    assert re.search(rf'value="{member.pk}:late"\s+aria-pressed="true"', page)


@travel(DURING, tick=False)
def test_all_present_and_undo(client: Client, world: World, mentor: Membership) -> None:
    MembershipFactory.create_batch(2, cohort=world.cohort)

    client.post(world.address("attendance/"), {"rest": "1"})
    assert set(Attendance.objects.values_list("state", flat=True)) == {"present"}
    client.post(world.address("attendance/"), {"undo": "1"})

    assert set(Attendance.objects.values_list("state", flat=True)) == {""}


@pytest.mark.parametrize("sent", [{}, {"mark": "x:late"}, {"mark": "1:asleep"}, {"mark": "999999:late"}])
@travel(DURING, tick=False)
def test_a_forged_mark_is_refused(client: Client, world: World, mentor: Membership, sent: dict[str, str]) -> None:
    answer = client.post(world.address("attendance/"), sent, follow=True)

    assert answer.status_code == 200
    assert not Attendance.objects.exists()


@travel(DURING, tick=False)
def test_participants_neither_mark_nor_see_the_code(client: Client, world: World) -> None:
    client.force_login(world.participant.user)

    for page in ("attendance/", "code/"):
        assert client.get(world.address(page)).status_code == 404
    assert client.post(world.address("attendance/"), {"rest": "1"}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@travel(DURING, tick=False)
def test_attendance_query_count(
    client: Client, world: World, mentor: Membership, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    MembershipFactory.create_batch(rows - 1, cohort=world.cohort)
    attendance.mark_the_rest_present(world.session, by=mentor.user)

    # session, user, cohort, the session of the week, marks, people, last batch, departures, roles for the links
    with django_assert_num_queries(9):
        page = client.get(world.address("attendance/"))

    assert page.content.decode().count('id="person-') == rows


@travel(DURING, tick=False)
def test_who_left_stays_on_the_list(client: Client, world: World, mentor: Membership) -> None:
    other = CohortFactory.create(title="Cohort Two")
    membership.defer(world.participant, other, by=world.organizer, reason="Exams.")

    page = client.get(world.address("attendance/")).content.decode()

    assert "deferred to Cohort Two on Sat 12 Sep 2026" in page
    assert "Exams." not in page


@travel(DURING, tick=False)
def test_the_code_of_the_room_checks_a_participant_in(client: Client, world: World, mentor: Membership) -> None:
    shown = re.search(r'class="room-code">(\d{3}) (\d{3})<', client.get(world.address("code/")).content.decode())
    assert shown
    client.force_login(world.participant.user)

    answer = client.post(world.address("check-in/"), {"code": f"{shown[1]} {shown[2]}"}, follow=True)

    assert "You are marked as present." in answer.content.decode()
    assert Attendance.objects.get().state == State.PRESENT


@travel(DURING, tick=False)
def test_a_wrong_code_says_what_to_do_and_is_counted(client: Client, world: World) -> None:
    client.force_login(world.participant.user)

    page = client.post(world.address("check-in/"), {"code": "123"}).content.decode()

    assert "it changes every minute" in page
    assert WrongCode.objects.count() == 1


@travel(DURING, tick=False)
def test_only_the_part_with_the_code_is_asked_for_again(client: Client, world: World, mentor: Membership) -> None:
    part = client.get(world.address("code/"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert check_in.code(world.session, DURING)[:3] in part


@travel(START - timedelta(days=5), tick=False)
def test_a_mentor_gives_more_time_in_the_cohorts_zone(client: Client, world: World, mentor: Membership) -> None:
    address = reverse("curriculum:more_time", args=[world.cohort.slug, world.participant.pk])
    given = {
        "item": f"{world.module.module_id}:check",
        "due_on": "2026-09-20",
        "due_time": "18:00",
        "reason": "Ill.",
    }

    refused = client.post(address, given | {"reason": ""})
    client.post(address, given)

    assert refused.status_code == 422
    made = Extension.objects.get()
    assert (made.due_at, made.by, made.reason) == (datetime(2026, 9, 20, 10, tzinfo=UTC), mentor.user, "Ill.")
    assert "Ill." in client.get(address).content.decode()


@travel(START - timedelta(days=5), tick=False)
def test_nobody_but_their_teachers_gives_more_time(client: Client, world: World) -> None:
    address = reverse("curriculum:more_time", args=[world.cohort.slug, world.participant.pk])
    others = [
        world.participant,
        MembershipFactory.create(cohort=world.cohort),
        MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR),
        MembershipFactory.create(cohort=world.cohort, role=Role.ADVISER),
        MembershipFactory.create(role=Role.ORGANIZER),
    ]

    for other in others:
        client.force_login(other.user)
        assert client.get(address).status_code == 404
