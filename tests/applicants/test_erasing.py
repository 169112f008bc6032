from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import applying, decisions, dossiers, erasing, redactions, reviewing, sources, uploads
from applicants.appointments import HandIn, WorkTest
from applicants.choices import ApplicationState, ConflictOrigin, DecisionCode, OfferState
from applicants.conflicts import record
from applicants.invariants import INVARIANTS
from applicants.judgements import Decision, Reconciliation, Review
from applicants.models import Application, Draft, Identity, Revision, Round, Upload
from applicants.procedures import Criterion
from applicants.return_links import token_of
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import (
    ANSWERS,
    ApplicationFactory,
    AssignmentFactory,
    OfferFactory,
    ReviewerFactory,
    RoundFactory,
)
from tests.factories.people import MembershipFactory
from whitebox.outbox.models import Letter

NOW = timezone.now()
SECRETS = ("Zenobia", "zenobia@", "Quux Institute", "unmistakable")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def decided(letters: None) -> Application:
    """An application with all that can stand around it, full of words that name its person."""
    application: Application = ApplicationFactory.create(
        source="dlsu", parts__name="Zenobia Quuxley", parts__email="zenobia@example.test",
        parts__answers=ANSWERS | {"why": "An unmistakable reason."},
    )  # fmt: skip
    Identity.objects.filter(application=application).update(
        school="Quux Institute", links="https://quux.example/zenobia", relations="Zenobia's aunt"
    )
    application.identity.refresh_from_db()
    organizer = organizer_of(application.round.cohort)
    saved = uploads.keep(application, "work", SimpleUploadedFile("zenobia unmistakable.pdf", b"%PDF-1.7"))
    for model in (Draft, Revision):
        model._default_manager.filter(application=application).update(
            answers=ANSWERS | {"why": "An unmistakable reason.", "work": str(saved.pk)}
        )
    revision = application.revisions.get()
    redactions.redact(application, revision, "why", "An unmistakable [removed].", by=organizer)
    reading = AssignmentFactory.create(application=application)
    levels = dict.fromkeys(Criterion.objects.filter(rubric__stages=application.stage), 4)
    reviewing.submit(reading, revision, levels, "Unmistakable Zenobia.", by=reading.reviewer.membership.user)
    record(
        ReviewerFactory.create(round=application.round), application, origin=ConflictOrigin.DETECTED, reason="zenobia@"
    )
    assert application.stage is not None
    Reconciliation.objects.create(application=application, stage=application.stage, text="Zenobia again.")
    task = WorkTest.objects.create(application=application, stage=application.stage, due_at=NOW + timedelta(days=1))
    HandIn.objects.create(work_test=task, number=1, text="unmistakable work", key=application.token_nonce)
    made = decisions.decide(
        application, DecisionCode.DECLINE_WITH_ENCOURAGEMENT, reason="Zenobia Quuxley lacks time.", by=organizer,
        encouragement="Dear Zenobia, go on.",
    )  # fmt: skip
    decisions.release([made], by=organizer)
    return application


def words_about(application: Application) -> Iterator[str]:
    """Yield every row of every table in which a secret stands."""
    for model in apps.get_models():
        if model._meta.app_label in {"contenttypes", "sessions", "auth"}:
            continue
        for row in model._default_manager.values():
            text = str(row)
            yield from (f"{model._meta.label} {row['id']}: {word}" for word in SECRETS if word.lower() in text.lower())


