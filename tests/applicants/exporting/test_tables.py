import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import conflicts, decisions, reviewing, uploads
from applicants.choices import ApplicationState, ConflictOrigin, DecisionCode
from applicants.exporting import tables
from applicants.models import Revision, Round
from applicants.procedures import Criterion, Stage
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import (
    ANSWERS,
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    OfferFactory,
    ReviewerFactory,
    RoundFactory,
)
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role

Rows = list[dict[str, str]]


@pytest.fixture
def round_(db: None, settings: Settings, tmp_path: Path) -> Round:
    settings.MEDIA_ROOT = tmp_path
    made: Round = RoundFactory.create(slug="spring")
    return made


def read(client: Client, round_: Round) -> dict[str, Rows]:
    response = client.get(reverse("admin:applicants_export_download", args=[round_.slug, "zip"]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in archive.namelist()
    }


def test_an_export_holds_everything_of_a_round(round_: Round, client: Client, letters: None) -> None:
    organizer = organizer_of(round_.cohort)
    client.force_login(organizer)
    application = ApplicationFactory.create(
        round=round_, source="dlsu", parts__name="=Ana", parts__answers=ANSWERS | {"why": "@first"}
    )
    saved = uploads.keep(application, "work", SimpleUploadedFile("my work.pdf", b"%PDF-1.7"))
    again = ANSWERS | {"work": str(saved.pk)}
    Revision.objects.create(application=application, number=2, answers=again, key=application.token_nonce)
    reading = AssignmentFactory.create(application=application)
    levels = dict(
        zip(Criterion.objects.filter(rubric__stages=application.stage).order_by("position"), [5, None], strict=True)
    )
    reviewing.submit(
        reading, application.revisions.get(number=2), levels, "Well argued.", by=reading.reviewer.membership.user
    )
    decision = decisions.decide(application, DecisionCode.OFFER, reason="Strong.", by=organizer)
    decisions.release([decision], by=organizer)
    ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT, parts__answers={"why": "Half a"})
    ApplicationFactory.create()

    found = read(client, round_)

    first, draft = found["applications"]
    assert (first["code"], first["name"], first["source"], first["why"]) == (
        application.code,
        "'=Ana",
        "dlsu",
        ANSWERS["why"],
    )
    assert (first["work"], first["reviews"], first["mean"], first["decision"]) == ("my work.pdf", "1", "5.000", "offer")
    assert (first["offer"], draft["state"], draft["why"], draft["mean"]) == ("open", "draft", "Half a", "")
    (review,) = found["reviews"]
    assert (review["total"], review["note"], review["revision"]) == ("5.000", "Well argued.", "2")
    assert (review["motivation"], review["reasoning"]) == ("5", "")
    assert [(one["decision"], one["reason"]) for one in found["decisions"]] == [("offer", "Strong.")]
    assert {one["question"]: one["answer"] for one in found["revisions"]}["why"] == "'@first"
    assert all(one["code"] == application.code for one in found["history"])


def test_an_export_holds_no_scores_of_what_waits_for_its_readers_own(round_: Round, client: Client) -> None:
    reading = AssignmentFactory.create(application=ApplicationFactory.create(round=round_))
    levels = dict.fromkeys(Criterion.objects.filter(rubric__stages=reading.stage), 4)
    revision = reading.application.revisions.get()
    reviewing.submit(reading, revision, levels, "Well argued.", by=reading.reviewer.membership.user)
    member = MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER, user__is_staff=True)
    own = ReviewerFactory.create(round=round_, membership=member)
    waiting = AssignmentFactory.create(application=reading.application, reviewer=own)
    client.force_login(member.user)

    blind = read(client, round_)
    Stage.objects.filter(pk=waiting.stage_id).update(is_blind=False)
    before = read(client, round_)
    reviewing.submit(waiting, revision, levels, "", by=member.user)
    after = read(client, round_)

    assert [blind[name] for name in ("applications", "reviews", "decisions", "history")] == [[], [], [], []]
    assert (before["reviews"], before["applications"][0]["reviews"], before["applications"][0]["mean"]) == ([], "", "")
    assert (len(after["reviews"]), after["applications"][0]["reviews"]) == (2, "2")


def test_an_export_leaves_out_what_its_reader_has_a_conflict_with(round_: Round, client: Client) -> None:
    member = MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER, user__is_staff=True)
    client.force_login(member.user)
    reviewer = ReviewerFactory.create(round=round_, membership=member)
    barred, other = (AssignmentFactory.create(application__round=round_).application for _two in range(2))
    for application in (barred, other):
        DecisionFactory.create(application=application)
        Revision.objects.create(application=application, number=2, answers=ANSWERS, key=application.token_nonce)
    conflicts.record(reviewer, barred, origin=ConflictOrigin.DECLARED)

    found = read(client, round_)

    codes = {name: {row["code"] for row in rows} for name, rows in found.items() if rows}
    assert codes == {name: {other.code} for name in ("applications", "reviews", "decisions", "revisions")}


@pytest.mark.parametrize("kind", ["xlsx", "zip"])
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.MENTOR, Role.ADVISER, Role.PARTICIPANT])
def test_nobody_else_exports(round_: Round, client: Client, role: Role, kind: str) -> None:
    member = MembershipFactory.create(cohort=round_.cohort, role=role, user__is_staff=True, user__is_superuser=True)
    ReviewerFactory.create(round=round_, membership=member)
    client.force_login(member.user)

    assert client.get(reverse("admin:applicants_export", args=[round_.slug])).status_code == 404
    assert client.get(reverse("admin:applicants_export_download", args=[round_.slug, kind])).status_code == 404


def test_another_kind_is_not_found(round_: Round, client: Client) -> None:
    client.force_login(organizer_of(round_.cohort))

    assert client.get(reverse("admin:applicants_export_download", args=[round_.slug, "pdf"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(round_: Round, django_assert_num_queries: Any, rows: int) -> None:
    for _row in range(rows):
        OfferFactory.create(decision__application=AssignmentFactory.create(application__round=round_).application)

    with django_assert_num_queries(12):
        counts = [len(list(table.rows)) for table in tables.of_round(round_, by=None)]

    assert counts[:3] == [rows, rows, rows]


def test_the_command_writes_both_kinds(round_: Round, tmp_path: Path) -> None:
    ApplicationFactory.create(round=round_, submitted_at=timezone.now())

    for name in ("all.xlsx", "all.zip"):
        call_command("applications_export", str(tmp_path / name), "--round", "spring", verbosity=0)

    assert all(zipfile.ZipFile(tmp_path / name).testzip() is None for name in ("all.xlsx", "all.zip"))
    with pytest.raises(CommandError, match="ends in"):
        call_command("applications_export", str(tmp_path / "all.pdf"), "--round", "spring")
    with pytest.raises(CommandError, match="no round"):
        call_command("applications_export", str(tmp_path / "all.zip"), "--round", "autumn")
