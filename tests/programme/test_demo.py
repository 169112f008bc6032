"""What the programme itself adds to the demonstration."""

import random
import socket

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.factories.people import MembershipFactory, UserFactory
from whitebox.packs.models import PackVersion
from whitebox.people.choices import Role
from whitebox.programme import demo, facts, money, progress_page
from whitebox.programme.demonstration import World


def world_of(people: int) -> World:
    organizer = MembershipFactory.create(role=Role.ORGANIZER)
    version = PackVersion.objects.create(pack="tiny", number=1, digest="d", title="Tiny")
    reviewer, adviser = UserFactory.create(), UserFactory.create()
    joined = MembershipFactory.create_batch(people, cohort=organizer.cohort, role=Role.PARTICIPANT)
    made = World(random.Random(1), timezone.now(), organizer.cohort, version, organizer.user, reviewer, adviser)
    made.participants.extend(joined)
    return made


def test_the_demonstration_has_money_and_a_public_page(db: None) -> None:
    world = world_of(0)

    demo.fill(world)

    [account] = money.accounts(world.cohort)
    assert not account.is_short
    assert 0 < account.spent < account.planned
    assert progress_page.is_public(world.cohort)


def test_the_demonstration_has_outcomes_that_the_reports_tell_apart(db: None) -> None:
    world = world_of(10)

    demo.fill(world)

    counted = {one.slug: one.value for one in facts.of_cohort(world.cohort) if one.slug.startswith("placed")}
    assert counted == {"placed": 2, "placed_safety": 0, "placed_other": 1, "placed_capabilities": 0}


def test_a_port_that_is_taken_is_named_before_anything_is_filled(settings: Settings) -> None:
    settings.DEBUG = True
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with pytest.raises(CommandError, match=rf"Port {taken} cannot be used: .*PORT=9000 make demo"):
            call_command("demo", "--port", str(taken))
    with pytest.raises(CommandError, match="Port 70000 cannot be used"):
        call_command("demo", "--port", "70000")
