import csv
import io
import itertools
import random
import zipfile
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum import objective_states
from mastery import attempts, cohort_states, correctives, gradebook
from mastery.attempts import Value
from mastery.choices import AttemptState
from mastery.gating import Record
from mastery.models import Attempt, CorrectiveAssignment
from tests.factories.mastery import HALF, RIGHT, Course, make_course, numeric, two_items, written
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Membership

tokens = (f"book-{number}" for number in itertools.count())
MOST_QUERIES = 10
WRITTEN = {
    "A": [numeric("a-one", "first"), written("a-two", "second")],
    "B": [numeric("b-one", "first"), written("b-two", "second")],
}
WRONG: Mapping[str, Value] = {"a-one": "5", "a-two": "5", "b-one": "5", "b-two": "5"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course({"A": two_items("a"), "B": two_items("b")})


def loaded(members: Sequence[Membership]) -> list[Membership]:
    """Return members as a request would have them, nothing kept from before."""
    found = Membership.objects.filter(pk__in=[one.pk for one in members])
    return list(found.select_related("cohort__adoption__version", "user", "mentor__user").order_by("pk"))


def take(course: Course, member: Membership, values: Mapping[str, Value]) -> None:
    for one in CorrectiveAssignment.objects.filter(attempt__membership=member, done_at=None):
        correctives.finish(one, by=member.user)
    attempt = attempts.start(member, course.check, token=next(tokens), by=member.user)
    attempts.submit(attempt, values, by=member.user)


def agrees_with_the_gates(members: Sequence[Membership]) -> bool:
    """Compare every cell with what the gates and the week map say of that person."""
    people = loaded(members)
    states = cohort_states.of_people(people[0].cohort_id, people)
    for one in people:
        said = objective_states.states(one, [])
        record = Record.of(one)
        for objective in states.objectives:
            shown = states.of(one, objective)
            assert (shown == "mastered") == record.is_mastered(objective)
            assert said.get(objective.objective_id) == (shown if shown in {"mastered", "not_yet"} else None)
    return True


def test_cells_agree_with_the_gates_for_everybody(course: Course) -> None:
    cohort = course.participant.cohort
    people = [course.participant, *MembershipFactory.create_batch(5, cohort=cohort)]
    histories: list[list[Mapping[str, Value]]] = [[], [RIGHT], [HALF], [HALF, RIGHT], [WRONG, HALF], [WRONG]]
    for member, taken in zip(people, histories, strict=True):
        for values in taken:
            take(course, member, values)
    attempts.start(people[0], course.check, token="open", by=people[0].user)
    Attempt.objects.filter(membership=people[5]).update(state=AttemptState.VOID, graded_at=None)

    assert agrees_with_the_gates(people)


def test_cells_agree_while_work_waits_and_after_a_deferral(db: None) -> None:
    course = make_course(WRITTEN)
    take(course, course.participant, {"a-one": "4", "a-two": "Because."})
    other = MembershipFactory.create(cohort=course.participant.cohort)
    take(course, other, {"a-one": "5", "a-two": ""})
    cohort = CohortFactory.create()
    loading.adopt(cohort, course.version, by=None)
    moved = membership.defer(other, cohort, by=course.mentor.user, reason="Thesis.")

    assert agrees_with_the_gates([course.participant])
    assert agrees_with_the_gates([moved])


@pytest.mark.parametrize("seed", range(4))
def test_cells_agree_after_random_histories(course: Course, seed: int) -> None:
    rng = random.Random(seed)
    people = [course.participant, *MembershipFactory.create_batch(4, cohort=course.participant.cohort)]
    for _step in range(8):
        member = rng.choice(people)
        if len(member.attempts.all()) < 2 and Record.of(member).standing(course.check).place != "done":
            take(course, member, rng.choice([RIGHT, HALF, WRONG]))

    assert agrees_with_the_gates(people)


def test_shares_are_of_those_who_tried_and_too_few_give_none(course: Course) -> None:
    cohort = course.participant.cohort
    people = [course.participant, *MembershipFactory.create_batch(5, cohort=cohort)]
    for member in people[:4]:
        take(course, member, RIGHT)
    four = gradebook.of_cohort(cohort, loaded(people), {}, reader=course.mentor.user).totals[0]
    take(course, people[4], WRONG)

    five = gradebook.of_cohort(cohort, loaded(people), {}, reader=course.mentor.user).totals[0]

    assert (four.mastered, four.tried, four.people, four.share) == (4, 4, 6, None)
    assert five.share is not None
    assert (five.mastered, five.tried, round(five.share.low, 2), round(five.share.high, 2)) == (4, 5, 0.38, 0.96)


def page(client: Client, course: Course, query: str = "") -> tuple[list[str], str]:
    response = client.get(reverse("mastery:gradebook", args=[course.participant.cohort.slug]) + query)
    assert response.status_code == 200
    return [row.membership.user.called for row in response.context["rows"]], response.content.decode()


def test_signs_come_with_words_and_counts(client: Client, course: Course) -> None:
    take(course, course.participant, HALF)
    take(course, course.participant, HALF)
    client.force_login(course.mentor.user)

    _names, html = page(client, course)

    assert '<td class="mastered">●<i>mastered</i></td>' in html
    assert '<td class="not_yet">◐<b>2</b><i>not yet</i></td>' in html
    assert '<td class="open">○<i>not tried</i></td>' in html


def test_filters_choose_rows_and_columns_but_not_the_totals(client: Client, course: Course) -> None:
    cohort = course.participant.cohort
    other = MembershipFactory.create(cohort=cohort)
    take(course, other, RIGHT)
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user)

    assert page(client, course, "?state=mastered")[0] == [other.user.called]
    assert page(client, course, "?mentor=none")[0] == [other.user.called]
    assert page(client, course, f"?mentor={course.mentor.pk}")[0] == [course.user.called]
    assert page(client, course, f"?module={course.modules[1].module.slug}&state=mastered")[0] == []
    assert len(page(client, course, "?state=x&module=y&mentor=z&page=77")[0]) == 2
    response = client.get(reverse("mastery:gradebook", args=[cohort.slug]) + "?state=mastered")
    assert response.context["totals"][0][0].people == 2


