"""What the programme costs: grants with their budgets, and what was spent for each participant, completion and post.

Amounts stay in the currency they were given in; nothing is converted and different currencies are never added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy

from whitebox.people.models import Cohort
from whitebox.programme.facts import Fact
from whitebox.programme.models import BudgetLine, Donation, Grant

CENT = Decimal("0.01")
NOTHING = Decimal(0)
# What money is spent for, by the slug of the fact that counts it.
PER = {
    "enrolled": gettext_lazy("participant who joined"),
    "completed": gettext_lazy("participant who completed"),
    "posts": gettext_lazy("published post"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A grant with all that belongs to it."""

    grant: Grant
    donations: Sequence[Donation]
    lines: Sequence[BudgetLine]

    @property
    def raised(self) -> Decimal:
        return sum((one.amount for one in self.donations), NOTHING)

    @property
    def planned(self) -> Decimal:
        return sum((one.amount for one in self.lines), NOTHING)

    @property
    def spent(self) -> Decimal:
        return sum((one.spent for one in self.lines), NOTHING)

    @property
    def posts(self) -> Decimal:
        """Full-time posts that the budget pays."""
        return sum((one.fte for one in self.lines if one.fte is not None), NOTHING)

    @property
    def is_short(self) -> bool:
        """Whether less was raised than would be useful at all."""
        return self.raised < self.grant.minimum


@dataclass(frozen=True, slots=True)
class Cost:
    """What one of something cost, in one currency. `each` is None while there is none."""

    currency: str
    what: str
    spent: Decimal
    count: int

    @property
    def each(self) -> Decimal | None:
        return (self.spent / self.count).quantize(CENT, ROUND_HALF_UP) if self.count else None


def accounts(cohort: Cohort, first: date | None = None, last: date | None = None) -> list[Account]:
    """Return the grants whose period touches the days from `first` to `last`, the newest first: three queries."""
    touching = Q() if first is None else Q(ends_on__gte=first)
    touching &= Q() if last is None else Q(starts_on__lte=last)
    grants = Grant.objects.filter(touching, cohort=cohort).prefetch_related("donations", "lines")
    return [Account(one, [*one.donations.all()], [*one.lines.all()]) for one in grants.order_by("-starts_on", "pk")]


def costs(found: Sequence[Account], facts: Sequence[Fact]) -> list[Cost]:
    """Return what was spent in each currency for each participant, completion and post, whichever of them is counted.

    The whole of what these grants have spent by now is divided, whatever days the count is of: a budget line has no
    days of its own.
    """
    spent: dict[str, Decimal] = {}
    for one in found:
        spent[one.grant.currency] = spent.get(one.grant.currency, NOTHING) + one.spent
    counted = {fact.slug: int(fact.value or 0) for fact in facts if fact.slug in PER}
    return [
        Cost(currency, str(words), amount, counted[slug])
        for currency, amount in sorted(spent.items())
        for slug, words in PER.items()
        if slug in counted
    ]
