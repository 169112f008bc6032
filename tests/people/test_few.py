"""Rows of few other rows: the same as `__in` finds, by the index."""

import pytest
from django.db import connection
from django.db.models import Q

from tests.factories.people import MembershipFactory
from whitebox.people.models import Membership, MembershipChange


def record(first: int) -> Q:
    return Q(membership__among_few=Membership.objects.of_record(first).values("pk"))


def test_the_same_rows_are_found_as_by_in(db: None) -> None:
    first, other = MembershipFactory.create(), MembershipFactory.create()
    later = MembershipFactory.create(user=first.user, began_as=first)
    for one in (first, later, other):
        MembershipChange.objects.create(membership=one, entered="active")

    found = MembershipChange.objects.filter(record(first.pk))

    assert {row.membership_id for row in found} == {first.pk, later.pk}
    assert not MembershipChange.objects.filter(record(-1)).exists()


@pytest.mark.postgres
def test_postgresql_takes_the_index_of_the_foreign_key(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = MembershipChange.objects.filter(record(1)).explain()

    assert "Index Cond: (membership_id = ANY (" in plan
