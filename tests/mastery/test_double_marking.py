"""Agreement and leniency from double marks: nothing below the fewest, figures with intervals above."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import double_marking, second_marks
from mastery.choices import SecondMarkState
from mastery.double_marking import FEWEST_OF_ONE
from mastery.judgements import SecondMark
from mastery.models import Attempt, GradeEvent
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory
from whitebox.judging.agreement import FEWEST, quadratic_kappa
from whitebox.people.choices import Role
from whitebox.people.models import User

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def markers(course: Course) -> list[User]:
    more = [MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user for _one in range(2)]
    return [course.mentor.user, *more]


def read_by_two(course: Course, first: tuple[User, int], second: tuple[User, int]) -> SecondMark:
    """Store two marks on the answer of a new person, as the verbs would."""
    member = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
    now = timezone.now()
    attempt = Attempt.objects.create(
        membership=member,
        for_check=course.check.for_check,
        check_version=course.check,
        form="A",
        number=1,
        seed=1,
        threshold_percent=80,
        state="graded",
        client_token="t",
        submitted_at=now,
        graded_at=now,
    )
    event = GradeEvent.objects.create(
        attempt=attempt,
        check_version=course.check,
        item="A-words",
        objective_id=course.modules[0].objectives.get(position=2).objective_id,
        points=first[1],
        total=2,
        by=first[0],
        detail={"level": first[1], "by_person": True},
    )
    state = SecondMarkState.AGREES if first[1] == second[1] else SecondMarkState.DIFFERS
    return SecondMark.objects.create(
        first=event,
        attempt=attempt,
        item="A-words",
        marker=second[0],
        state=state,
        level=second[1],
        points=second[1],
        marked_at=now,
    )


def levels(count: int, *, seed: int = 4, lenient: int = 0) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, size=count)
    noise = rng.random(count) < 0.2
    return [
        (int(one), int(np.clip(one + lenient + (1 if off else 0), 0, 2))) for one, off in zip(truth, noise, strict=True)
    ]


def test_below_the_fewest_there_is_a_list_and_no_figure(course: Course, markers: list[User]) -> None:
    read_by_two(course, (markers[0], 1), (markers[1], 2))
    read_by_two(course, (markers[0], 2), (markers[1], 2))

    found = double_marking.figures(course.participant.cohort)

    assert (found.pairs, found.agreement, found.missing) == (2, None, FEWEST - 2)
    assert [(one.first_level, one.second_level) for one in found.disagreements] == [(1, 2)]
    assert [(one.marks, one.effect) for one in found.leniency] == [(2, None), (2, None)]


def test_from_twenty_on_kappa_has_its_interval(course: Course, markers: list[User]) -> None:
    drawn = levels(FEWEST)
    for one, two in drawn:
        read_by_two(course, (markers[0], one), (markers[1], two))

    found = double_marking.figures(course.participant.cohort).agreement

    assert found is not None
    assert found.kappa == pytest.approx(quadratic_kappa([(one / 2, two / 2) for one, two in drawn]))
    assert found.low < found.kappa <= found.high


def test_marks_that_are_all_the_same_have_no_kappa(course: Course, markers: list[User]) -> None:
    for _pair in range(FEWEST):
        read_by_two(course, (markers[0], 2), (markers[1], 2))

    found = double_marking.figures(course.participant.cohort)

    assert (found.agreement, found.missing, found.disagreements) == (None, 0, [])


def test_a_lenient_marker_is_found_and_one_with_few_marks_is_not_judged(course: Course, markers: list[User]) -> None:
    for one, two in levels(30, lenient=1):
        read_by_two(course, (markers[0], one), (markers[1], two))
    for _few in range(FEWEST_OF_ONE - 1):
        read_by_two(course, (markers[0], 1), (markers[2], 1))

    found = {one.marker: one for one in double_marking.figures(course.participant.cohort).leniency}

    strict, lenient, few = (found[marker] for marker in markers)
    assert lenient.effect is not None
    assert strict.effect is not None
    assert lenient.effect > 0 > strict.effect
    assert lenient.low > 0
    assert lenient.low < lenient.effect < lenient.high
    assert (few.marks, few.effect) == (FEWEST_OF_ONE - 1, None)
    assert (lenient.words, few.words) == ("gives more than the others", "cannot be said yet")


def test_an_interval_that_holds_zero_shows_no_difference(markers: list[User]) -> None:
    one = double_marking.Leniency(markers[0], 30, 4.0, -1.0, 9.0)

    assert one.words == "no difference shown"


def test_each_interval_is_drawn_on_one_axis_with_zero_in_its_middle(
    course: Course, markers: list[User], client: Client
) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    for first, second in levels(30, lenient=1):
        read_by_two(course, (markers[0], first), (markers[1], second))
    client.force_login(organizer)

    page = client.get(reverse("mastery:agreement", args=[course.participant.cohort.slug])).content.decode()

    assert page.count('<svg class="interval"') == 2
    assert page.count("M80 2V16") == 2


@pytest.mark.parametrize("rows", [1, 3, FEWEST])
def test_agreement_query_count(
    course: Course, markers: list[User], client: Client, django_assert_num_queries: object, rows: int
) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    for one, two in levels(rows):
        read_by_two(course, (markers[0], one), (markers[1], two))
    client.force_login(organizer)

    with django_assert_num_queries(9):  # type: ignore[operator]  # a fixture
        page = client.get(reverse("mastery:agreement", args=[course.participant.cohort.slug]))

    assert page.context["figures"].pairs == rows


def test_the_page_says_too_few_and_sets_the_share(course: Course, markers: list[User], client: Client) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    read_by_two(course, (markers[0], 1), (markers[1], 2))
    address = reverse("mastery:agreement", args=[course.participant.cohort.slug])
    client.force_login(markers[0])
    assert client.get(address).status_code == 404
    client.force_login(organizer)

    page = client.get(address).content.decode()

    assert "Too few for a figure: 19 more answers" in page
    assert page.count("too few") == 2
    assert client.post(address, {"percent": "120"}).status_code == 422
    client.post(address, {"percent": "35"})
    share = second_marks.share_in_force(course.participant.cohort, timezone.now() + timedelta(minutes=1))
    assert share is not None
    assert (share.percent, share.by) == (35, organizer)
