"""Non-interference, by a swap: two people change places behind two applications, and a reviewer's answers stay whole.

`test_blindness.py` puts strangers behind every application. Here the same two people stay in the round, so that counts,
orders and conflicts of the round as a whole cannot differ; what remains is which of the two is whom. Everything that
draws at random draws the same, so that lengths, compressed ones too, tags and cookies are compared as they are sent.
"""

import logging
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction
from django.middleware import csrf
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import conflicts, rulebook
from applicants.addresses import address_key
from applicants.judgements import ConflictOfInterest
from applicants.models import Application, Identity, Round, Upload
from tests.architecture import test_blindness as sweep
from tests.architecture.test_blindness import OTHERS, Other, addresses
from tests.architecture.world import Visitor, World
from tests.factories.applicants import ReviewerFactory
from tests.factories.people import MembershipFactory
from tests.pdfs import pdf
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import User

Pair = tuple[Application, Application]


@pytest.fixture(scope="module")
def module_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield from sweep.made(tmp_path_factory.mktemp("swapped"))


@pytest.fixture
def world(module_world: World, db: None, settings: Settings) -> World:
    settings.MEDIA_ROOT = module_world.uploads
    settings.SECOND_FACTOR_REQUIRED = False
    return module_world


@pytest.fixture(autouse=True)
def _same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csrf, "_get_new_csrf_string", lambda: "A" * csrf.CSRF_SECRET_LENGTH)
    monkeypatch.setattr(secrets, "randbelow", lambda _below: 0)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=7))


def pairs_of(world: World) -> list[Pair]:
    """Return pairs that a reviewer meets: at the desk, and at the work test and the interview."""
    found = Application.objects.filter(round__slug=world.places["round"]).in_bulk(field_name="code")
    own = [one for one in found.values() if one.code not in {world.places["tested"], world.places["met"]}]
    at_desk = [one for one in own if one.uploads.exists()]
    return [(at_desk[0], at_desk[1]), (found[world.places["tested"]], found[world.places["met"]])]


def put_behind(application: Application, other: Other, place: int) -> None:
    """Let somebody be who applied, with the letters, and with their program's own marks on the same pages."""
    email = f"{place}{other.email}"
    Identity.objects.filter(application=application).update(
        name=other.name,
        email=email,
        email_key=address_key(email),
        school=other.school,
        links=other.links,
        zone=other.zone,
        relations=other.relations,
    )
    for upload in Upload.objects.filter(application=application):
        upload.file.save(other.file, ContentFile(pdf(author=other.name)), save=True)
        Upload.objects.filter(pk=upload.pk).update(filename=other.file, size=len(other.name))
    Letter.objects.filter(about=f"applicants.application:{application.pk}").update(
        address=email, text=f"Dear {other.name}"
    )


def settle(pairs: list[Pair], *, is_swapped: bool) -> None:
    """Put both people behind each pair, in one order or the other, and look for conflicts as the verbs do."""
    for one in (one for pair in pairs for one in pair):
        Identity.objects.filter(application=one).update(email_key=f"free-{one.pk}")  # A round knows an address once.
    for number, pair in enumerate(pairs):
        for one, other in zip(pair, OTHERS[::-1] if is_swapped else OTHERS, strict=True):
            put_behind(one, other, number)
    for round_ in Round.objects.filter(applications__in=[one for pair in pairs for one in pair]).distinct():
        conflicts.detect(round_)


Sent = tuple[tuple[str, str], ...]
Whole = tuple[int, bytes, tuple[tuple[str, str], ...], str]


@dataclass(frozen=True, slots=True)
class Question:
    address: str
    sent: Sent | None = None  # nothing is asked by GET


