import itertools

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mastery import attempts, item_statistics
from mastery.item_statistics import Item
from mastery.models import CheckVersion
from tests.factories.mastery import Course, make_course, numeric
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs import loading
from whitebox.people.choices import Role
from whitebox.people.models import Cohort

tokens = (f"item-{number}" for number in itertools.count())
CHOICE = {
    "slug": "a-choice",
    "objective": "second",
    "kind": "single",
    "points": 1,
    "prompt_html": "<p>Which?</p>",
    "options": [
        {"html": "<p>right</p>", "feedback_html": "", "correct": True},
        {"html": "<p>near <b>miss</b></p>", "feedback_html": "", "correct": False},
        {"html": "<p>far off</p>", "feedback_html": "", "correct": False},
    ],
}
FORMS = {"A": [numeric("a-one", "first"), CHOICE], "B": [numeric("b-one", "first"), CHOICE | {"slug": "b-choice"}]}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(FORMS)


def answered(course: Course, cohort: Cohort, count: int, one: str, choice: str) -> None:
    for member in MembershipFactory.create_batch(count, cohort=cohort):
        attempt = attempts.start(member, course.check, token=next(tokens), by=member.user)
        attempts.submit(attempt, {"a-one": one, "a-choice": choice}, by=member.user)


def items(course: Course) -> dict[str, Item]:
    version = CheckVersion.objects.select_related("for_check").get(pk=course.check.pk)
    return {one.question.slug: one for one in item_statistics.of_check(version)}


def test_below_twenty_first_attempts_there_is_no_figure(course: Course) -> None:
    answered(course, course.participant.cohort, 19, "4", "0")

    found = items(course)["a-choice"]

    assert (found.answered, found.is_enough, found.share, found.discrimination, found.wrong) == (
        19,
        False,
        None,
        None,
        "",
    )


def test_difficulty_discrimination_and_the_most_chosen_wrong_option(course: Course) -> None:
    cohort = course.participant.cohort
    answered(course, cohort, 10, "4", "0")
    answered(course, cohort, 6, "5", "1")
    answered(course, cohort, 4, "5", "2")

    found = items(course)

    choice = found["a-choice"]
    assert choice.share is not None
    assert (choice.share.count, choice.share.of) == (10, 20)
    assert choice.discrimination == pytest.approx(1.0)
    assert (choice.wrong, choice.wrong_count) == ("near miss", 6)
    assert (found["a-one"].wrong, found["a-one"].wrong_count) == ("5", 10)
    assert (found["b-one"].answered, found["b-one"].share) == (0, None)


def test_only_first_attempts_count_and_all_cohorts_that_took_the_wording(course: Course) -> None:
    cohort = CohortFactory.create()
    loading.adopt(cohort, course.version, by=None)
    answered(course, course.participant.cohort, 15, "4", "0")
    answered(course, cohort, 5, "4", "0")
    version = CheckVersion.objects.select_related("for_check").get(pk=course.check.pk)

    assert items(course)["a-one"].answered == 20
    assert item_statistics.counts([version]) == {version.pk: 20}

    CheckVersion.objects.filter(pk=version.pk).update(digest="another wording")

    assert items(course)["a-one"].answered == 20  # the attempts point at the version, whatever its digest
    assert items(course)["a-one"].findings == ["nearly everybody has it"]


def test_an_item_that_never_varies_tells_nothing(course: Course) -> None:
    answered(course, course.participant.cohort, 20, "4", "0")

    assert items(course)["a-one"].discrimination is None


@pytest.mark.parametrize(
    ("one", "other", "expected"), [([0, 1], [0, 1], 1.0), ([0, 1], [1, 0], -1.0), ([1, 1], [0, 1], None)]
)
def test_correlations_that_are_known(one: list[float], other: list[float], expected: float | None) -> None:
    assert item_statistics.correlation(one, other) == expected


@pytest.mark.parametrize("people", [1, 25])
def test_the_pages_cost_the_same_for_few_and_many(
    client: Client, course: Course, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = course.participant.cohort
    answered(course, cohort, people, "5", "1")
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user)

    with django_assert_num_queries(8):
        listed = client.get(reverse("mastery:items", args=[cohort.slug]))
    with django_assert_num_queries(9):
        shown = client.get(reverse("mastery:check_items", args=[cohort.slug, course.check.for_check.slug]))

    assert [row[2] for row in listed.context["rows"]] == [people, 0]
    assert ("near miss" in shown.content.decode()) is (people >= item_statistics.FEWEST)