def test_mentors_see_their_own_people_only(client: Client, course: Course) -> None:
    MembershipFactory.create(cohort=course.participant.cohort)
    client.force_login(course.mentor.user)

    assert page(client, course)[0] == [course.user.called]


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_the_same_for_one_and_for_three(
    client: Client, course: Course, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for member in MembershipFactory.create_batch(people, cohort=course.participant.cohort, mentor=course.mentor):
        take(course, member, HALF)
    client.force_login(course.mentor.user)
    page(client, course)

    with django_assert_num_queries(MOST_QUERIES):
        names, _html = page(client, course)

    assert len(names) == people + 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_downloads_hold_the_page_and_no_formula(client: Client, course: Course, kind: str) -> None:
    course.user.name = "=HYPERLINK(1)"
    course.user.save()
    take(course, course.participant, HALF)
    client.force_login(course.mentor.user)
    address = reverse("mastery:gradebook_file", args=[course.participant.cohort.slug, kind])

    response = client.get(address)
    content = response.getvalue()

    today = timezone.localdate(timezone=ZoneInfo(course.mentor.user.zone))  # the day of the reader
    assert f"{today:%Y-%m-%d}.{kind}" in response["Content-Disposition"]
    if kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
        assert "'=HYPERLINK(1)" in sheets[0]
        assert "<f>" not in sheets[0]
        assert "too few" in sheets[1]
        return
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][3:] == ["1.1", "1.2", "2.1", "2.2"]
    assert rows[1] == [
        "'=HYPERLINK(1)",
        course.mentor.user.called,
        "1",
        "mastered",
        "not yet",
        "not tried",
        "not tried",
    ]


def test_another_kind_of_file_is_not_found(client: Client, course: Course) -> None:
    client.force_login(course.mentor.user)

    assert (
        client.get(reverse("mastery:gradebook_file", args=[course.participant.cohort.slug, "pdf"])).status_code == 404
    )


def test_a_cohort_without_a_programme_says_what_will_appear(client: Client, db: None) -> None:
    organizer = MembershipFactory.create(role=Role.ORGANIZER)
    MembershipFactory.create(cohort=organizer.cohort)
    client.force_login(organizer.user)

    response = client.get(reverse("mastery:gradebook", args=[organizer.cohort.slug]))

    assert "No objectives yet" in response.content.decode()
