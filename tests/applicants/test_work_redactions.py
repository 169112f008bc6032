import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import conflicts, erasing, pdfs, work_redactions, work_tests
from applicants.appointments import HandIn, WorkRedaction, WorkTest
from applicants.choices import ConflictOrigin, StageKind, WorkPart
from applicants.models import Application, Round
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import AssignmentFactory, ReviewerFactory, RoundFactory
from tests.factories.appointments import WorkTestFactory, at
from tests.pdfs import PDF, pdf
from whitebox.errors import RuleViolation
from whitebox.people.models import User

LINK = "https://git.example/ana-applicant/table"


@pytest.fixture(autouse=True)
def _uploads(settings: Settings, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def organizer(round_: Round) -> User:
    return organizer_of(round_.cohort)


@pytest.fixture
def handed_in(letters: None, round_: Round) -> HandIn:
    test = WorkTestFactory.create(application=at(StageKind.WORK_TEST, round_))
    file = SimpleUploadedFile("ana-applicant.pdf", pdf(author="Ana Applicant"))
    return work_tests.hand_in(test, key=uuid.uuid4(), text="I, Ana Applicant, think so.", link=LINK, file=file)


def read(handed_in: HandIn) -> work_redactions.Work:
    found = work_redactions.read(WorkTest.objects.prefetch_related("hand_ins").get(pk=handed_in.work_test_id))
    assert found is not None
    return found


@pytest.fixture
def reviewer(client: Client, handed_in: HandIn) -> Client:
    test = handed_in.work_test
    reading = AssignmentFactory.create(application=test.application, stage=test.stage)
    client.force_login(reading.reviewer.membership.user)
    return client


def desk(client: Client, handed_in: HandIn) -> str:
    code = handed_in.work_test.application.code
    return client.get(reverse("admin:applicants_desk_read", args=[code])).content.decode()


def test_reviewers_read_what_the_organizer_left(reviewer: Client, handed_in: HandIn, organizer: User) -> None:
    assert "I, Ana Applicant" in desk(reviewer, handed_in)

    work_redactions.redact(handed_in, WorkPart.TEXT, "I, [removed], think so.", by=organizer)
    work_redactions.redact(handed_in, WorkPart.LINK, "https://git.example/[removed]/table", by=organizer)
    work_redactions.redact(handed_in, WorkPart.FILE, work_redactions.WITHHELD, by=organizer)

    text = desk(reviewer, handed_in)
    assert "I, [removed], think so." in text
    assert "ana-applicant" not in text.lower()
    assert 'href="https://git.example' not in text
    assert "Download the file" not in text
    address = reverse("admin:applicants_desk_work", args=[handed_in.work_test.application.code])
    assert reviewer.get(address).status_code == 404
    handed_in.refresh_from_db()
    assert (handed_in.text, handed_in.link) == ("I, Ana Applicant, think so.", LINK)


def test_the_original_comes_back(handed_in: HandIn, organizer: User) -> None:
    for part in WorkPart:
        work_redactions.redact(handed_in, part, "", by=organizer)
        work_redactions.restore(handed_in, part, by=organizer)

    found = read(handed_in)
    assert (found.text, found.link, found.is_link_whole, found.has_file) == (handed_in.text, LINK, True, True)


def test_the_same_text_twice_writes_nothing(handed_in: HandIn, organizer: User) -> None:
    for _twice in range(2):
        work_redactions.redact(handed_in, WorkPart.TEXT, "Nothing.", by=organizer)

    assert WorkRedaction.objects.count() == 1


def test_what_was_taken_out_stays_out_of_the_next_hand_in(handed_in: HandIn, organizer: User) -> None:
    work_redactions.redact(handed_in, WorkPart.TEXT, "I, [removed], think so.", by=organizer)

    later = work_tests.hand_in(handed_in.work_test, key=uuid.uuid4(), text="I, Ana Applicant, have thought again.")

    assert "Ana Applicant" not in read(later).text
    assert "have thought again" in read(later).text


def test_the_earlier_hand_in_cannot_be_redacted_any_more(handed_in: HandIn, organizer: User) -> None:
    work_tests.hand_in(handed_in.work_test, key=uuid.uuid4(), text="Again.")

    with pytest.raises(RuleViolation, match="handed in again"):
        work_redactions.redact(handed_in, WorkPart.TEXT, "", by=organizer)


def test_a_conflict_and_an_own_reading_stand_against_it(handed_in: HandIn, round_: Round, organizer: User) -> None:
    application = handed_in.work_test.application
    own = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    AssignmentFactory.create(application=application, stage=application.stage, reviewer=own)

    with pytest.raises(RuleViolation, match="without knowing who wrote it"):
        work_redactions.redact(handed_in, WorkPart.TEXT, "", by=organizer)
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)
    with pytest.raises(RuleViolation, match="conflict of interest"):
        work_redactions.redact(handed_in, WorkPart.TEXT, "", by=organizer)


