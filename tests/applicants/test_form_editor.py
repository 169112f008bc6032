"""The editor of a round's form, entry by entry: checked like a pack, kept as a draft, shown, applied as a version."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants import form_drafts, form_parts, form_versions
from applicants.choices import ApplicationState
from applicants.form_parts import Kind, Place
from applicants.models import FormDraft, Round, StageWindow
from applicants.pack import FORM, SECTION
from applicants.procedures import FormVersion
from applicants.questionnaire import questionnaire_of
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, RoundFactory
from tests.factories.people import UserFactory
from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.people.models import User
from whitebox.programme.demonstration import SHIPPED_PACK


@pytest.fixture
def round_(db: None) -> Round:
    round_: Round = RoundFactory.create()
    return round_


@pytest.fixture
def organizer(round_: Round) -> User:
    return organizer_of(round_.cohort)


@pytest.fixture
def desk(organizer: User, client: Client) -> Client:
    client.force_login(organizer)
    return client


def page(round_: Round, name: str = "", *args: str) -> str:
    return reverse(f"admin:applicants_form{name}", args=[round_.slug, *args])


def entry(round_: Round, kind: str, name: str) -> str:
    return page(round_, "_entry", kind, name)


def sent_of(response: Any) -> dict[str, Any]:
    """Return what the page's form would send as it stands."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    filled = {name: "on" if value is True else value for name, value in values.items() if value not in {None, False}}
    return filled | {"since": response.context["since"]}


def slugs(round_: Round, kind: Kind) -> list[str]:
    draft = form_drafts.of_round(round_)
    return [one["slug"] for one in form_parts.read(form_drafts.files_of(round_, draft)).listed(Place(kind))]


def test_a_question_is_added_moved_and_taken_out(round_: Round, desk: Client) -> None:
    new = page(round_, "_new", "question")
    sent = sent_of(desk.get(f"{new}?section=reasons"))
    sent |= {"label": "How many hours a day?", "kind_": "single", "options": "One\r\nTwo", "shown_to": "reviewers"}

    kept = desk.post(new, sent, follow=True)
    added = slugs(round_, Kind.QUESTION)
    move = {"up": "question:how-many-hours-a-day", "since": kept.context["since"]}
    desk.post(page(round_), move)
    moved = slugs(round_, Kind.QUESTION)
    address = entry(round_, "question", "how-many-hours-a-day")
    desk.post(address, {"remove": "1", "since": desk.get(address).context["since"]})

    assert added == ["why", "python", "hours", "work", "how-many-hours-a-day"]
    assert moved == ["why", "how-many-hours-a-day", "hours", "work", "python"]
    assert not FormDraft.objects.exists() or slugs(round_, Kind.QUESTION) == ["why", "hours", "work", "python"]


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"kind_": "scale", "options": "one"}, "__all__", "two or more different options"),
        ({"kind_": "long", "options": "a\nb"}, "__all__", "has no options"),
        ({"kind_": "file", "shown_to": "reviewers", "words": ""}, "__all__", "shown_to must be organizers"),
        ({"words": "9" * 5000}, "words", "whole number"),
        ({"words": "0"}, "words", "greater than or equal to 1"),
        ({"label": ""}, "label", "required"),
        ({"section": "", "new_section": ""}, "new_section", "Choose a step"),
        ({"section": "nowhere"}, "section", "not one of the available choices"),
    ],
)
def test_what_a_pack_may_not_say_is_refused_and_nothing_typed_is_lost(
    round_: Round, desk: Client, changed: dict[str, str], field: str, why: str
) -> None:
    address = entry(round_, "question", "why")
    sent = sent_of(desk.get(address)) | {"help": "Typed with care."} | changed

    answer = desk.post(address, sent)

    assert why in str(answer.context["form"].errors[field])
    assert "Typed with care." in answer.content.decode()
    assert not FormDraft.objects.exists()


def test_a_step_begins_with_its_question_and_ends_with_its_last(round_: Round, desk: Client) -> None:
    address = entry(round_, "question", "why")
    sent = sent_of(desk.get(address)) | {"section": "", "new_section": "Your reasons"}

    desk.post(address, sent)
    with_new = slugs(round_, Kind.SECTION)
    python = entry(round_, "question", "python")
    desk.post(python, sent_of(desk.get(python)) | {"section": "your-reasons"})

    assert with_new == ["reasons", "practical", "your-reasons"]
    assert slugs(round_, Kind.SECTION) == ["practical", "your-reasons"]


