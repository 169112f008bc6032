from datetime import datetime, timedelta
from threading import Thread
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import F, FilteredRelation, Q, QuerySet
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.models import Cohort, Membership
from whitebox.prepared import MOST, Some, SomeTexts, prepared


@prepared
def of_cohort(cohort: int) -> QuerySet[Membership]:
    """Return the memberships of a cohort."""
    return Membership.objects.filter(cohort=cohort).select_related("user", "mentor__user").order_by("-pk")


def test_rows_are_those_of_the_queryset(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cohort = CohortFactory.create()
    mentored = MembershipFactory.create(cohort=cohort, mentor=MembershipFactory.create(cohort=cohort))
    MembershipFactory.create()

    with django_assert_num_queries(1):
        rows = of_cohort(cohort.pk)
        names = [(row.user.name, row.mentor and row.mentor.user.name) for row in rows]

    assert rows == list(of_cohort.build(cohort.pk))
    assert mentored.mentor is not None
    assert names == [(mentored.user.name, mentored.mentor.user.name), (mentored.mentor.user.name, None)]


def test_each_call_asks_anew_for_its_own_number(db: None) -> None:
    first, second = CohortFactory.create(), CohortFactory.create()
    [one, other] = [MembershipFactory.create(cohort=cohort) for cohort in (first, second)]

    assert (of_cohort(first.pk), of_cohort(second.pk)) == ([one], [other])

    later = MembershipFactory.create(cohort=first)

    assert of_cohort(first.pk) == [later, one]
    assert of_cohort(first.pk)[1] is not of_cohort(first.pk)[1]


@prepared
def among(cohorts: Some, names: SomeTexts, state: str) -> QuerySet[Membership, int]:
    found = Membership.objects.filter(cohort__in=cohorts, user__name__in=names, state=state)
    return found.order_by("pk").values_list("pk", flat=True)


@pytest.mark.parametrize("count", [1, 2, 3, 5, MOST])
def test_some_values_are_asked_about_at_once(
    db: None, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [MembershipFactory.create(user__name=f"Ana {number}") for number in range(count + 1)]
    asked = rows[:count]
    cohorts, names = [one.cohort_id for one in asked], [one.user.name for one in asked]

    with django_assert_num_queries(1):
        found = among(cohorts, names, "active")

    assert found == [one.pk for one in asked]
    assert among(cohorts[:1], names, "active") == [rows[0].pk]
    assert among(cohorts, names, "withdrawn") == []


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_none_or_too_many_values_are_refused(db: None, count: int) -> None:
    with pytest.raises(TypeError, match=f"from 1 to {MOST} of them, not {count}"):
        among([1] * count, ["Ana"], "active")


def test_numbers_find_their_places_among_other_parameters(db: None) -> None:
    @prepared
    def found(user: int, cohort: int) -> QuerySet[Membership, tuple[int, int]]:
        own = FilteredRelation("mentees", condition=Q(mentees__user=user))
        rows = Membership.objects.filter(role="mentor", cohort=cohort, state="active").annotate(own=own)
        return rows.annotate(mentee=F("own__pk")).values_list("pk", "mentee")

    mentor = MembershipFactory.create(role="mentor")
    mentee = MembershipFactory.create(cohort=mentor.cohort, mentor=mentor)
    MembershipFactory.create(cohort=mentor.cohort, mentor=mentor)

    assert found(mentee.user_id, mentor.cohort_id) == [(mentor.pk, mentee.pk)]


def test_a_text_finds_its_place_and_is_no_part_of_the_sql(db: None) -> None:
    @prepared
    def called(slug: str, pk: int) -> QuerySet[Cohort]:
        return Cohort.objects.filter(slug=slug, pk=pk)

    cohort = CohortFactory.create()

    assert called(cohort.slug, cohort.pk) == [cohort]
    assert called("' OR 1=1 --", cohort.pk) == []
    assert called(cohort.slug, cohort.pk + 1) == []


def test_a_moment_finds_its_place(db: None) -> None:
    @prepared
    def after(moment: datetime, role: str) -> QuerySet[Membership]:
        return Membership.objects.filter(joined_at__gt=moment, role=role)

    joined = MembershipFactory.create()

    assert after(joined.joined_at - timedelta(microseconds=1), joined.role) == [joined]
    assert after(joined.joined_at, joined.role) == []


def prepared_by_the_server() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE '%of_cohort%'")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_postgres_plans_it_once_a_connection() -> None:
    joined = MembershipFactory.create()
    connection.close()

    assert prepared_by_the_server() == []
    assert [of_cohort(joined.cohort_id) for _time in range(2)] == [[joined], [joined]]
    assert len(prepared_by_the_server()) == 1

    connection.close()  # a server that was restarted knows nothing

    assert of_cohort(joined.cohort_id) == [joined]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_on_the_server_behind_a_pooler_of_transactions() -> None:
    joined = MembershipFactory.create()
    connection.close()
    with patch.dict(connection.settings_dict, DISABLE_SERVER_SIDE_CURSORS=True):
        assert of_cohort(joined.cohort_id) == [joined]
        assert prepared_by_the_server() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_statement_outlives_a_transaction_that_is_rolled_back() -> None:
    joined = MembershipFactory.create()
    connection.close()
    with transaction.atomic():
        of_cohort(joined.cohort_id)
        transaction.set_rollback(True)

    assert of_cohort(joined.cohort_id) == [joined]


def test_values_are_those_of_the_model(db: None) -> None:
    joined = MembershipFactory.create()

    for _time in range(2):  # the converters of the second call are those of the first
        [row] = of_cohort(joined.cohort_id)
        assert (row.joined_at.tzinfo, row.user.zone) == (joined.joined_at.tzinfo, joined.user.zone)


def test_a_number_too_many_is_refused() -> None:
    with pytest.raises(TypeError, match="of_cohort takes 1 values, not 2"):
        of_cohort(1, 2)


def test_a_function_that_looks_at_its_numbers_is_refused() -> None:
    @prepared
    def doubled(cohort: int) -> QuerySet[Membership]:
        return Membership.objects.filter(cohort=2 * cohort)

    with pytest.raises(TypeError, match="hands only its values to its query"):
        doubled(1)


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection() -> None:
    joined = MembershipFactory.create()
    found = [of_cohort(joined.cohort_id)]

    def ask() -> None:
        found.append(of_cohort(joined.cohort_id))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == [[joined], [joined]]
