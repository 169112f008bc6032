from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from curriculum import home, preparation, schedule, syllabus
from curriculum.models import ModuleVersion
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
    assert session.context["session"] == world.session


@travel(DURING, tick=False)
def test_prework_disappears_when_all_is_ticked(db: None) -> None:
    world = running()
    preparation.tick(world.participant, world.resource, by=world.participant.user)

    assert [card.template for card in of(Section.NEXT, world)] == ["curriculum/_home_session.html"]


@travel(DURING, tick=False)
def test_a_past_or_cancelled_session_is_never_next(db: None) -> None:
    world = running(weeks=2)
    schedule.cancel(world.session, by=world.organizer)

    assert of(Section.NEXT, world)[-1].context["session"] == world.sessions[1]


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

    assert card.context == {
        "session": world.session,
        "title": world.module.title,
        "address": f"{world.address()}#session",
    }


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

    assert len(list(shown[-1].context["weeks"])) == weeks  # type: ignore[call-overload]  # a card's context holds anything


def test_every_followed_module_has_a_row(db: None) -> None:
    world = running(weeks=3)

    (card,) = of(Section.WEEKS, world)

    assert [row.number for row in card.context["weeks"]] == [1, 2, 3]  # type: ignore[attr-defined]  # as above
    assert ModuleVersion.objects.followed_by(world.cohort).count() == 3
