import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import conflicts, pdfs, pipeline, work_tests
from applicants.appointments import HandIn, WorkTest
from applicants.choices import ConflictOrigin, StageKind
from applicants.models import Application, Round
from applicants.return_links import token_of
from applicants.views import appointments
from applicants.work_tests import Window
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory
from tests.factories.appointments import WorkTestFactory, at, stage_of
from tests.pdfs import PDF
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.models import User

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)


@pytest.fixture
def application(db: None) -> Application:
    return at(StageKind.WORK_TEST)


@pytest.fixture
def organizer(application: Application) -> User:
    return organizer_of(application.round.cohort)


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def sent(application: Application, organizer: User, *, choose: bool = True) -> WorkTest:
    work_tests.send([application], Window(WEEK, starts_when_opened=choose), by=organizer, now=NOW)
    return WorkTest.objects.get(application=application)


def test_a_test_is_sent_once_by_one_letter(letters: None, application: Application, organizer: User) -> None:
    counts = [
        work_tests.send([application], Window(WEEK, starts_when_opened=True), by=organizer, now=NOW) for _ in range(2)
    ]

    test = WorkTest.objects.get()
    assert (counts, test.due_at, kinds()) == ([1, 0], WEEK + timedelta(hours=72), ["work-test"])


def test_a_test_is_sent_to_nobody_at_another_stage(letters: None, application: Application, organizer: User) -> None:
    reading = ApplicationFactory.create(round=application.round)

    with pytest.raises(RuleViolation, match="not at a work test"):
        work_tests.send([application, reading], Window(WEEK, starts_when_opened=True), by=organizer, now=NOW)

    assert not WorkTest.objects.exists()


def test_a_test_is_not_sent_by_who_has_a_conflict(letters: None, application: Application, organizer: User) -> None:
    own = ReviewerFactory.create(round=application.round, membership=organizer.memberships.get())
    conflicts.record(own, application, origin=ConflictOrigin.PINNED)

    with pytest.raises(RuleViolation, match="conflict"):
        work_tests.send([application], Window(WEEK, starts_when_opened=True), by=organizer, now=NOW)


def test_opening_begins_the_window_of_who_may_choose(letters: None, application: Application, organizer: User) -> None:
    test = sent(application, organizer)
    opened = [work_tests.begin(test, now=NOW + timedelta(hours=hour)) for hour in (1, 5)]

    assert [one.opened_at for one in opened] == [NOW + timedelta(hours=1)] * 2
    assert opened[1].due_at == NOW + timedelta(hours=73)


def test_opening_waits_for_a_set_moment(letters: None, application: Application, organizer: User) -> None:
    test = sent(application, organizer, choose=False)

    with pytest.raises(RuleViolation, match="opens later"):
        work_tests.begin(test, now=NOW)
    with pytest.raises(RuleViolation, match="Open the task"):
        work_tests.hand_in(test, key=uuid.uuid4(), text="Early.", now=NOW)

    assert work_tests.begin(test, now=WEEK).due_at == WEEK + timedelta(hours=72)


def test_what_comes_late_is_kept_and_flagged(letters: None, application: Application, organizer: User) -> None:
    test = sent(application, organizer)
    key = uuid.uuid4()
    first = [work_tests.hand_in(test, key=key, text="In time.", now=WEEK + timedelta(hours=1)) for _ in range(2)]
    late = work_tests.hand_in(test, key=uuid.uuid4(), text="Late.", now=test.due_at + timedelta(seconds=1))

    assert (first[0], first[0].is_late, late.is_late, HandIn.objects.count()) == (first[1], False, True, 2)
    assert work_tests.judged(WorkTest.objects.get()) == first[0]
    assert kinds() == ["work-test", "work-test-received", "work-test-received"]


def test_only_late_work_is_judged_as_late(letters: None, application: Application, organizer: User) -> None:
    test = sent(application, organizer)
    late = work_tests.hand_in(test, key=uuid.uuid4(), text="Late.", now=test.due_at + timedelta(days=1))

    assert work_tests.judged(WorkTest.objects.get()) == late
    assert late.is_late


def test_nothing_is_handed_in_without_content_or_after_the_stage(
    letters: None, application: Application, organizer: User
) -> None:
    test = sent(application, organizer)
    with pytest.raises(RuleViolation, match="nothing to hand in"):
        work_tests.hand_in(test, key=uuid.uuid4(), text=" ", now=WEEK)
    with pytest.raises(RuleViolation, match="not a PDF"):
        work_tests.hand_in(test, key=uuid.uuid4(), file=SimpleUploadedFile("a.exe", b"MZ"), now=WEEK)
    pipeline.move(application, application.form.stages.order_by("position")[0], by=organizer, reason="Back.")

    with pytest.raises(RuleViolation, match="over"):
        work_tests.hand_in(test, key=uuid.uuid4(), text="More.", now=WEEK)


def test_more_time_makes_late_work_in_time(letters: None, application: Application, organizer: User) -> None:
    test = sent(application, organizer)
    late = work_tests.hand_in(test, key=uuid.uuid4(), text="Late.", now=test.due_at + timedelta(hours=1))

    for _twice in range(2):
        work_tests.prolong(test, test.due_at + timedelta(hours=2), by=organizer, now=NOW)
    with pytest.raises(RuleViolation, match="after the present end"):
        work_tests.prolong(test, NOW + timedelta(hours=1), by=organizer, now=NOW)

    late.refresh_from_db()
    assert not late.is_late
    assert kinds().count("work-test-prolonged") == 1


def status(application: Application, name: str = "status") -> str:
    return reverse(f"applicants:{name}", args=[token_of(application)])


