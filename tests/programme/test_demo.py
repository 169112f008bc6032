"""What the programme itself adds to the demonstration."""

import random

from django.utils import timezone

from tests.factories.people import MembershipFactory, UserFactory
from whitebox.packs.models import PackVersion
from whitebox.people.choices import Role
from whitebox.programme import demo, money, progress_page
from whitebox.programme.demonstration import World


def test_the_demonstration_has_money_and_a_public_page(db: None) -> None:
    organizer = MembershipFactory.create(role=Role.ORGANIZER)
    version = PackVersion.objects.create(pack="tiny", number=1, digest="d", title="Tiny")
    reviewer, adviser = UserFactory.create(), UserFactory.create()
    world = World(random.Random(1), timezone.now(), organizer.cohort, version, organizer.user, reviewer, adviser)

    demo.fill(world)

    [account] = money.accounts(organizer.cohort)
    assert not account.is_short
    assert 0 < account.spent < account.planned
    assert progress_page.is_public(organizer.cohort)
