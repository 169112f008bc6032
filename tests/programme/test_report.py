"""Money, and the funder's report to read and to print."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories.people import CohortFactory, MembershipFactory
from tests.factories.programme import GrantFactory, PlacementFactory
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort
from whitebox.programme import facts, funder_report, money, printing
from whitebox.programme.facts import Fact
from whitebox.programme.models import BudgetLine, Donation, Grant
from whitebox.programme.templatetags.programme import amount


def funded(cohort: Cohort, spent: int, **facts: object) -> Grant:
    grant: Grant = GrantFactory.create(cohort=cohort, **facts)
    BudgetLine.objects.create(grant=grant, name="Teaching", amount=spent * 2, spent=spent, fte="0.50")
    return grant


def reader(cohort: Cohort, role: Role = Role.ORGANIZER) -> Client:
    client = Client()
    client.force_login(MembershipFactory.create(cohort=cohort, role=role).user)
    return client


# Money


def test_an_account_adds_up_donations_and_lines(db: None) -> None:
    cohort = CohortFactory.create()
    grant = funded(cohort, 1000)
    BudgetLine.objects.create(grant=grant, name="Rooms", amount=500, spent=100)
    for given in (150_000, 49_999):
        Donation.objects.create(grant=grant, donor="Somebody", amount=given, received_on=date(2026, 9, 1))

    [account] = money.accounts(cohort)

    found = [account.raised, account.planned, account.spent, account.posts]
    assert found == [Decimal(199_999), Decimal(2500), Decimal(1100), Decimal("0.50")]
    assert account.is_short


def test_costs_are_divided_by_what_is_counted_in_each_currency(db: None) -> None:
    cohort = CohortFactory.create()
    MembershipFactory.create_batch(2, cohort=cohort)
    MembershipFactory.create(cohort=cohort, state=MembershipState.COMPLETED)
    for spent, currency in ((1000, "PHP"), (500, "PHP"), (70, "USD")):
        funded(cohort, spent, currency=currency)

    found = money.costs(money.accounts(cohort), facts.of_cohort(cohort))

    each = {(one.currency, one.what): one.each for one in found}
    assert each["PHP", "participant who joined"] == Decimal("500.00")
    assert each["PHP", "participant who completed"] == Decimal("1500.00")
    assert each["USD", "participant who joined"] == Decimal("23.33")


def test_without_anybody_there_is_no_cost_of_one(db: None) -> None:
    cohort = CohortFactory.create()
    funded(cohort, 1000)

    found = money.costs(money.accounts(cohort), facts.of_cohort(cohort))

    assert {one.each for one in found} == {None}


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 1, 1), date(2026, 8, 31), 0),
        (date(2026, 1, 1), date(2026, 9, 1), 1),
        (date(2027, 2, 28), date(2027, 3, 1), 1),
        (date(2027, 3, 1), date(2027, 3, 2), 0),
    ],
)
def test_grants_belong_to_a_report_whose_days_they_touch(db: None, first: date, last: date, count: int) -> None:
    cohort = CohortFactory.create()
    funded(cohort, 1000)

    assert len(money.accounts(cohort, first, last)) == count


@pytest.mark.parametrize(
    ("value", "shown"),
    [("12500", "PHP 12,500"), ("12500.50", "PHP 12,500.50"), ("0.05", "PHP 0.05"), ("1234567", "PHP 1,234,567")],
)
def test_amounts_keep_their_currency(value: str, shown: str) -> None:
    assert amount(Decimal(value), "PHP") == shown


@pytest.mark.parametrize("grants", [1, 3])
def test_the_page_of_money_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, grants: int
) -> None:
    cohort = CohortFactory.create()
    for _grant in range(grants):
        funded(cohort, 1000)
    client = reader(cohort)

    with django_assert_num_queries(22):
        client.get(reverse("programme:money", args=[cohort.slug]))


# The report


def test_the_report_counts_what_happened_in_its_days(db: None) -> None:
    cohort = CohortFactory.create()
    member = MembershipFactory.create(cohort=cohort)
    PlacementFactory.create(membership=member, starts_on=date(2026, 10, 1))
    client = reader(cohort)

    shown = {
        last: client.get(
            reverse("programme:funder", args=[cohort.slug]), {"first": "2026-09-01", "last": last}
        ).context["report"]
        for last in ("2026-09-30", "2026-10-01")
    }

    numbers = {last: {fact.slug: fact.value for fact in report.facts}["placed"] for last, report in shown.items()}
    assert numbers == {"2026-09-30": 0, "2026-10-01": 1}


@pytest.mark.parametrize(
    "asked",
    [{"first": "x"}, {"first": "2026-10-02", "last": "2026-10-01"}, {"first": "0001-01-01", "last": "9999-12-31"}],
)
def test_days_that_make_no_sense_are_said_and_the_usual_ones_shown(db: None, asked: dict[str, str]) -> None:
    cohort = CohortFactory.create()

    answer = reader(cohort).get(reverse("programme:funder", args=[cohort.slug]), asked)

    assert answer.status_code == 422
    assert answer.context["report"].last >= answer.context["report"].first


def test_every_number_has_its_definition(db: None) -> None:
    cohort = CohortFactory.create()
    day = date(2026, 10, 1)

    report = funder_report.of_cohort(cohort, day, day, today=day)

    assert [fact.slug for fact in report.facts if not fact.definition] == []


def test_the_report_names_nobody(db: None) -> None:
    cohort = CohortFactory.create()
    member = MembershipFactory.create(cohort=cohort, state=MembershipState.COMPLETED)
    PlacementFactory.create(membership=member)
    Donation.objects.create(grant=funded(cohort, 1), donor="Generous Gina", amount=5, received_on=date(2026, 9, 1))
    client = reader(cohort, Role.ADVISER)

    shown = client.get(reverse("programme:funder", args=[cohort.slug])).content.decode()

    assert member.user.name not in shown
    assert "Institute" not in shown
    assert "Generous Gina" not in shown


@pytest.mark.parametrize("people", [1, 3])
def test_the_report_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    cohort = CohortFactory.create()
    MembershipFactory.create_batch(people, cohort=cohort)
    client = reader(cohort)

    with django_assert_num_queries(41):
        client.get(reverse("programme:funder", args=[cohort.slug]))


def test_the_report_is_a_pdf(db: None) -> None:
    cohort = CohortFactory.create()
    funded(cohort, 1000)

    answer = reader(cohort).get(reverse("programme:funder_pdf", args=[cohort.slug]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert cohort.slug in answer["Content-Disposition"]


def test_without_the_libraries_it_says_what_is_missing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_pango(*_arguments: object, **_options: object) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(printing, "_libraries", without_pango)
    cohort = CohortFactory.create()
    page = reverse("programme:funder", args=[cohort.slug])

    answer = reader(cohort).get(reverse("programme:funder_pdf", args=[cohort.slug]), HTTP_REFERER=page, follow=True)

    assert answer.redirect_chain
    assert "This server cannot make PDFs" in answer.content.decode()


def test_a_print_fetches_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>Zanzibar</text></svg>')

    def sizes(page: str) -> int:
        monkeypatch.setattr(printing, "render_to_string", lambda *_arguments: page)
        return len(printing.pdf("x", {}))

    assert sizes(f"<p>Text</p><img src='{picture.as_uri()}' alt=''>") == sizes("<p>Text</p>")


# The whole cohort on one page


def test_the_page_of_a_cohort_counts_whatever_the_days_and_names_nobody(db: None) -> None:
    cohort = CohortFactory.create(starts_on=date(2026, 9, 7))
    member = MembershipFactory.create(cohort=cohort, user__name="Ana Reyes")
    PlacementFactory.create(membership=member, starts_on=date(2031, 1, 1))
    client = reader(cohort, Role.ADVISER)

    shown = client.get(reverse("programme:cohort_report", args=[cohort.slug]))
    funders = client.get(reverse("programme:funder", args=[cohort.slug]))

    def placed(answer: Any) -> object:
        return next(fact.value for fact in answer.context["report"].facts if fact.slug == "placed")

    assert (placed(shown), placed(funders)) == (1, 0)  # it begins in years: the period of the other one is over
    page = shown.content.decode()
    assert "Ana Reyes" not in page
    assert "From applied to placed" in page
    assert "Money" not in page.partition("<main")[2].partition("</nav>")[2]


def test_the_numbers_of_a_cohort_are_a_sheet_without_formulas(db: None) -> None:
    cohort = CohortFactory.create()
    PlacementFactory.create(membership=MembershipFactory.create(cohort=cohort))

    answer = reader(cohort).get(reverse("programme:cohort_sheet", args=[cohort.slug]))

    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    [line] = [one for one in rows if one["slug"] == "placed"]
    assert (line["number"], line["of"]) == ("1", "1")
    assert line["definition"].startswith("People with such a placement")
    assert funder_report.sheet([Fact("x", "=1+1", None)]).splitlines()[1] == "x,'=1+1,,,"


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_a_cohort_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    cohort = CohortFactory.create()
    MembershipFactory.create_batch(people, cohort=cohort)
    client = reader(cohort)

    with django_assert_num_queries(27):
        client.get(reverse("programme:cohort_report", args=[cohort.slug]))