def test_looking_at_the_page_starts_no_clock(client: Client, letters: None) -> None:
    later = timezone.now() + timedelta(days=2)
    test = WorkTestFactory.create(starts_at=later, starts_when_opened=True)

    shown = client.get(status(test.application, "work_test"))
    test.refresh_from_db()
    assert (test.opened_at, b"Explain the table" in shown.content) == (None, False)

    client.post(status(test.application, "work_test"), {"begin": "1"})
    assert "Explain the table" in client.get(status(test.application, "work_test")).content.decode()
    assert "Go to the task" in client.get(status(test.application)).content.decode()


def test_an_applicant_hands_in_from_their_own_page(client: Client, letters: None) -> None:
    test = WorkTestFactory.create()
    address = status(test.application, "work_test")
    key = client.get(address).context["form"]["key"].value()
    given = {"key": key, "text": "Two explanations.", "file": SimpleUploadedFile("ana.pdf", PDF)}

    client.post(address, given)
    refused = client.post(address, {"key": uuid.uuid4(), "text": "By Ana Applicant."})
    client.post(address, {"key": uuid.uuid4(), "text": "By Ana Applicant.", "as_it_is": "on"})

    assert "may tell the readers who you are: Ana Applicant" in refused.content.decode()
    assert [(one.text, bool(one.upload)) for one in HandIn.objects.order_by("number")] == [
        ("Two explanations.", True),
        ("By Ana Applicant.", False),
    ]
    assert "Your work is in" in client.get(status(test.application)).content.decode()


def test_many_within_an_hour_are_told_to_wait(client: Client, letters: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appointments, "HAND_INS_AN_HOUR", 1)
    test = WorkTestFactory.create()
    address = status(test.application, "work_test")

    client.post(address, {"key": uuid.uuid4(), "text": "The first."})
    refused = client.post(address, {"key": uuid.uuid4(), "text": "The second."}).content.decode()

    assert "many times within an hour" in refused
    assert "The second." in refused
    assert [one.text for one in HandIn.objects.all()] == ["The first."]


def test_a_link_that_names_the_applicant_is_pointed_at(client: Client, letters: None) -> None:
    test = WorkTestFactory.create()

    refused = client.post(
        status(test.application, "work_test"), {"key": uuid.uuid4(), "link": "https://github.com/ana-applicant/x"}
    )

    assert "may tell the readers who you are" in refused.content.decode()
    assert not HandIn.objects.exists()


def test_work_is_judged_blind_on_the_desk(client: Client, letters: None) -> None:
    test = WorkTestFactory.create()
    file = SimpleUploadedFile("ana-applicant.pdf", PDF)
    work_tests.hand_in(test, key=uuid.uuid4(), text="Two explanations.", file=file, now=test.due_at + timedelta(1))
    assignment = AssignmentFactory.create(application=test.application, stage=test.stage)
    client.force_login(assignment.reviewer.membership.user)

    page = client.get(reverse("admin:applicants_desk_read", args=[test.application.code]))
    file_ = client.get(reverse("admin:applicants_desk_work", args=[test.application.code]))

    text = page.content.decode()
    assert "Two explanations." in text
    assert "handed in late" in text.lower() or 'data-tone="overdue"' in text
    assert "ana-applicant" not in text + file_.headers["Content-Disposition"]
    assert b"".join(file_.streaming_content) == pdfs.cleaned(io.BytesIO(PDF))  # type: ignore[attr-defined]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_tests_has_a_fixed_number_of_queries(
    client: Client, letters: None, rows: int, django_assert_num_queries: object
) -> None:
    round_ = RoundFactory.create()
    for _ in range(rows):
        test = WorkTestFactory.create(application=at(StageKind.WORK_TEST, round_))
        work_tests.hand_in(test, key=uuid.uuid4(), text="Here.")
    client.force_login(organizer_of(round_.cohort))

    with django_assert_num_queries(8):  # type: ignore[operator]
        client.get(reverse("admin:applicants_work_tests", args=[round_.slug]))


def test_an_organizer_sends_prolongs_and_reads(client: Client, letters: None) -> None:
    round_: Round = RoundFactory.create()
    application = at(StageKind.WORK_TEST, round_)
    stage_of(round_, StageKind.WORK_TEST)
    client.force_login(organizer_of(round_.cohort))
    address = reverse("admin:applicants_work_tests", args=[round_.slug])
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    client.post(address, {"pick": application.pk, "starts_at": soon, "starts_when_opened": "on"})
    test = WorkTest.objects.get()
    late = (test.due_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(reverse("admin:applicants_work_test_prolong", args=[round_.slug, test.pk]), {"until": late})
    work_tests.hand_in(work_tests.begin(test), key=uuid.uuid4(), file=SimpleUploadedFile("ana.pdf", PDF))
    file = client.get(reverse("admin:applicants_work_file", args=[round_.slug, HandIn.objects.get().pk]))

    assert kinds() == ["work-test", "work-test-prolonged", "work-test-received"]
    assert 'filename="ana.pdf"' in file.headers["Content-Disposition"]
    file.close()


def test_there_is_a_button_for_those_who_have_no_task_yet_and_what_was_chosen_stays(
    client: Client, letters: None
) -> None:
    round_: Round = RoundFactory.create()
    application = at(StageKind.WORK_TEST, round_)
    client.force_login(organizer_of(round_.cohort))
    address = reverse("admin:applicants_work_tests", args=[round_.slug])

    refused = client.post(address, {"pick": application.pk, "starts_at": "never"}).content.decode()
    soon = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    after = client.post(address, {"pick": application.pk, "starts_at": soon}, follow=True).content.decode()

    assert f'value="{application.pk}" checked' in refused
    assert "Send the task" in refused
    assert "Send the task" not in after