def test_a_criterion_has_five_levels_and_a_weight(round_: Round, desk: Client) -> None:
    new = page(round_, "_new", "criterion")
    levels = {f"level_{level}": f"Looks like {level}" for level in range(1, 6)}
    sent = sent_of(desk.get(new)) | {"title": "Clarity", "weight": "3", "guidance": "Read twice."} | levels

    short = desk.post(new, sent | {"level_5": ""})
    desk.post(new, sent)

    criterion = form_parts.read(FormDraft.objects.get().files).find(Place(Kind.CRITERION, "clarity"))
    assert "level_5" in short.context["form"].errors
    assert criterion is not None
    assert (criterion["weight"], criterion["levels"][5]) == (3, "Looks like 5")


def test_a_stage_may_have_a_rubric_and_a_task_of_its_own(round_: Round, desk: Client) -> None:
    new = page(round_, "_new", "stage")
    sent = sent_of(desk.get(new)) | {"title": "Test", "applicant_title": "A task", "rubric": "+", "kind_": "work-test"}

    without = desk.post(new, sent)
    desk.post(new, sent | {"task": "Explain **this**."})
    draft = FormDraft.objects.get()
    address = entry(round_, "stage", "test")
    desk.post(address, {"remove": "1", "since": desk.get(address).context["since"]})

    assert "needs its task" in str(without.context["form"].errors["task"])
    assert {"application/rubrics/test.yml", "application/tasks/test.md"} <= set(draft.files)
    assert not FormDraft.objects.exists()  # with the stage, what only it needed is gone, and nothing differs


def test_nothing_reaches_applicants_before_it_is_applied(round_: Round, desk: Client, organizer: User) -> None:
    submitted = ApplicationFactory.create(round=round_)
    under_way = ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT)
    address = entry(round_, "question", "why")
    desk.post(address, sent_of(desk.get(address)) | {"label": "Why this, and why now?"})
    waiting = FormVersion.objects.count()

    shown = desk.get(page(round_, "_changes"))
    applied = [desk.post(page(round_, "_changes"), {"since": shown.context["since"]}) for _twice in range(2)]

    for row in (round_, submitted, under_way):
        row.refresh_from_db()
    assert waiting == 1
    assert "Why this, and why now?" in shown.content.decode()
    assert [answer.status_code for answer in applied] == [302, 302]
    assert (round_.form.number, round_.form.by) == (2, organizer)
    assert (submitted.form.number, under_way.form.number) == (1, 2)
    assert questionnaire_of(round_.form).questions[0].label == "Why this, and why now?"
    assert not FormDraft.objects.exists()


def test_a_change_that_was_not_shown_is_not_applied(round_: Round, desk: Client) -> None:
    address = entry(round_, "question", "why")
    first = sent_of(desk.get(address))
    desk.post(address, first | {"label": "First"})
    shown = desk.get(page(round_, "_changes")).context["since"]
    stale = desk.post(address, first | {"label": "Typed meanwhile"})
    desk.post(address, sent_of(desk.get(address)) | {"label": "Second"})

    answer = desk.post(page(round_, "_changes"), {"since": shown}, follow=True)

    round_.refresh_from_db()
    assert "changed since you opened the page" in str(stale.context["form"].errors)
    assert "Typed meanwhile" in stale.content.decode()
    assert "changed since you opened the page" in answer.content.decode()
    assert round_.form.number == 1


def test_changes_can_be_thrown_away(round_: Round, desk: Client) -> None:
    address = entry(round_, "question", "why")
    desk.post(address, sent_of(desk.get(address)) | {"label": "First"})

    for _twice in range(2):
        desk.post(page(round_, "_changes"), {"discard": "1"})

    assert not FormDraft.objects.exists()
    assert FormVersion.objects.count() == 1


def test_saving_an_entry_as_it_stands_changes_nothing(db: None, client: Client) -> None:
    version = PackVersion.objects.create(pack="p", number=1, digest="d", title="P", programme={})
    SECTION.load(Folder(SHIPPED_PACK, Report()), version)
    round_ = RoundFactory.create(form=FormVersion.objects.get(version=version))
    client.force_login(organizer_of(round_.cohort))
    parts = form_parts.read(form_versions.files_of(round_.form))
    places = [Place(kind, one["slug"]) for kind in Kind if kind != Kind.CRITERION for one in parts.listed(Place(kind))]
    places += [Place(Kind.CRITERION, one["slug"], name) for name, found in parts.rubrics.items() for one in found]

    for place in places:
        address = entry(round_, place.kind, place.name)
        answer = client.post(address, sent_of(client.get(address)))
        assert answer.status_code == 302, (place, answer.context["form"].errors)

    assert len(places) > 30
    assert not FormDraft.objects.exists()


