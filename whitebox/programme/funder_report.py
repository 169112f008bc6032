"""What funders get: a cohort in a period, each number with its definition and what it is a share of."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from whitebox.packs.models import PackVersion
from whitebox.people.models import Cohort
from whitebox.programme import facts, funnel, milestones, money
from whitebox.programme.facts import Fact
from whitebox.programme.funnel import Funnel
from whitebox.programme.milestones import Milestone
from whitebox.programme.money import Account, Cost
from whitebox.programme.periods import Period
from whitebox.text.spreadsheet import escaped


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page and the print show. The days are those of the cohort's calendar."""

    cohort: Cohort
    programme: str
    first: date
    last: date
    is_whole: bool  # the days do not matter: everything that ever happened is counted
    made_on: date
    milestones: Sequence[Milestone]  # as they stand on the day the report is made
    facts: Sequence[Fact]  # of the period
    funnel: Funnel  # of everybody who was chosen for this cohort
    accounts: Sequence[Account]
    costs: Sequence[Cost]


def first_day(cohort: Cohort, today: date) -> date:
    """Return where the report of a cohort begins unless somebody says otherwise: the day it started, or this year."""
    return min(cohort.starts_on or today.replace(month=1, day=1), today)


def of_cohort(cohort: Cohort, first: date, last: date, *, today: date) -> Report:
    """Collect the report of the days from `first` to `last`. Queries do not grow with the cohort."""
    ever = facts.of_cohort(cohort)
    accounts = money.accounts(cohort, first, last)
    version = PackVersion.objects.filter(adoptions__cohort=cohort).first()
    return Report(
        cohort=cohort,
        programme=version.title if version is not None else "",
        first=first,
        last=last,
        is_whole=False,
        made_on=today,
        milestones=milestones.of_cohort(cohort, today, ever),
        facts=facts.of_cohort(cohort, Period.of_days(first, last, cohort.tz)),
        funnel=funnel.of_cohort(cohort),
        accounts=accounts,
        costs=money.costs(accounts, ever),
    )


def whole(cohort: Cohort, *, today: date) -> Report:
    """Collect all that ever happened in a cohort, without its money. Queries do not grow with the cohort."""
    ever = facts.of_cohort(cohort)
    version = PackVersion.objects.filter(adoptions__cohort=cohort).first()
    return Report(
        cohort=cohort,
        programme=version.title if version is not None else "",
        first=first_day(cohort, today),
        last=today,
        is_whole=True,
        made_on=today,
        milestones=milestones.of_cohort(cohort, today, ever),
        facts=ever,
        funnel=funnel.of_cohort(cohort),
        accounts=[],
        costs=[],
    )


def sheet(found: Sequence[Fact]) -> str:
    """Return facts as CSV, each with its denominator and its definition. No cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["slug", "what", "number", "of", "definition"])
    for one in found:
        value = "" if one.value is None else str(one.value)
        of = "" if one.of is None else str(one.of)
        writer.writerow([escaped(cell) for cell in (one.slug, str(one.label), value, of, str(one.definition))])
    return text.getvalue()
