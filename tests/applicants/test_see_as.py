from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import conflicts
from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import Assignment
from applicants.models import Application, Round
from applicants.return_links import SEEN, token_of
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory
from whitebox.outbox.models import Letter
from whitebox.people.models import User
from whitebox.web import see_as
from whitebox.web.models import Look

DESK = reverse("admin:applicants_desk")
START, STOP = reverse("web:see_as_start"), reverse("web:see_as_stop")


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def organizer(round_: Round) -> User:
    return organizer_of(round_.cohort)


@pytest.fixture
def client_(client: Client, organizer: User) -> Client:
    client.force_login(organizer)
    return client


def begin(client: Client, kind: str, key: object) -> int:
    return client.post(START, {"kind": kind, "key": str(key)}).status_code


def own(page: str = "status", *more: str) -> str:
    return reverse(f"applicants:{page}", args=[SEEN, *more])


def read(code: str) -> str:
    return reverse("admin:applicants_desk_read", args=[code])


def test_an_organizer_sees_the_page_of_an_applicant(client_: Client, round_: Round, organizer: User) -> None:
    application = ApplicationFactory.create(round=round_)
    assert begin(client_, "applicant", application.code) == 302

    text = client_.get(own()).content.decode()

    assert "You see this as applicant" in text
    assert application.code in text
    assert token_of(application) not in text
    looks = [(one.by, one.kind, one.subject, one.page) for one in Look.objects.order_by("pk")]
    seen = (organizer, "applicant", f"applicants.application:{application.pk}")
    assert looks == [(*seen, see_as.BEGUN), (*seen, f"applicants:status {SEEN}")]


def test_a_look_that_is_refused_is_not_begun(client_: Client, round_: Round) -> None:
    assert begin(client_, "applicant", "WB-NOBODY") == 404
    assert not Look.objects.exists()


