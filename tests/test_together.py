"""Prepared queries that are asked together give the rows that they give alone."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.factories.outbox import LetterFactory
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.outbox.models import Letter
from whitebox.people.models import Cohort, Membership
from whitebox.prepared import prepared
from whitebox.together import together

DAY = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


@prepared
def members(cohort: int) -> QuerySet[Membership]:
    return Membership.objects.filter(cohort=cohort).select_related("user", "mentor__user").order_by("-pk")


@prepared
def cohorts(slug: str) -> QuerySet[Cohort]:
    return Cohort.objects.filter(slug=slug)


@prepared
def letters(since: datetime, kind: str) -> QuerySet[Letter]:
    return Letter.objects.filter(created_at__gte=since, kind=kind).order_by("pk")


@prepared
def keys(cohort: int) -> QuerySet[Membership, tuple[int, str, datetime]]:
    return Membership.objects.filter(cohort=cohort).values_list("pk", "role", "joined_at").order_by("pk")


def columns(rows: list[object]) -> list[dict[str, object]]:
    return [{name: value for name, value in vars(row).items() if name != "_state"} for row in rows]


@pytest.fixture
def cohort(db: None) -> Cohort:
    made = CohortFactory.create()
    mentor = MembershipFactory.create(cohort=made, role="mentor")
    MembershipFactory.create_batch(3, cohort=made, mentor=mentor)
    LetterFactory.create_batch(2)
    return made


def test_each_value_is_the_one_that_the_query_gives_alone(cohort: Cohort) -> None:
    kind = Letter.objects.values_list("kind", flat=True)[0]
    alone = members(cohort.pk), cohorts(cohort.slug), letters(DAY, kind), keys(cohort.pk)
    calls = [members.call(cohort.pk), cohorts.call(cohort.slug), letters.call(DAY, kind), keys.call(cohort.pk)]

    with together(calls):
        found = members(cohort.pk), cohorts(cohort.slug), letters(DAY, kind), keys(cohort.pk)

    assert [columns(list(rows)) for rows in found[:3]] == [columns(list(rows)) for rows in alone[:3]]
    assert [(row.user.zone, row.mentor and row.mentor.user.email) for row in found[0]] == [
        (row.user.zone, row.mentor and row.mentor.user.email) for row in alone[0]
    ]
    assert found[3] == alone[3]
    assert all(found)


@pytest.mark.postgres
def test_all_is_one_trip(cohort: Cohort, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1), together([members.call(cohort.pk), keys.call(cohort.pk)]):
        assert [row.pk for row in members(cohort.pk)] == [pk for pk, _role, _at in reversed(keys(cohort.pk))]


@pytest.mark.postgres
def test_values_of_another_call_are_asked_anew(cohort: Cohort) -> None:
    other = MembershipFactory.create()

    with (
        together([members.call(cohort.pk), cohorts.call(cohort.slug)]),
        CaptureQueriesContext(connection) as asked,
    ):
        assert members(other.cohort_id) == [other]
        assert cohorts(cohort.slug) == [cohort]

    assert len(asked) == 1


def test_a_second_call_sees_what_was_written_meanwhile(cohort: Cohort) -> None:
    with together([members.call(cohort.pk), cohorts.call(cohort.slug)]):
        before = members(cohort.pk)
        late = MembershipFactory.create(cohort=cohort)

        assert members(cohort.pk) == [late, *before]


def test_nothing_is_left_for_the_next_page(cohort: Cohort) -> None:
    with together([members.call(cohort.pk), cohorts.call(cohort.slug)]):
        pass
    late = MembershipFactory.create(cohort=cohort)

    assert members(cohort.pk)[0] == late


def test_a_query_without_rows_is_answered_too(db: None) -> None:
    with together([members.call(-1), cohorts.call("nowhere")]):
        assert (members(-1), cohorts("nowhere")) == ([], [])
