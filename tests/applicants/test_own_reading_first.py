"""Non-interference for organizers who still read blind, and for all that is sent: see `test_blindness.py`."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import calibrating
from applicants.models import Application, Round
from tests.applicants.readings import judge
from tests.architecture import test_blindness as sweep
from tests.architecture.rights import RULES
from tests.architecture.test_blindness import OTHERS, address, addresses, ask, become, is_link_of_an_applicant
from tests.architecture.world import Visitor, World
from tests.factories.applicants import AssignmentFactory, ReviewerFactory
from whitebox.people.models import User

pytestmark = pytest.mark.long

OURS = re.compile(r"applicants|^web:")  # what has to do with applicants


@pytest.fixture(scope="module")
def module_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield from sweep.made(tmp_path_factory.mktemp("blindness"))


@pytest.fixture
def world(module_world: World, db: None, settings: Settings) -> World:
    settings.MEDIA_ROOT = module_world.uploads
    settings.SECOND_FACTOR_REQUIRED = False
    return module_world


def sent_to(world: World) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield everything that is sent to an address of ours, by the matrix and as nobody should."""
    for rule in RULES:
        if is_link_of_an_applicant(rule) or not OURS.search(rule.pattern):
            continue
        yield address(world, rule), dict(rule.data(world))
        yield address(world, rule), {"reason": "Why.", "submit": "1", "state": "held", "part": "file", "hand_in": "1"}


@pytest.mark.parametrize("visitor", [Visitor.REVIEWER, Visitor.ORGANIZER])
def test_what_is_sent_is_answered_by_the_same_bytes_whoever_applied(
    world: World, caplog: pytest.LogCaptureFixture, visitor: Visitor
) -> None:
    if visitor == Visitor.ORGANIZER:
        read_blind(world)
    asked = list(sent_to(world))

    with time_machine.travel(timezone.now(), tick=False), caplog.at_level(logging.INFO):
        before = [ask(world, address, visitor, sent) for address, sent in asked]
        logged_before = [record.getMessage() for record in caplog.records]
        caplog.clear()
        become(OTHERS[0], Application.objects.filter(round__cohort=world.cohort))
        after = [ask(world, address, visitor, sent) for address, sent in asked]
        logged_after = [record.getMessage() for record in caplog.records]

    telling = [one for one, old, new in zip(asked, before, after, strict=True) if old != new]
    assert telling == []
    assert logged_before == logged_after
    assert len(asked) > 100


def read_blind(world: World) -> None:
    """Give the organizer every application to read, at the blind stage where it is."""
    organizer = world.people[Visitor.ORGANIZER]
    for round_ in Round.objects.filter(cohort=world.cohort):
        own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get(cohort=world.cohort))
        for application in Application.objects.filter(round=round_, stage__isnull=False):
            AssignmentFactory.create(application=application, reviewer=own, stage=application.stage)


def test_an_organizer_who_still_reads_blind_gets_the_same_bytes_whoever_applied(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """One who runs the site too, which gives no exemption."""
    read_blind(world)
    User.objects.filter(pk=world.people[Visitor.ORGANIZER].pk).update(is_superuser=True)
    asked = list(dict.fromkeys(addresses(world)))

    with time_machine.travel(timezone.now(), tick=False), caplog.at_level(logging.INFO):
        before = {address: ask(world, address, Visitor.ORGANIZER) for address in asked}
        logged_before = [record.getMessage() for record in caplog.records]
        caplog.clear()
        become(OTHERS[1], Application.objects.filter(round__cohort=world.cohort))
        after = {address: ask(world, address, Visitor.ORGANIZER) for address in asked}
        logged_after = [record.getMessage() for record in caplog.records]

    assert [address for address in asked if before[address] != after[address]] == []
    assert logged_before == logged_after
    assert any(status == 200 and b"Pipeline" in body for status, body, _headers in before.values())


# What is of the whole round and says nothing about one application: see decision 31.
OF_THE_ROUND = {
    "applicants_board", "applicants_scales", "applicants_readings", "applicants_sources",
    "programme:funnel", "programme:funnel_sheet", "programme:funder", "programme:funder_pdf",
    "programme:cohort_report", "programme:cohort_sheet",
}  # fmt: skip


def test_an_organizer_who_still_reads_learns_nothing_of_what_others_found(world: World) -> None:
    read_blind(world)
    rules = [rule for rule in RULES if not is_link_of_an_applicant(rule)]
    asked = {address(world, rule): rule.pattern.removeprefix("admin:") for rule in rules}
    round_ = Round.objects.get(slug=world.places["round"])
    application = Application.objects.get(code=world.places["code"])
    readers = [ReviewerFactory.create(round=round_) for _ in range(2)]
    for reader in readers:
        AssignmentFactory.create(application=application, reviewer=reader, stage=application.stage)

    with time_machine.travel(timezone.now(), tick=False):
        before = {address: ask(world, address, Visitor.ORGANIZER) for address in asked}
        with transaction.atomic():
            for reader, level in zip(readers, (1, 5), strict=True):
                judge(application, reader, level)
            assert calibrating.refit(round_.pk, application.stage.slug if application.stage else "") is not None
            after = {address: ask(world, address, Visitor.ORGANIZER) for address in asked}
            transaction.set_rollback(True)

    telling = {asked[address] for address in asked if before[address] != after[address]}
    assert telling <= OF_THE_ROUND
