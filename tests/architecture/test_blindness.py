"""Non-interference: whoever applied, a reviewer gets the same bytes at every address, and so does the log.

One world is asked twice, with other people behind the same applications in between. Nothing here knows which pages
exist: the addresses come from the matrix of rights, the registry of the admin and the relations of the models. So does
what is sent to them. The world has a work test with a file that names its maker, and interviews, at a blind stage too.

An organizer who has still to read all of it blind is asked in the same way, and all are sent what forms send, in
`tests/applicants/test_own_reading_first.py`.
"""

import logging
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import calibrating, conflicts, reminders, slots, stage_letters
from applicants.addresses import address_key
from applicants.appointments import Booking, HandIn, WorkRedaction
from applicants.choices import AssignmentOrigin, BookingState, StageKind, WorkPart
from applicants.judgements import Assignment, Reviewer
from applicants.models import Application, Identity, Round, Upload
from applicants.procedures import Stage
from tests.applicants.readings import judge
from tests.architecture.rights import RULES, Rule
from tests.architecture.world import Visitor, World, make
from tests.factories.applicants import AssignmentFactory, ReviewerFactory
from tests.factories.appointments import BookingFactory, InterviewSlotFactory
from tests.factories.outbox import LetterFactory
from tests.pdfs import pdf
from whitebox.outbox.letters import Request
from whitebox.outbox.models import Letter
from whitebox.people.models import User
from whitebox.web import feed

pytestmark = pytest.mark.long

