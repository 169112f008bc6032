"""Factories of what became of people, and of money: no surprises, every value can be given."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership, MembershipChange
from whitebox.programme.choices import PlacementKind, Work
from whitebox.programme.models import Certificate, Grant, Placement


def finished(at: datetime | None = None, **facts: Any) -> Membership:
    """Return somebody who completed the programme, 100 days ago unless `at` says when."""
    member: Membership = MembershipFactory.create(state=MembershipState.COMPLETED, **facts)
    MembershipChange.objects.create(
        membership=member,
        left=MembershipState.ACTIVE,
        entered=MembershipState.COMPLETED,
        at=at or timezone.now() - timedelta(days=100),
    )
    return member


class PlacementFactory(DjangoModelFactory[Placement]):
    class Meta:
        model = Placement

    membership = SubFactory(MembershipFactory)
    kind = PlacementKind.FELLOWSHIP
    work = Work.SAFETY
    organisation = Sequence(lambda n: f"Institute {n}")
    starts_on = date(2026, 10, 1)
    evidence_url = "https://example.test/people"


class CertificateFactory(DjangoModelFactory[Certificate]):
    class Meta:
        model = Certificate

    membership = SubFactory(MembershipFactory)
    code = Sequence(lambda n: f"code-{n:04}")
    holder = "Ana Reyes"
    conditions = ["Everything is mastered."]


class GrantFactory(DjangoModelFactory[Grant]):
    class Meta:
        model = Grant

    cohort = SubFactory(CohortFactory)
    name = Sequence(lambda n: f"Grant {n}")
    currency = "PHP"
    asked = Decimal(500_000)
    minimum = Decimal(200_000)
    starts_on = date(2026, 9, 1)
    ends_on = date(2027, 2, 28)
