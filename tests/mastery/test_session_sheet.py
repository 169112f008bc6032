import itertools
from collections.abc import Mapping
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum import deadlines
from curriculum.choices import ItemKind
from curriculum.models import Resource, Session
from mastery import attempts, session_sheet
from mastery.attempts import Value
from mastery.choices import CheckKind
from mastery.session_sheet import Sheet
from tests.factories.curriculum import ResourceFactory, SessionFactory, TickFactory
from tests.factories.mastery import HALF, RIGHT, Course, make_course, two_items
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

tokens = (f"sheet-{number}" for number in itertools.count())
MOST_QUERIES = 12


@pytest.fixture
def course(db: None) -> Course:
    forms = {"A": two_items("a"), "B": two_items("b")}
    made = make_course(forms, kind=CheckKind.PRE_SESSION)
    ahead = (timezone.now() + timedelta(days=3)).date()
    SessionFactory.create(cohort=made.participant.cohort, module=made.modules[0].module, on=ahead)
    for name in ("one", "two"):
        ResourceFactory.create(module_version=made.modules[0], slug=name)
    return made


def session_of(course: Course) -> Session:
    found = Session.objects.select_related("cohort__adoption__version", "module", "leader__user")
    return found.get(cohort=course.participant.cohort)


def sheet(course: Course) -> Sheet:
    return session_sheet.sheet(session_of(course))


def take(course: Course, member: Membership, values: Mapping[str, Value]) -> None:
    attempt = attempts.start(member, course.check, token=next(tokens), by=member.user)
    attempts.submit(attempt, values, by=member.user)


def another(course: Course, *, mentor: Membership | None = None) -> Membership:
    return MembershipFactory.create(cohort=course.participant.cohort, mentor=mentor or course.mentor)


def address(course: Course) -> str:
    return reverse("mastery:readiness", args=[course.participant.cohort.slug, course.modules[0].module.slug])


def test_silence_is_red_once_the_work_is_due(course: Course) -> None:
    before = sheet(course)
    assert [line.look for line in before.lines] == ["open"]
    assert ("open", "silent", 1) in before.counts

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        after = sheet(course)
        assert [line.look for line in after.lines] == ["overdue"]
        assert ("overdue", "silent", 1) in after.counts


def test_states_are_done_stuck_tried_and_silent(course: Course) -> None:
    done, stuck, opened, read, silent = (another(course) for _person in range(5))
    take(course, done, RIGHT)
    take(course, stuck, HALF)
    attempts.start(opened, course.check, token="open", by=opened.user)
    TickFactory.create(membership=read, module=course.modules[0].module, resource_slug="one")

    found = {line.membership: (line.state, line.score, list(line.missed), line.read) for line in sheet(course).lines}

    assert found == {
        done: ("done", (2, 2), [], 0),
        stuck: ("stuck", (1, 2), ["1.2"], 0),
        opened: ("tried", None, [], 0),
        read: ("tried", None, [], 1),
        silent: ("silent", None, [], 0),
        course.participant: ("silent", None, [], 0),
    }


def test_those_who_need_help_come_first(course: Course) -> None:
    done, stuck = another(course), another(course)
    take(course, done, RIGHT)
    take(course, stuck, HALF)

    found = sheet(course)

    assert [line.state for line in found.lines] == ["stuck", "silent", "done"]
    assert [(label, count) for _look, label, count in found.counts] == [
        ("done", 1),
        ("tried", 0),
        ("silent", 1),
        ("stuck", 1),
    ]


def test_exactly_at_the_threshold_is_done(db: None) -> None:
    course = make_course({"A": two_items("a"), "B": two_items("b")}, kind=CheckKind.PRE_SESSION, threshold=50)
    SessionFactory.create(cohort=course.participant.cohort, module=course.modules[0].module)
    take(course, course.participant, HALF)

    assert [line.state for line in sheet(course).lines] == ["done"]