def test_a_look_at_a_form_leaves_no_trace(client_: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    begin(client_, "applicant", application.code)

    assert client_.get(own("section", "reasons")).status_code == 200

    application.refresh_from_db()
    assert application.form_opened_at is None
    assert Look.objects.count() == 2


@pytest.mark.parametrize("data", [{"why": "I"}, {"why": "I", "autosave": "1"}])
def test_nothing_is_changed_while_one_looks(client_: Client, round_: Round, data: dict[str, str]) -> None:
    application = ApplicationFactory.create(round=round_)
    begin(client_, "applicant", application.code)

    answers = [
        client_.post(own("section", "reasons"), data),
        client_.post(own("withdraw"), {"sure": "on"}),
        client_.put(own()),
        client_.delete(own()),
        client_.post(reverse("admin:applicants_appoint", args=[round_.slug])),
    ]

    application.refresh_from_db()
    assert [one.status_code for one in answers] == [403] * 5
    assert (application.state, application.draft.answers.get("why")) == ("submitted", "Because I want to know.")


def test_no_other_page_and_no_secret_opens_meanwhile(client_: Client, round_: Round) -> None:
    application, other = (ApplicationFactory.create(round=round_) for _ in range(2))
    begin(client_, "applicant", application.code)

    found = {
        address: client_.get(address).status_code
        for address in (
            reverse("web:calendar_settings"),
            reverse("web:home"),
            reverse("mfa_index"),
            reverse("account_email"),
            reverse("admin:index"),
            reverse("admin:applicants_answers", args=[other.code]),
            DESK,
        )
    }

    assert set(found.values()) == {403}
    assert client_.get(reverse("applicants:status", args=[token_of(other)])).status_code == 404
    assert client_.get(reverse("applicants:status", args=[token_of(application)])).status_code == 404


def test_the_word_in_place_of_a_token_opens_nothing_by_itself(client_: Client) -> None:
    assert client_.get(own()).status_code == 404


def test_an_organizer_sees_the_desk_of_a_reviewer(client_: Client, round_: Round) -> None:
    assignment = AssignmentFactory.create(application=ApplicationFactory.create(round=round_))
    begin(client_, "reviewer", assignment.reviewer.pk)

    desk, page = client_.get(DESK), client_.get(read(assignment.application.code))

    assert assignment.application.code in desk.content.decode()
    assert "You see this as reviewer" in page.content.decode()
    assert "Ana Applicant" not in page.content.decode()
    assert client_.post(read(assignment.application.code), {"submit": "1"}).status_code == 403
    assert Assignment.objects.get().state == AssignmentState.OPEN


def test_a_look_is_no_way_around_a_conflict(client_: Client, round_: Round, organizer: User) -> None:
    barred, other = (ApplicationFactory.create(round=round_) for _ in range(2))
    reviewer = ReviewerFactory.create(round=round_)
    for application in (barred, other):
        judge(application, reviewer, 4)
    own_right = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    conflicts.record(own_right, barred, origin=ConflictOrigin.PINNED)

    assert begin(client_, "reviewer", reviewer.pk) == 302
    text = client_.get(DESK).content.decode()

    assert (barred.code in text, other.code in text) == (False, True)
    assert client_.get(read(barred.code)).status_code == 404
    client_.post(STOP)
    assert begin(client_, "applicant", barred.code) == 404
    assert client_.get(own()).status_code == 404


def test_a_look_is_no_way_around_blindness(client_: Client, round_: Round, organizer: User) -> None:
    """Who has still to read an application finds neither the name behind it nor what others gave it."""
    application = ApplicationFactory.create(round=round_)
    other = ReviewerFactory.create(round=round_)
    judge(application, other, 5)
    own_right = ReviewerFactory.create(round=round_, membership=organizer.memberships.get())
    AssignmentFactory.create(application=application, reviewer=own_right)

    begin(client_, "reviewer", other.pk)
    assert application.code not in client_.get(DESK).content.decode()
    assert client_.get(read(application.code)).status_code == 404
    client_.post(STOP)
    refused = client_.post(START, {"kind": "applicant", "key": application.code}, follow=True)

    assert "without knowing who wrote it" in refused.content.decode()


def test_a_reviewer_of_two_cohorts_is_seen_in_the_own_one_only(client_: Client, round_: Round) -> None:
    reviewer = ReviewerFactory.create(round=round_)
    elsewhere = ApplicationFactory.create()
    away = ReviewerFactory.create(round=elsewhere.round)
    away.membership.user = reviewer.membership.user
    away.membership.save()
    AssignmentFactory.create(application=elsewhere, reviewer=away)

    begin(client_, "reviewer", reviewer.pk)

    assert elsewhere.code not in client_.get(DESK).content.decode()
    assert client_.get(read(elsewhere.code)).status_code == 404


@pytest.mark.parametrize("who", ["organizer of another cohort", "reviewer", "superuser"])
def test_nobody_else_looks(client: Client, round_: Round, who: str) -> None:
    application = ApplicationFactory.create(round=round_)
    reviewer = ReviewerFactory.create(round=round_)
    user = {
        "organizer of another cohort": organizer_of(RoundFactory.create().cohort),
        "reviewer": reviewer.membership.user,
        "superuser": User.objects.create_superuser("root@example.test"),
    }[who]
    client.force_login(user)

    codes = [begin(client, "applicant", application.code), begin(client, "reviewer", reviewer.pk)]

    assert [*codes, begin(client, "nobody", 1)] == [404, 404, 404]
    assert not Look.objects.exists()


def test_a_look_ends_by_itself_before_anything_is_done(client_: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        begin(client_, "applicant", application.code)
        assert client_.get(own()).status_code == 200
        clock.shift(see_as.LASTS + timedelta(seconds=1))
        ended = client_.post(own("withdraw"), {"sure": "on"})

    assert (ended.status_code, ended.headers["Location"]) == (302, reverse("web:home"))
    assert client_.get(own()).status_code == 404
    application.refresh_from_db()
    assert application.state == "submitted"


def test_a_look_ends_when_the_right_to_it_does(client_: Client, round_: Round, organizer: User) -> None:
    application = ApplicationFactory.create(round=round_)
    begin(client_, "applicant", application.code)
    organizer.memberships.update(state="withdrawn")

    assert client_.get(own()).headers["Location"] == reverse("web:home")


def test_a_look_ends_by_its_button(client_: Client, round_: Round) -> None:
    begin(client_, "applicant", ApplicationFactory.create(round=round_).code)

    for _twice in range(2):
        client_.post(STOP)

    assert client_.get(DESK).status_code == 404
    assert client_.get(reverse("admin:applicants_pipeline", args=[round_.slug])).status_code == 200


def test_no_letter_and_no_task_leaves_a_look(client_: Client, round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a page that would write does nothing: what it did is taken back."""
    application = ApplicationFactory.create(round=round_)
    begin(client_, "applicant", application.code)

    def meddle(found: Application, *_more: object) -> None:
        Letter.objects.create(kind="x", dedup_key="x", address="a@example.test", subject="x", text="x", html="x")

    monkeypatch.setattr("applicants.views.apply.applying.note_form_opened", meddle)

    assert client_.get(own("section", "reasons")).status_code == 200
    assert not Letter.objects.exists()
