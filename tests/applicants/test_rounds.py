from datetime import timedelta

import pytest
from django.utils import timezone

from applicants import rounds
from tests.factories.applicants import ApplicationFactory, FormVersionFactory
from tests.factories.people import CohortFactory
from whitebox.errors import RuleViolation
from whitebox.packs.models import Adoption
from whitebox.people.models import Cohort

NOW = timezone.now()


@pytest.fixture
def cohort(db: None) -> Cohort:
    cohort: Cohort = CohortFactory.create(zone="Asia/Tokyo")
    Adoption.objects.create(cohort=cohort, version=FormVersionFactory.create().version)
    return cohort


def open_it(cohort: Cohort, *, days: int = 10) -> object:
    closes_at = NOW + timedelta(days=days)
    return rounds.open_round(cohort, slug="one", title="One", opens_at=NOW, closes_at=closes_at, by=None)


def test_open_round_takes_the_form_and_the_zone_of_the_cohort_and_is_harmless_twice(cohort: Cohort) -> None:
    first, second = open_it(cohort), open_it(cohort)

    assert first == second
    assert (cohort.rounds.get().zone, cohort.rounds.get().form) == ("Asia/Tokyo", rounds.form_of(cohort))


def test_open_round_refuses_an_end_before_its_start(cohort: Cohort) -> None:
    with pytest.raises(RuleViolation, match="closes after it opens"):
        open_it(cohort, days=-1)


def test_open_round_refuses_a_cohort_without_a_form_and_a_name_that_is_taken(cohort: Cohort) -> None:
    open_it(cohort)

    with pytest.raises(RuleViolation, match="Another cohort"):
        open_it(CohortFactory.create())
    with pytest.raises(RuleViolation, match="no pack"):
        rounds.form_of(CohortFactory.create())


@pytest.mark.parametrize(("opened", "minutes"), [(-5, 60), (5, 0), (None, 0)])
def test_the_grace_is_for_forms_opened_before_the_deadline(db: None, opened: int | None, minutes: int) -> None:
    application = ApplicationFactory.create(round__grace_minutes=60)
    closes_at = application.round.closes_at
    application.form_opened_at = None if opened is None else closes_at + timedelta(minutes=opened)

    assert rounds.last_moment(application) == closes_at + timedelta(minutes=minutes)


@pytest.mark.parametrize(("after", "minutes"), [(-1, 0), (1, 60)])
def test_pages_name_the_grace_only_once_it_has_begun(db: None, after: int, minutes: int) -> None:
    application = ApplicationFactory.create(round__grace_minutes=60)
    closes_at = application.round.closes_at
    application.form_opened_at = closes_at - timedelta(minutes=5)

    told = rounds.told_moment(application, closes_at + timedelta(minutes=after))

    assert told == closes_at + timedelta(minutes=minutes)