def test_the_files_of_a_form_load_again_to_the_same_version(round_: Round, desk: Client) -> None:
    zipped = desk.get(page(round_, "_export"))
    files = page(round_, "_files")
    sent = {"since": desk.get(files).context["since"], "save": "1"}

    answer = desk.post(files, sent | {"zip": SimpleUploadedFile("form.zip", zipped.content)}, follow=True)

    names = zipfile.ZipFile(io.BytesIO(zipped.content)).namelist()
    assert {name.partition("/")[2] for name in names} == set(form_versions.files_of(round_.form))
    assert "nothing to apply" in answer.content.decode()
    assert form_versions.revise(round_, form_versions.files_of(round_.form), by=UserFactory.create()) == round_.form
    assert FormVersion.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_a_zip_that_is_none_is_refused_in_words(round_: Round, desk: Client, content: bytes) -> None:
    answer = desk.post(page(round_, "_files"), {"zip": SimpleUploadedFile("f.zip", content), "save": "1"}, follow=True)

    assert "Nothing was changed" in answer.content.decode() or "cannot be read" in answer.content.decode()
    assert not FormDraft.objects.exists()


def test_stages_get_their_dates_by_the_clock_of_the_round(round_: Round, desk: Client) -> None:
    stage = round_.form.stages.order_by("position").first()
    assert stage is not None
    address = page(round_, "_dates", stage.slug)

    desk.post(address, {"opens_at": "2026-03-01T09:00", "closes_at": "2026-03-08T09:00"})
    window = StageWindow.objects.get()
    wrong = desk.post(address, {"opens_at": "2026-03-09T09:00", "closes_at": "2026-03-08T09:00"}, follow=True)
    shown = desk.get(entry(round_, "stage", stage.slug)).content.decode()
    for _twice in range(2):
        desk.post(address, {"opens_at": "", "closes_at": ""})

    assert window.opens_at is not None
    assert timezone.localtime(window.opens_at, round_.cohort.tz).hour == 9
    assert "closes after it opens" in wrong.content.decode()
    assert "2026-03-01T09:00" in shown
    assert not StageWindow.objects.exists()


def test_the_preview_shows_every_question_as_applicants_see_it(round_: Round, desk: Client) -> None:
    address = entry(round_, "question", "hours")
    desk.post(address, sent_of(desk.get(address)) | {"label": "Hours a day", "help": "A **plain** number."})

    shown = desk.get(page(round_, "_preview")).content.decode()

    assert "Hours a day" in shown
    assert "<strong>plain</strong>" in shown
    assert "Why do you want this?" in shown
    assert '<fieldset class="fieldset" disabled>' in shown


@pytest.mark.parametrize("name", ["question/nowhere", "criterion/other.why", "letter/why", "criterion/main."])
def test_an_entry_that_is_not_there_is_not_found(round_: Round, desk: Client, name: str) -> None:
    kind, _slash, slug = name.partition("/")

    assert desk.get(entry(round_, kind, slug)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_the_editor_has_a_fixed_number_of_queries(
    round_: Round, desk: Client, django_assert_num_queries: Any, rows: int
) -> None:
    parts = form_parts.read(form_versions.files_of(round_.form))
    for place in range(rows):
        form_parts.put(parts, Place(Kind.QUESTION), parts.questions[0] | {"slug": f"more-{place}"})
    since = form_drafts.seen(round_, form_versions.files_of(round_.form))
    form_drafts.keep(round_, form_parts.files(parts), since=since, by=organizer_of(round_.cohort))
    for _row in range(rows):
        ApplicationFactory.create(round=round_)
    desk.get(page(round_))

    with django_assert_num_queries(12):
        desk.get(page(round_))


def test_the_verbs_refuse_what_the_check_of_packs_refuses(round_: Round, organizer: User) -> None:
    files = form_versions.files_of(round_.form)
    since = form_drafts.seen(round_, files)

    with pytest.raises(RuleViolation):
        form_drafts.keep(round_, files | {FORM: "sections: []"}, since=since, by=organizer)
    with pytest.raises(RuleViolation):
        form_drafts.apply(round_, since="other", by=organizer)

    assert form_drafts.apply(round_, since=since, by=organizer) == round_.form


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.filter(bool), min_size=2, max_size=5, unique=True), TEXTS.filter(bool), TEXTS)
def test_any_words_survive_the_way_through_files(options: list[str], label: str, text: str) -> None:
    question = {
        "slug": "q", "section": "s", "label": label, "help": text, "kind": "single",
        "required": True, "options": options, "shown_to": "organizers",
    }  # fmt: skip
    levels = dict.fromkeys(range(1, 6), label)
    parts = form_parts.Parts(
        [{"slug": "s", "title": "S"}],
        [question],
        [{"slug": "a", "title": label[:100], "applicant_title": "A", "kind": "work-test", "task": "a"}],
        {"main": [{"slug": "c", "title": "C", "levels": levels}]},
        {"a": f"{text}\n"},
    )

    files = form_parts.files(parts)
    again = form_parts.read(files)

    assert form_parts.files(again) == files
    assert again.questions[0]["label"] == label.strip()
    assert again.questions[0]["options"] == [one.strip() for one in options]