def test_nothing_of_the_person_is_left_in_any_table_or_folder(
    decided: Application, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    before = {line.split()[0] for line in words_about(decided)}
    files = [path for path in media.rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):
        erased = [erasing.erase(decided, now=NOW) for _twice in range(2)]

    assert len(before) > 8
    assert len(files) == 1
    assert erased == [True, False]
    assert list(words_about(decided)) == []
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert not Upload.objects.exists()


def test_what_was_decided_and_scored_stays(decided: Application, client: Client) -> None:
    erasing.erase(decided, now=NOW)

    decision = Decision.objects.get()
    assert dossiers.differences(dossiers.of_application(decided)[0]) == []
    assert (decision.code, decision.reason[-11:]) == (DecisionCode.DECLINE_WITH_ENCOURAGEMENT, "lacks time.")
    assert decision.released_at is not None
    assert str(Review.objects.get().total) == "4.000"
    assert {letter.kind for letter in Letter.objects.all()} == {"decline-with-encouragement"}
    assert sources.funnel(decided.round, organizer_of(decided.round.cohort)).together.submitted == 1
    assert [list(one.broken()) for one in INVARIANTS] == [[] for _one in INVARIANTS]


def test_the_pages_of_an_erased_application_open_for_organizers_only(decided: Application, client: Client) -> None:
    token = token_of(decided)
    erasing.erase(decided, now=NOW)
    organizer = organizer_of(decided.round.cohort)

    gone = client.get(reverse("applicants:status", args=[token])).status_code
    client.force_login(organizer)
    pages = ["admin:applicants_pipeline", "admin:applicants_redactions", "admin:applicants_sources"]
    shown = [client.get(reverse(page, args=[decided.round.slug])).status_code for page in pages]
    answers = client.get(reverse("admin:applicants_answers", args=[decided.code]))

    assert gone == 404
    assert shown == [200, 200, 200]
    assert "erased" in answers.content.decode()


def closed(**fields: Any) -> Round:
    made: Round = RoundFactory.create(
        opens_at=NOW - timedelta(days=500), closes_at=NOW - timedelta(days=400), keep_months=12, **fields
    )
    return made


def test_retention_takes_whoever_was_not_taken_and_may_come_twice(letters: None) -> None:
    old, young = closed(), RoundFactory.create(opens_at=NOW - timedelta(days=310), closes_at=NOW - timedelta(days=300))
    rows = {
        "rejected": ApplicationFactory.create(round=old),
        "draft": ApplicationFactory.create(round=old, state=ApplicationState.DRAFT),
        "withdrawn": ApplicationFactory.create(round=old),
        "offered": OfferFactory.create(decision__application__round=old).application,
        "expired": OfferFactory.create(decision__application__round=old, state=OfferState.EXPIRED).application,
        "young": ApplicationFactory.create(round=young, state=ApplicationState.DRAFT),
        "member": ApplicationFactory.create(
            round=old, state=ApplicationState.ENROLLED, membership=MembershipFactory.create(cohort=old.cohort)
        ),
    }
    applying.withdraw(rows["withdrawn"])

    counts = [erasing.retain(NOW) for _twice in range(2)]

    for row in rows.values():
        row.refresh_from_db()
    assert counts == [4, 0]
    assert {name for name, row in rows.items() if row.erased_at} == {"rejected", "draft", "withdrawn", "expired"}


def test_retention_follows_the_setting_of_the_round(db: None) -> None:
    application = ApplicationFactory.create(round=closed())
    Round.objects.update(keep_months=24)

    early = erasing.retain(NOW)
    Round.objects.update(keep_months=1)
    late = erasing.retain(NOW)

    application.refresh_from_db()
    assert (early, late, application.erased_at) == (0, 1, NOW)


def test_a_file_that_an_interrupted_erasure_left_goes_with_the_next(
    decided: Application, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=False):
        erasing.erase(decided, now=NOW)  # and the process dies before its hooks
    left = Upload.objects.count()

    erasing.retain(NOW)

    assert (left, Upload.objects.count()) == (1, 0)
    assert [path for path in media.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("moment", "months", "after"),
    [
        (datetime(2026, 1, 31, 4, tzinfo=UTC), 1, datetime(2026, 2, 28, 4, tzinfo=UTC)),
        (datetime(2026, 12, 31, 4, tzinfo=UTC), 2, datetime(2027, 2, 28, 4, tzinfo=UTC)),
        (datetime(2024, 2, 29, 4, tzinfo=UTC), 12, datetime(2025, 2, 28, 4, tzinfo=UTC)),
        (datetime(2026, 3, 31, 17, tzinfo=UTC), 1, datetime(2026, 4, 30, 17, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_a_calendar(moment: datetime, months: int, after: datetime) -> None:
    assert erasing.months_after(moment, months, "Asia/Manila") == after


@pytest.mark.parametrize("rows", [1, 3])
def test_a_tick_without_anything_to_erase_asks_little(db: None, django_assert_num_queries: Any, rows: int) -> None:
    for _row in range(rows):
        ApplicationFactory.create()

    with django_assert_num_queries(2):  # rounds that are over, files that are left
        erasing.retain(NOW)
