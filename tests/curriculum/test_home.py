from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import attendance, home, preparation, schedule, syllabus
from curriculum.models import ModuleVersion
from curriculum.register import Attendance
from curriculum.session_card import Meeting
from curriculum.study import Study
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.web.cards import Card, Section, Viewer

DURING = datetime(2026, 9, 8, tzinfo=UTC)


def viewer(member: Membership) -> Viewer:
    loaded = Membership.objects.select_related("cohort__adoption__version", "mentor__user", "user").get(pk=member.pk)
    studying = loaded if loaded.role == Role.PARTICIPANT else None
    return Viewer(user=loaded.user, memberships=[loaded], participation=studying, now=datetime.now(UTC))


def of(section: Section, world: World) -> list[Card]:
    return [card for card in home.cards(viewer(world.participant)) if card.section == section]


@travel(DURING, tick=False)
def test_next_shows_prework_with_minutes_left_and_the_session(db: None) -> None:
    world = running(weeks=2, rows=2)
    preparation.tick(world.participant, world.resource, by=world.participant.user)

    prework, session = of(Section.NEXT, world)

    assert (prework.minutes, prework.due_at) == (30, datetime(2026, 9, 11, 10, tzinfo=UTC))
    assert session.context.starts_at == world.session.starts_at


@travel(DURING, tick=False)
def test_prework_disappears_when_all_is_ticked(db: None) -> None:
    world = running()
    preparation.tick(world.participant, world.resource, by=world.participant.user)

    assert [card.template for card in of(Section.NEXT, world)] == ["curriculum/_home_session.html"]


@travel(DURING, tick=False)
def test_a_past_or_cancelled_session_is_never_next(db: None) -> None:
    world = running(weeks=2)
    schedule.cancel(world.session, by=world.organizer)

    assert of(Section.NEXT, world)[-1].context.starts_at == world.sessions[1].starts_at


@travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False)
def test_nothing_is_next_after_the_last_session(db: None) -> None:
    assert of(Section.NEXT, running()) == []


@travel(DURING, tick=False)
def test_help_names_the_mentor(db: None) -> None:
    world = running()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR, user__name="Ben Aquino")
    membership.assign_mentor(world.participant, mentor, by=world.organizer)

    (card,) = of(Section.HELP, world)

    assert (card.title, card.address) == ("Your mentor Ben Aquino", f"mailto:{mentor.user.email}")


@travel(DURING, tick=False)
def test_mentor_sees_the_next_session_of_the_cohort(db: None) -> None:
    world = running(weeks=2)
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)

    (card,) = home.cards(viewer(mentor))

    assert card.context == Meeting(
        week=world.session.week,
        title=world.module.title,
        starts_at=world.session.starts_at,
        zone=world.session.zone,
        place=world.session.place,
        address=f"{world.address()}#session",
        attendance=world.address("attendance/"),
    )


@travel(DURING, tick=False)
@pytest.mark.parametrize("weeks", [1, 3])
def test_home_takes_two_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch, weeks: int
) -> None:
    monkeypatch.setattr(Study, "conditions", {})
    monkeypatch.setattr(Study, "states", {})
    world = running(weeks=weeks, rows=weeks)
    reader = viewer(world.participant)
    syllabus.of_page(world.cohort)  # kept in the process

    with django_assert_num_queries(2):  # sessions, ticks
        shown = home.cards(reader)

    assert len(shown[-1].context.weeks) == weeks


def test_every_followed_module_has_a_row(db: None) -> None:
    world = running(weeks=3)

    (card,) = of(Section.WEEKS, world)

    assert [row.number for row in card.context.weeks] == [1, 2, 3]
    assert ModuleVersion.objects.followed_by(world.cohort).count() == 3


@travel(datetime(2026, 9, 12, 1, tzinfo=UTC), tick=False)
def test_check_in_stands_on_the_session_while_it_is_open(db: None) -> None:
    world = running()

    assert of(Section.NEXT, world)[-1].context.check_in == world.address("check-in/")


@travel(datetime(2026, 9, 13, tzinfo=UTC), tick=False)
def test_teacher_hears_of_attendance_that_is_not_complete(db: None) -> None:
    world = running()
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    adviser = MembershipFactory.create(cohort=world.cohort, role=Role.ADVISER)

    (card,) = home.cards(viewer(mentor))
    attendance.mark_the_rest_present(world.session, by=mentor.user)

    assert (card.title, card.address) == ("Attendance of session 1 is not complete", world.address("attendance/"))
    assert home.cards(viewer(mentor)) == home.cards(viewer(adviser)) == []


@travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False)
def test_two_absences_are_on_the_home_page_of_their_teachers(db: None) -> None:
    world = running(weeks=2)
    mentor = MembershipFactory.create(cohort=world.cohort, role=Role.MENTOR)
    Membership.objects.filter(pk=world.participant.pk).update(mentor=mentor)
    organizer = MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER)
    others = [MembershipFactory.create(cohort=world.cohort, role=role) for role in (Role.MENTOR, Role.ADVISER)]
    for session in world.sessions:
        Attendance.objects.create(session=session, membership=world.participant, state="absent")

    words = f"{world.participant.user.called} missed sessions 1, 2 in a row"
    assert [[card.title for card in home.cards(viewer(one))] for one in (mentor, organizer)] == [[words], [words]]
    assert [home.cards(viewer(one)) for one in others] == [[], []]


@travel(DURING, tick=False)
def test_somebody_who_left_reads_where_they_went(db: None) -> None:
    world = running()
    other = running().cohort
    moved = membership.defer(world.participant, other, by=world.organizer, reason="Exams.")
    gone = MembershipFactory.create(cohort=world.cohort)
    membership.withdraw(gone, by=world.organizer, reason="Moved away.")
    nobody = Viewer(user=gone.user, memberships=[], participation=None, now=datetime.now(UTC))

    deferred = [card.title for card in home.cards(viewer(moved)) if card.section == Section.HELP]
    withdrew = [card.title for card in home.cards(nobody)]

    assert deferred == [f"{world.cohort}: deferred to {other} on Tue 8 Sep 2026"]
    assert withdrew == [f"{world.cohort}: withdrew on Tue 8 Sep 2026"]