def test_the_most_missed_items_come_with_who_answered(course: Course) -> None:
    for values in (RIGHT, HALF, HALF, {"a-one": "5", "a-two": "5"}):
        take(course, another(course), values)

    found = [(one.number, one.missed, one.answered, one.prompt_html) for one in sheet(course).missed]

    assert found == [("1.2", 3, 4, "<p>What is a-two?</p>"), ("1.1", 1, 4, "<p>What is a-one?</p>")]


def test_without_a_check_the_reading_decides(course: Course) -> None:
    course.check.delete()
    one, two = another(course), another(course)
    for member, slugs in ((one, ("one", "two")), (two, ("one",))):
        for slug in slugs:
            TickFactory.create(membership=member, module=course.modules[0].module, resource_slug=slug)

    found = {line.membership: line.state for line in sheet(course).lines}

    assert found == {one: "done", two: "tried", course.participant: "silent"}


def test_an_extension_stands_beside_the_name(course: Course) -> None:
    module = course.modules[0]
    until = timezone.now() + timedelta(days=9)
    organizer = UserFactory.create()
    deadlines.extend(course.participant, module, ItemKind.PREWORK, until, reason="Ill.", by=organizer)

    assert [line.extended for line in sheet(course).lines] == [until]


def test_what_somebody_did_before_they_were_deferred_counts(course: Course) -> None:
    take(course, course.participant, RIGHT)
    other = CohortFactory.create()
    loading.adopt(other, course.version, by=None)
    moved = membership.defer(course.participant, other, by=course.mentor.user, reason="Exams.")
    SessionFactory.create(cohort=other, module=course.modules[0].module)
    session = Session.objects.select_related("cohort__adoption__version", "module").get(cohort=other)

    found = session_sheet.sheet(session)

    assert [(line.membership, line.state) for line in found.lines] == [(moved, "done")]
    assert sheet(course).lines == []


@pytest.mark.parametrize(
    ("role", "names"), [(Role.ORGANIZER, 2), (Role.ADVISER, 2), (Role.MENTOR, 0), (Role.PARTICIPANT, None)]
)
def test_who_reads_which_names(course: Course, client: Client, role: Role, names: int | None) -> None:
    another(course)
    reader = MembershipFactory.create(cohort=course.participant.cohort, role=role)
    client.force_login(reader.user)

    answer = client.get(address(course))

    assert answer.status_code == (404 if names is None else 200)
    if names is not None:
        assert len(answer.context["named"]) == names
        assert answer.context["hidden"] == 2 - names


def test_a_mentor_sees_the_own_people_and_a_leader_everybody(course: Course, client: Client) -> None:
    other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    another(course, mentor=other)
    client.force_login(course.mentor.user)

    own = client.get(address(course)).context["named"]
    Session.objects.update(leader=course.mentor)
    led = client.get(address(course)).context["named"]

    assert [line.membership for line in own] == [course.participant]
    assert len(led) == 2


def test_strangers_find_nothing(course: Course, client: Client) -> None:
    client.force_login(MembershipFactory.create(role=Role.ORGANIZER).user)

    assert client.get(address(course)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_readiness_query_count(
    course: Course, client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _row in range(rows):
        take(course, another(course), HALF)
    client.force_login(MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user)
    client.get(address(course))

    # session, user, memberships, the session of the week, people, attempts, grades, ticks, extensions, questions,
    # departures
    with django_assert_num_queries(11):
        page = client.get(address(course))

    assert page.content.decode().count('<th scope="row">') == rows + 1


def test_a_thousand_participants_take_no_more_queries(
    course: Course, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    users = User.objects.bulk_create(
        User(email=f"many{number}@example.test", name=f"P{number}") for number in range(999)
    )
    cohort = course.participant.cohort
    members = Membership.objects.bulk_create(
        Membership(user=user, cohort=cohort, role=Role.PARTICIPANT, mentor=course.mentor) for user in users
    )
    for member in members[:3]:
        take(course, member, HALF)
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user)
    client.get(address(course))

    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(address(course))

    assert len(page.context["named"]) == 1000
    assert Resource.objects.count() == 2