def page(application: Application) -> str:
    return reverse("admin:applicants_redaction", args=[application.round.slug, application.code])


def test_an_organizer_redacts_on_the_page(client: Client, handed_in: HandIn, organizer: User) -> None:
    client.force_login(organizer)
    address = page(handed_in.work_test.application)
    listed = client.get(reverse("admin:applicants_redactions", args=[handed_in.work_test.application.round.slug]))
    shown = client.get(address)

    spans = {one.slug: [span.text for span in one.spans] for one in shown.context["answers"] if one.name == "part"}
    assert spans == {"text": ["Ana Applicant"], "link": ["ana-applicant"], "file": []}
    assert listed.context["lines"][0].proposed == 2

    base = {"hand_in": handed_in.pk}
    client.post(address, base | {"part": "text", "cut": "1", "span": "3:Ana Applicant"})
    client.post(address, base | {"part": "link", "text": "https://git.example/[removed]/table", "save": "1"})
    client.post(address, base | {"part": "file", "withhold": "1"})

    found = read(handed_in)
    assert (found.text, found.has_file) == ("I, [removed], think so.", False)
    assert found.link == "https://git.example/[removed]/table"
    assert "No file." in client.get(address).content.decode()
    client.post(address, base | {"part": "file", "restore": "1"})
    assert read(handed_in).has_file


@pytest.mark.parametrize("data", [{"part": "nothing"}, {"part": "text", "hand_in": "x"}, {"part": "text"}])
def test_what_is_no_part_is_not_found(client: Client, handed_in: HandIn, organizer: User, data: dict[str, str]) -> None:
    client.force_login(organizer)

    answer = client.post(page(handed_in.work_test.application), {"hand_in": str(handed_in.pk)} | data)

    assert answer.status_code == (404 if data != {"part": "text"} else 302)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_has_a_fixed_number_of_queries(
    client: Client, letters: None, round_: Round, organizer: User, rows: int, django_assert_num_queries: object
) -> None:
    for _ in range(rows):
        test = WorkTestFactory.create(application=at(StageKind.WORK_TEST, round_))
        made = work_tests.hand_in(test, key=uuid.uuid4(), text="By Ana Applicant.")
        work_redactions.redact(made, WorkPart.TEXT, "By [removed].", by=organizer)
    client.force_login(organizer)

    with django_assert_num_queries(14):  # type: ignore[operator]
        client.get(reverse("admin:applicants_redactions", args=[round_.slug]))


def test_reviewers_get_the_pages_and_organizers_the_file(
    reviewer: Client, client: Client, handed_in: HandIn, organizer: User
) -> None:
    application = handed_in.work_test.application
    file = reviewer.get(reverse("admin:applicants_desk_work", args=[application.code]))
    pages = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    client.force_login(organizer)
    original = client.get(reverse("admin:applicants_work_file", args=[application.round.slug, handed_in.pk]))

    assert pages == pdfs.cleaned(io.BytesIO(PDF))
    assert b"".join(original.streaming_content) == pdf(author="Ana Applicant")  # type: ignore[attr-defined]
    assert "ana" not in file.headers["Content-Disposition"].lower()


def test_a_file_that_cannot_be_read_is_refused_in_words(letters: None, reviewer: Client, handed_in: HandIn) -> None:
    locked = SimpleUploadedFile("a.pdf", b"%PDF-1.4 and no more")
    work_tests.hand_in(handed_in.work_test, key=uuid.uuid4(), file=locked)

    answer = reviewer.get(
        reverse("admin:applicants_desk_work", args=[handed_in.work_test.application.code]), follow=True
    )

    assert "locked or damaged" in answer.content.decode()


def test_erasing_takes_the_wordings_too(handed_in: HandIn, organizer: User) -> None:
    work_redactions.redact(handed_in, WorkPart.TEXT, "I, [removed].", by=organizer)

    erasing.erase(handed_in.work_test.application, now=timezone.now())

    assert not WorkRedaction.objects.exists()