# The token and the key of a form, and the draw that a page offers, are other ones with each request.
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|\?seed=\d+|name="key" value="[0-9a-f-]{36}"')
DEEPEST = 4  # relations between a model and an identity


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who might have sent the same answers."""

    name: str
    email: str
    school: str
    links: str
    zone: str
    relations: str
    file: str


OTHERS = [
    Other("Zed Quintos-Other", "zed@uni.example", "Second Night School", "", "Europe/Berlin", "", "zed-quintos.pdf"),
    Other("أمل حسن", "a@b.example", "A" * 190, "https://b.example/amal", "Asia/Tokyo", "Uncle Bob\nBen", "سيرة.pdf"),
]


@pytest.fixture(scope="module")
def module_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield from made(tmp_path_factory.mktemp("blindness"))


def made(folder: Path) -> Iterator[World]:
    """Yield a world, which is taken back afterwards."""
    with transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            world = make(folder)
            _meet(world)
            for visitor in (Visitor.REVIEWER, Visitor.ORGANIZER):
                world.places[visitor] = feed.feed_of(world.people[visitor]).token
            for application in Application.objects.all():
                LetterFactory.create(
                    address="ana@example.test", about=f"applicants.application:{application.pk}", cohort=world.cohort
                )
        yield world
        transaction.set_rollback(True)


def _meet(world: World) -> None:
    """Hide who comes to interviews, let one be held and one lie ahead, and redact a part of handed-in work."""
    Stage.objects.filter(kind=StageKind.INTERVIEW).update(is_blind=True)
    round_ = Round.objects.get(slug=world.places["round"])
    reviewer = Reviewer.objects.get(round=round_, membership__user=world.people[Visitor.REVIEWER])
    ahead = Booking.objects.get(pk=world.places["booking"])
    over = InterviewSlotFactory.create(
        round=round_, interviewer=reviewer, starts_at=timezone.now() - timedelta(hours=2)
    )
    held = BookingFactory.create(slot=over, state=BookingState.HELD, ended_at=timezone.now())
    for booking in (ahead, held):
        application = booking.application
        AssignmentFactory.create(
            application=application, reviewer=reviewer, stage=application.stage, origin=AssignmentOrigin.BOOKING
        )
    world.places |= {"met": held.application.code}
    handed_in = HandIn.objects.get(pk=world.places["hand_in"])
    WorkRedaction.objects.create(hand_in=handed_in, part=WorkPart.TEXT, text="Two [removed].")


@pytest.fixture
def world(module_world: World, db: None, settings: Settings) -> World:
    settings.MEDIA_ROOT = module_world.uploads
    settings.SECOND_FACTOR_REQUIRED = False
    return module_world


def addresses(world: World) -> Iterator[str]:
    """Yield every address that can be asked for, with all that a reviewer may write behind it."""
    for visitor in (Visitor.REVIEWER, Visitor.ORGANIZER):
        yield reverse("web:calendar", args=[world.places[visitor]])
    yield from (reverse("admin:applicants_desk_read", args=[world.places[place]]) for place in ("tested", "met"))
    for rule in RULES:
        if not is_link_of_an_applicant(rule):
            yield reverse(rule.pattern, args=[world.places[place] for place in rule.places])
    yield from (reverse(f"admin:{name}") for name in ("index", "jsi18n", "password_change"))
    yield from (reverse("admin:app_list", args=[label]) for label in {m._meta.app_label for m in admin.site._registry})
    yield from stock_pages()
    yield from _autocompletes()
    for model in (Application, Identity, Upload):
        content = ContentType.objects.get_for_model(model).pk
        for row in model._default_manager.order_by("pk"):
            yield reverse("admin:view_on_site", args=[content, row.pk])


def stock_pages() -> Iterator[str]:
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listed = reverse(f"{name}_changelist")
        yield from (listed, reverse(f"{name}_add"))
        yield from (f"{listed}?{urlencode({key: value})}" for key, value in _questions(model))
        row = model._default_manager.order_by("pk").first()
        for page in ("change", "history", "delete"):
            yield reverse(f"{name}_{page}", args=[row.pk if row else 0])


def _questions(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    """Yield the searches, orders and look-ups that would tell who is behind a row."""
    yield from (("q", "Ana"), ("o", "-2"))
    for path in _ways_to(model, Identity):
        prefix = f"{path}__" if path else ""
        yield f"{prefix}name__startswith", "A"
        yield f"{prefix}zone", "Europe/Berlin"
    for path in _ways_to(model, Upload):
        yield f"{path}__filename__contains" if path else "filename__contains", "zed"


def _ways_to(model: type[models.Model], goal: type[models.Model]) -> list[str]:
    """Return the shortest look-up paths from a model to another, at most one for each first step."""
    found: dict[str, str] = {}
    seen, queue = {model}, deque([(model, "")])
    while queue:
        here, path = queue.popleft()
        if here is goal:
            found.setdefault(path.partition("__")[0], path)
            continue
        if path.count("__") >= DEEPEST:
            continue
        for field in here._meta.get_fields():
            target = field.related_model
            is_walked = target in seen and target is not goal
            if not isinstance(target, type) or is_walked or field.name.endswith("+"):
                continue
            seen.add(target)
            queue.append((target, f"{path}__{field.name}" if path else field.name))
    return list(found.values())


def _autocompletes() -> Iterator[str]:
    base = reverse("admin:autocomplete")
    for model in apps.get_app_config("applicants").get_models():
        for field in model._meta.fields:
            if field.is_relation:
                asked = {"app_label": "applicants", "model_name": model._meta.model_name, "field_name": field.name}
                yield f"{base}?{urlencode(asked | {'term': 'Ana'})}"


def become(other: Other, applications: models.QuerySet[Application]) -> None:
    """Put other people behind applications, one address each."""
    for place, application in enumerate(applications.order_by("pk")):
        email = f"{place}{other.email}"
        Identity.objects.filter(application=application).update(
            name=f"{other.name} {chr(65 + place)}",
            email=email,
            email_key=address_key(email),
            school=other.school,
            links=other.links,
            zone=other.zone,
            relations=other.relations,
        )
        for upload in Upload.objects.filter(application=application):
            # The same pages, as another person's program writes them.
            upload.file.save(other.file, ContentFile(pdf(author=other.name)), save=True)
        Upload.objects.filter(application=application).update(filename=other.file, size=place + 7)
        Letter.objects.filter(about=f"applicants.application:{application.pk}").update(
            address=email, text=f"Dear {other.name}"
        )
    for round_ in Round.objects.filter(applications__in=applications).distinct():
        conflicts.detect(round_)


Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]


def ask(
    world: World, address: str, visitor: Visitor = Visitor.REVIEWER, sent: Mapping[str, str] | None = None
) -> Answer:
    """Return the status, the bytes and the headers that a visitor gets; nothing that was written stays."""
    client = world.clients[visitor]
    client.raise_request_exception = False  # A library's list that cannot be searched fails for all alike.
    with transaction.atomic():
        response = client.get(address) if sent is None else client.post(address, sent)
        body = response.getvalue()
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)
    headers = tuple(sorted((name, value) for name, value in response.headers.items() if name != "Content-Length"))
    return response.status_code, CHANGING.sub(b"", body), headers


@pytest.mark.parametrize(
    ("is_superuser", "other"), [(False, OTHERS[0]), (True, OTHERS[1])], ids=["reviewer", "reviewer who runs the site"]
)
def test_a_reviewer_gets_the_same_bytes_whoever_applied(
    world: World, caplog: pytest.LogCaptureFixture, is_superuser: bool, other: Other
) -> None:
    User.objects.filter(pk=world.people[Visitor.REVIEWER].pk).update(is_superuser=is_superuser)
    asked = list(dict.fromkeys(addresses(world)))

    with time_machine.travel(timezone.now(), tick=False), caplog.at_level(logging.INFO):
        before = {address: ask(world, address) for address in asked}
        logged_before = [record.getMessage() for record in caplog.records]
        caplog.clear()
        become(other, Application.objects.filter(round__cohort=world.cohort))
        after = {address: ask(world, address) for address in asked}
        logged_after = [record.getMessage() for record in caplog.records]

    assert [address for address in asked if before[address] != after[address]] == []
    assert logged_before == logged_after
    assert len(asked) > 500


def test_letters_and_reminders_of_readers_are_the_same_whoever_applied(world: World) -> None:
    """With what they carry for calendars."""
    reader = world.people[Visitor.REVIEWER]
    bookings = Booking.objects.select_related(*slots.JOINED).order_by("pk")

    def told() -> list[Request]:
        moment = timezone.now() + timedelta(days=2, hours=12)
        due = [one for one in reminders.due(moment) if one.to == reader]
        made = [stage_letters.booked_with_you(one) for one in bookings]
        return [*due, *made, *map(stage_letters.given_back_to_you, bookings)]

    with time_machine.travel(timezone.now(), tick=False):
        before = told()
        become(OTHERS[0], Application.objects.filter(round__cohort=world.cohort))
        after = told()

    assert before == after
    assert sum(len(one.attachments) for one in before) >= 4


def test_the_desk_is_among_what_was_asked(world: World) -> None:
    shown = [
        rule.pattern
        for rule in RULES
        if "desk" in rule.pattern and rule.get[Visitor.REVIEWER] == "200" and ask(world, address(world, rule))[0] == 200
    ]

    assert "admin:applicants_desk_read" in shown
    assert "admin:applicants_desk_own" in shown
    assert "admin:applicants_desk_work" in shown
    for place in ("tested", "met"):
        assert ask(world, reverse("admin:applicants_desk_read", args=[world.places[place]]))[0] == 200


def desk_rules() -> list[Rule]:
    return [rule for rule in RULES if "applicants_desk" in rule.pattern and rule.get[Visitor.REVIEWER] == "200"]


def address(world: World, rule: Rule) -> str:
    return reverse(rule.pattern, args=[world.places[place] for place in rule.places])


def test_a_lookup_by_identity_is_among_what_was_asked() -> None:
    assert ("identity__name__startswith", "A") in set(_questions(Application))
    assert ("application__identity__name__startswith", "A") in set(_questions(Assignment))


def test_a_conflict_of_one_reviewer_changes_nothing_for_another(world: World) -> None:
    round_ = Round.objects.get(slug=world.places["round"])
    application = Application.objects.get(code=world.places["code"])
    other = ReviewerFactory.create(round=round_)
    AssignmentFactory.create(application=application, reviewer=other)
    asked = [address(world, rule) for rule in desk_rules()]

    with time_machine.travel(timezone.now(), tick=False):
        before = {address: ask(world, address) for address in asked}
        Identity.objects.filter(application=application).update(relations=other.membership.user.email)
        assert conflicts.detect(round_) == 1
        after = {address: ask(world, address) for address in asked}

    assert before == after


def test_whom_a_reviewer_knows_is_never_confirmed(world: World) -> None:
    """The list names somebody whose application is on the desk, and somebody who did not apply: the same bytes."""
    asked = [address(world, rule) for rule in desk_rules()]
    client = world.clients[Visitor.REVIEWER]
    found = []

    with time_machine.travel(timezone.now(), tick=False):
        for name in ("Ana Applicant", "Bob Nobodyxxx"):
            with transaction.atomic():
                Identity.objects.filter(application__code=world.places["code"]).update(name="Ana Applicant")
                said = client.post(reverse("admin:applicants_desk_known"), {"knows": name})
                pages = [ask(world, address) for address in asked]
                transaction.set_rollback(True)
            masked = [(status, body.replace(name.encode(), b"X"), headers) for status, body, headers in pages]
            found.append((said.status_code, said.headers.get("Location"), masked))

    assert found[0] == found[1]


def test_a_routed_reading_looks_like_every_other(world: World) -> None:
    asked = [address(world, rule) for rule in desk_rules()]

    with time_machine.travel(timezone.now(), tick=False):
        before = {address: ask(world, address) for address in asked}
        with transaction.atomic():
            Assignment.objects.update(origin=AssignmentOrigin.ROUTED, batch=None)
            after = {address: ask(world, address) for address in asked}
            transaction.set_rollback(True)

    assert before == after


def is_link_of_an_applicant(rule: Rule) -> bool:
    """Whoever has such a link is the applicant."""
    return any(place.endswith("token") for place in rule.places)


def test_what_others_gave_changes_no_byte_before_the_own_review_is_in(world: World) -> None:
    """Nor does what follows from it: the fit, the summary, the reading that is routed to somebody else."""
    asked = [address(world, rule) for rule in RULES if not is_link_of_an_applicant(rule)]
    round_ = Round.objects.get(slug=world.places["round"])
    application = Application.objects.get(code=world.places["code"])
    readers = [ReviewerFactory.create(round=round_) for _ in range(2)]

    with time_machine.travel(timezone.now(), tick=False):
        before = {address: ask(world, address) for address in asked}
        with transaction.atomic():
            for reader, level in zip(readers, (1, 5), strict=True):
                judge(application, reader, level)
            assert calibrating.refit(round_.pk, application.stage.slug if application.stage else "") is not None
            after = {address: ask(world, address) for address in asked}
            transaction.set_rollback(True)

    assert [address for address in asked if before[address] != after[address]] == []


def test_nothing_is_asked_of_identity_at_a_blind_stage(world: World) -> None:
    """The desk cannot show what it never reads."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for rule in desk_rules():
            ask(world, address(world, rule))

    # A file that is judged has to be found; what it was called is not asked for.
    files = [sql for sql in statements if Upload._meta.db_table in sql]
    assert [sql for sql in statements if Identity._meta.db_table in sql] == []
    assert [sql for sql in files if '"filename"' in sql or '"size"' in sql] == []