def judgements(pairs: list[Pair]) -> Iterator[Question]:
    """Yield what a reviewer sends from the desk about each application: what is kept, what is refused, and why."""
    for one in (one for pair in pairs for one in pair):
        revision = ("revision", str(one.revisions.latest("number").pk))
        rubric = rulebook.of(one).criteria[one.stage_id or 0]
        scores = tuple((f"level-{criterion.slug}", "3") for criterion in rubric)
        whole, half, submit = (revision, *scores), (revision, *scores[:1]), ("submit", "1")
        old = (("revision", "0"), *scores)
        of_read = (whole, (*whole, submit), (*half, submit), (revision, submit, ("note", "Why?")), old, (*old, submit))
        with_reason, without = (("reason", "We met once."),), (("reason", " "),)
        for name, sent in (
            ("read", of_read),
            ("draft", (whole, half, old)),
            ("recuse", (with_reason, without)),
            ("hand_back", (with_reason, without)),
        ):
            yield from (Question(reverse(f"admin:applicants_desk_{name}", args=[one.code]), each) for each in sent)


def ask(world: World, address: str, sent: Mapping[str, str] | None = None) -> Whole:
    """Return everything that is sent in answer: status, body, all headers, cookies. Nothing that was written stays."""
    client = world.clients[Visitor.REVIEWER]
    client.raise_request_exception = False
    with transaction.atomic():
        how: dict[str, Any] = {"headers": {"accept-encoding": "gzip"}}
        response = client.get(address, **how) if sent is None else client.post(address, sent, **how)
        body = response.getvalue()
        transaction.set_rollback(True)
    cookies = response.cookies.output()
    client.cookies.pop("messages", None)
    return response.status_code, body, tuple(sorted(response.headers.items())), cookies


def told(
    world: World, asked: list[Question], caplog: pytest.LogCaptureFixture
) -> tuple[dict[Question, Whole], list[str]]:
    caplog.clear()
    found = {one: ask(world, one.address, None if one.sent is None else dict(one.sent)) for one in asked}
    return found, [f"{record.name} {record.levelname} {record.getMessage()}" for record in caplog.records]


@pytest.mark.parametrize("is_superuser", [False, True], ids=["reviewer", "reviewer who runs the site"])
def test_two_who_change_places_change_no_byte(
    world: World, caplog: pytest.LogCaptureFixture, is_superuser: bool
) -> None:
    User.objects.filter(pk=world.people[Visitor.REVIEWER].pk).update(is_superuser=is_superuser)
    pairs = pairs_of(world)
    # Somebody else of the round is known to one of the two, so a conflict changes places with them.
    cousin = MembershipFactory.create(
        cohort=world.cohort, role=Role.REVIEWER, user__name="Bob Quintos-Other", user__is_staff=True
    )
    ReviewerFactory.create(round=pairs[0][0].round, membership=cousin)
    of_cousin = ConflictOfInterest.objects.filter(reviewer__membership=cousin)
    sent = list(judgements(pairs))
    asked = [*map(Question, dict.fromkeys(addresses(world))), *sent]

    with time_machine.travel(timezone.now(), tick=False), caplog.at_level(logging.INFO):
        settle(pairs, is_swapped=False)
        barred = set(of_cousin.values_list("application", flat=True))
        before, logged_before = told(world, asked, caplog)
        of_cousin.delete()
        settle(pairs, is_swapped=True)
        after, logged_after = told(world, asked, caplog)

    assert [one for one in asked if before[one] != after[one]] == []
    assert [pair for pair in zip(logged_before, logged_after, strict=True) if pair[0] != pair[1]] == []
    assert barred
    assert barred != set(of_cousin.values_list("application", flat=True))
    shown = [one for one in before.values() if one[0] == 200]
    assert len(shown) > 20
    assert any("Content-Encoding" in dict(headers) for _status, _body, headers, _cookies in shown)
    assert any("Content-Length" in dict(headers) for _status, _body, headers, _cookies in shown)
    # Kept, kept and on to the next, gone with another page, refused in words.
    assert {before[one][0] for one in sent} >= {204, 302, 404, 409}
