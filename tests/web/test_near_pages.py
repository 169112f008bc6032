"""Lists of the admin count as far as one can page, and fetch few rows by their keys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.people import UserFactory
from whitebox.admin_look import AtLeast, NearPages
from whitebox.people.models import User

pytestmark = pytest.mark.django_db


def test_few_rows_come_by_their_keys_in_the_order_asked_for() -> None:
    people = UserFactory.create_batch(5)
    pages = NearPages(User.objects.filter(pk__in=[one.pk for one in people]).order_by("-pk"), 2, page=1)
    assert (pages.count, pages.num_pages) == (5, 3)

    late = UserFactory.create()
    with CaptureQueriesContext(connection) as asked:
        shown = [one.pk for number in pages.page_range for one in pages.page(number)]

    assert shown == sorted((one.pk for one in people), reverse=True)
    assert late.pk not in shown
    assert len(asked) == 3


def test_keys_are_those_of_the_rows_that_were_counted() -> None:
    UserFactory.create_batch(3)
    pages = NearPages(User.objects.order_by("-pk"), 2, page=1)
    assert pages.count == User.objects.count()
    late = UserFactory.create()

    assert late.pk not in [one.pk for one in pages.page(1)]


def test_counting_ends_where_paging_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NearPages, "AHEAD", 1)
    UserFactory.create_batch(5)
    pages = NearPages(User.objects.order_by("-pk"), 2, page=1)

    assert isinstance(pages.count, AtLeast)
    assert str(pages.count) == "more than 4"
    assert len(pages.page(1)) == 2


def test_far_pages_are_counted_without_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NearPages, "FEW", 1)
    UserFactory.create_batch(3)
    pages = NearPages(User.objects.order_by("-pk"), 2, page=1)

    with CaptureQueriesContext(connection) as asked:
        assert pages.count == User.objects.count()
    assert "COUNT(" in asked[0]["sql"].upper()


def test_rows_can_be_counted_in_their_order() -> None:
    people = UserFactory.create_batch(3)
    rows = User.objects.filter(pk__in=[one.pk for one in people]).order_by("-pk")

    with CaptureQueriesContext(connection) as asked:
        counts = [NearPages(rows, 2, page=1, is_in_order=ordered).count for ordered in (False, True)]

    assert counts == [3, 3]
    assert ["ORDER BY" in one["sql"] for one in asked.captured_queries] == [False, True]
