import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import form_versions
from applicants.choices import ApplicationState
from applicants.models import Round, StageWindow
from applicants.pack import FORM, RUBRIC, STAGES
from applicants.procedures import FormVersion
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, RoundFactory
from tests.factories.people import UserFactory
from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.programme.demonstration import SHIPPED_PACK


@pytest.fixture
def round_(db: None) -> Round:
    round_: Round = RoundFactory.create()
    return round_


def changed(round_: Round, label: str = "Why, really?") -> dict[str, str]:
    files = form_versions.files_of(round_.form)
    return files | {FORM: files[FORM].replace("Why do you want this?", label)}


def test_the_shipped_form_comes_back_from_its_files_as_it_was(db: None) -> None:
    from applicants.pack import SECTION  # noqa: PLC0415

    version = PackVersion.objects.create(pack="p", number=1, digest="d", title="P", programme={})
    SECTION.load(Folder(SHIPPED_PACK, Report()), version)
    form = FormVersion.objects.get(version=version)
    files = form_versions.files_of(form)
    assert form_versions.problems(files) == []
    with form_versions._folder(files) as folder:
        again = SECTION.store(folder, FormVersion(version=version, number=2))
    assert again is not None
    assert again.questionnaire == form.questionnaire
    assert form_versions.files_of(again) == files


def test_revising_makes_a_version_for_drafts_and_newcomers_only(round_: Round) -> None:
    by, before = UserFactory.create(), round_.form
    submitted = ApplicationFactory.create(round=round_)
    draft = ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT)
    assert submitted.stage is not None
    StageWindow.objects.create(round=round_, stage=submitted.stage, opens_at=timezone.now())

    made = form_versions.revise(round_, changed(round_), by=by)

    for row in (submitted, draft, round_):
        row.refresh_from_db()
    assert (made.number, made.revises, made.by) == (2, before, by)
    assert (submitted.form, draft.form, round_.form) == (before, made, made)
    assert {window.stage.form for window in round_.windows.all()} == {before, made}
    assert before.questionnaire["questions"][0]["label"] == "Why do you want this?"
    assert [stage.slug for stage in made.stages.all()] == [stage.slug for stage in before.stages.all()]


def test_revising_with_the_same_words_makes_nothing(round_: Round) -> None:
    files = form_versions.files_of(round_.form)

    twice = [form_versions.revise(round_, files, by=UserFactory.create()) for _twice in range(2)]

    assert twice == [round_.form, round_.form]
    assert FormVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        (FORM, "sections: []", "too_short"),
        (RUBRIC, "", "missing"),
        (STAGES, "stages: [{slug: a, title: A, applicant_title: A, rubric: other}]", "rubrics/other"),
        ("application/../../x.yml", "a: 1", "no file"),
        ("programme.yml", "a: 1", "no file"),
    ],
)
def test_revising_refuses_what_the_check_refuses(round_: Round, file: str, text: str, why: str) -> None:
    files = form_versions.files_of(round_.form) | {file: text}

    with pytest.raises(RuleViolation):
        form_versions.revise(round_, files, by=UserFactory.create())

    round_.refresh_from_db()
    assert round_.form.number == 1
    assert FormVersion.objects.count() == 1, why


def test_the_page_checks_before_it_saves(round_: Round, client: Client) -> None:
    client.force_login(organizer_of(round_.cohort))
    address = reverse("admin:applicants_form_files", args=[round_.slug])
    right = {f"file:{name}": text for name, text in changed(round_).items()}
    wrong = right | {f"file:{STAGES}": right[f"file:{STAGES}"].replace("title: Screen", "tilte: Screen")}

    refused = client.post(address, wrong | {"save": "1"}).content.decode()
    checked = client.post(address, right).content.decode()
    since = client.get(address).context["since"]
    kept = client.post(address, right | {"save": "1", "since": since}, follow=True)
    count = FormVersion.objects.count()
    shown = {"since": kept.context["since"]}
    applied = client.post(kept.redirect_chain[-1][0], shown, follow=True).content.decode()

    assert "did you mean title?" in refused
    assert "The check found no mistake" in checked
    assert "Why, really?" in kept.content.decode()
    assert count == 1
    assert "The form of this round: number 2" in applied
