"""Whether what readers said goes together with what became of people."""

from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from applicants.models import Application, Round
from tests.applicants.readings import judge
from tests.factories.applicants import ApplicationFactory, ReviewerFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory
from tests.programme.test_funnel import enrolled
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort
from whitebox.programme import prediction
from whitebox.programme.prediction import Prediction, Row

DONE, GONE = MembershipState.COMPLETED, MembershipState.WITHDRAWN
LEVELS = (1, 2, 2, 3, 3, 4, 4, 5, 5)
STATES = (GONE, GONE, GONE, DONE, DONE, DONE, DONE, DONE, DONE)


def chosen(levels: Sequence[int], states: Sequence[MembershipState]) -> Round:
    """Make a round whose people were all read by one reader, joined, and ended in these states."""
    round_ = RoundFactory.create()
    reader = ReviewerFactory.create(round=round_)
    for level, state in zip(levels, states, strict=True):
        application = ApplicationFactory.create(round=round_)
        judge(application, reader, level)
        enrolled(application, state=state)
    return round_


def row(found: Prediction, slug: str) -> Row:
    return next(one for one in found.rows if one.predictor.slug.startswith(slug))


def cell(found: Prediction, slug: str, outcome: str) -> prediction.Cell:
    return next(cell for series, cell in row(found, slug).by_outcome if series.slug == outcome)


def test_a_score_that_foretold_completion_is_seen(db: None) -> None:
    round_ = chosen(LEVELS, STATES)

    found = prediction.of_cohort(round_.cohort)

    total = cell(found, "total", "completion").association
    assert total is not None
    assert total.people == 9
    assert total.rho > 0.7
    for slug in ("stage-screen", "criterion-motivation", "criterion-reasoning", "reader-"):
        assert cell(found, slug, "completion").association == total


def test_below_eight_people_nothing_is_shown(db: None) -> None:
    round_ = chosen(LEVELS[:7], STATES[:7])

    found = prediction.of_cohort(round_.cohort)

    assert (found.is_too_few, found.rows, found.outcomes) == (True, [], [])


def test_a_comparison_of_fewer_than_eight_says_so(db: None) -> None:
    round_ = chosen(LEVELS, [*STATES[:7], MembershipState.ACTIVE, MembershipState.ACTIVE])

    compared = cell(prediction.of_cohort(round_.cohort), "total", "completion")

    assert (compared.people, compared.association, compared.why) == (7, None, "too few: 7 people")


def test_all_alike_is_no_correlation(db: None) -> None:
    round_ = chosen(LEVELS, [DONE] * 9)

    compared = cell(prediction.of_cohort(round_.cohort), "total", "completion")

    assert (compared.association, compared.why) == (None, "all alike")


def test_the_range_that_is_left_is_said(db: None) -> None:
    round_ = chosen([4, 4, 4, 4, 5, 5, 5, 5], [DONE] * 8)
    reader = ReviewerFactory.create(round=round_)
    for level in (1, 1, 2, 2, 3, 3):
        judge(ApplicationFactory.create(round=round_), reader, level)

    narrowing = row(prediction.of_cohort(round_.cohort), "total").narrowing

    assert narrowing is not None
    assert 20 < narrowing < 60


def page(cohort: Cohort) -> str:
    client = Client()
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user)
    return client.get(reverse("programme:selection", args=[cohort.slug])).content.decode()


def test_the_page_warns_before_it_shows(db: None) -> None:
    round_ = chosen(LEVELS, STATES)

    shown = page(round_.cohort)

    assert shown.index("chosen by these very scores") < shown.index("Total of all readings")


def test_the_page_of_few_shows_no_number_of_any_score(db: None) -> None:
    round_ = chosen(LEVELS[:7], STATES[:7])

    shown = page(round_.cohort)

    assert "Too few people to say" in shown
    assert "Total of all readings" not in shown


@pytest.mark.parametrize("people", [8, 10])
def test_the_queries_do_not_grow(db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int) -> None:
    round_ = chosen([*LEVELS, 3, 4][:people], [*STATES, DONE, GONE][:people])

    with django_assert_num_queries(14):
        prediction.of_cohort(round_.cohort)


def test_applications_to_other_cohorts_do_not_count(db: None) -> None:
    chosen(LEVELS, STATES)

    assert prediction.of_cohort(CohortFactory.create()).people == 0
    assert Application.objects.count() == 9
