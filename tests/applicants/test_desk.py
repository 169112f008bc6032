import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import conflicts
from applicants.choices import ApplicationState, AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, Redaction, Review
from applicants.models import Application
from applicants.procedures import Stage
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import (
    ApplicationFactory,
    AssignmentFactory,
    ReviewerFactory,
)
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.people.choices import Role
from whitebox.people.looked import PersonalLook
from whitebox.people.models import User

CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def reading(db: None) -> Assignment:
    return AssignmentFactory.create()


@pytest.fixture
def desk(client: Client, reading: Assignment) -> Client:
    """A browser of the reviewer who has `reading`."""
    client.force_login(reading.reviewer.membership.user)
    return client


def screen(application: Application) -> str:
    return reverse("admin:applicants_desk_read", args=[application.code])


def judgement(application: Application, motivation: str, reasoning: str, **more: str) -> dict[str, str]:
    revision = str(application.revisions.get().pk)
    return {"revision": revision, "level-motivation": motivation, "level-reasoning": reasoning, "note": "", **more}


def test_desk_shows_answers_and_no_identity(desk: Client, reading: Assignment) -> None:
    text = desk.get(screen(reading.application)).content.decode()

    assert "Because I want to know." in text
    assert "Hours a week" not in text
    assert "Ana Applicant" not in text
    assert reading.application.identity.email not in text


@pytest.mark.parametrize("path", ["screen", "home"])
def test_desk_is_the_same_to_the_byte_whoever_applied(desk: Client, reading: Assignment, path: str) -> None:
    address = screen(reading.application) if path == "screen" else reverse("admin:applicants_desk")
    before = desk.get(address)

    identity = reading.application.identity
    identity.name, identity.email, identity.school = "Zed Other", "zed@other.test", "Another school"
    identity.links, identity.zone = "https://other.test", "Europe/Berlin"
    identity.save()

    after = desk.get(address)
    assert CSRF.sub(b"", before.content) == CSRF.sub(b"", after.content)
    assert before.headers.get("Content-Length") == after.headers.get("Content-Length")


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_query_counts(client: Client, db: None, django_assert_num_queries: Any, rows: int) -> None:
    reviewer = ReviewerFactory.create()
    readings = [
        AssignmentFactory.create(application=ApplicationFactory.create(round=reviewer.round), reviewer=reviewer)
        for _ in range(rows)
    ]
    client.force_login(reviewer.membership.user)

    client.get(screen(readings[0].application))  # What the form says is kept from now on.
    # session, user, rights, application, assignment, dates of the stage, revision, redactions, progress
    with django_assert_num_queries(9):
        client.get(screen(readings[0].application))
    with django_assert_num_queries(6):  # session, user, rights, dates of stages, readings, own reviews
        client.get(reverse("admin:applicants_desk"))


def test_save_and_open_next_goes_through_the_pile(desk: Client, reading: Assignment) -> None:
    second = AssignmentFactory.create(
        application=ApplicationFactory.create(round=reading.application.round), reviewer=reading.reviewer
    )

    to_second = desk.post(screen(reading.application), judgement(reading.application, "4", "abstain", submit="1"))
    to_desk = desk.post(screen(second.application), judgement(second.application, "2", "3", submit="1"))

    reading.refresh_from_db()
    assert to_second.headers["Location"] == screen(second.application)
    assert to_desk.headers["Location"] == reverse("admin:applicants_desk")
    assert reading.state == AssignmentState.DONE


def test_an_incomplete_submission_is_kept_as_a_draft(desk: Client, reading: Assignment) -> None:
    address = screen(reading.application)
    sent = {"revision": str(reading.application.revisions.get().pk), "level-motivation": "4", "note": "Good."}

    response = desk.post(
        address, sent | {"submit": "1"}, headers={"Referer": f"http://testserver{address}"}, follow=True
    )

    assert "Reasoning" in " ".join(str(message) for message in response.context["messages"])
    assert Review.objects.get().note == "Good."
    assert response.context["page"].criteria[0].chosen == "4"


def test_others_scores_are_hidden_until_the_own_are_in(desk: Client, reading: Assignment) -> None:
    other = AssignmentFactory.create(application=reading.application)
    stranger = Client()
    stranger.force_login(other.reviewer.membership.user)
    secret = judgement(reading.application, "1", "5", submit="1", note="A secret note.")
    before = desk.get(screen(reading.application)).content
    stranger.post(screen(reading.application), secret)

    hidden = desk.get(screen(reading.application)).content
    desk.post(screen(reading.application), judgement(reading.application, "4", "4", submit="1"))
    shown = desk.get(screen(reading.application)).content.decode()

    assert CSRF.sub(b"", hidden) == CSRF.sub(b"", before)
    assert "A secret note." in shown
    assert "Reviewer A: 2.00" in shown


def test_recuse_takes_the_application_off_the_desk(desk: Client, reading: Assignment) -> None:
    address = reverse("admin:applicants_desk_recuse", args=[reading.application.code])

    desk.post(address, {"reason": "I taught them."})

    assert desk.get(screen(reading.application)).status_code == 404


def strangers() -> list[str]:
    return ["not assigned", "no reviewer", "dismissed", "conflicted superuser", "withdrawn"]


@pytest.mark.parametrize("who", strangers())
def test_desk_is_404_for(client: Client, reading: Assignment, who: str) -> None:
    user: User = reading.reviewer.membership.user
    if who == "not assigned":
        user = ReviewerFactory.create(round=reading.application.round).membership.user
    elif who == "no reviewer":
        user = UserFactory.create(is_staff=True, is_superuser=True)
    elif who == "dismissed":
        reading.reviewer.is_active = False
        reading.reviewer.save()
    elif who == "conflicted superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.PINNED)
    else:
        Application.objects.filter(pk=reading.application.pk).update(state=ApplicationState.WITHDRAWN)
    client.force_login(user)

    answers = {
        client.get(screen(reading.application)).status_code,
        client.post(screen(reading.application)).status_code,
    }

    assert answers == {404}


LOOKUPS = ("?identity__name__startswith=A", "?identity__name__startswith=Z", "?q=Ana", "?o=1", "?state=draft")


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("model", ["application", "identity", "decision", "offer", "round", "reviewer"])
def test_no_changelist_tells_a_reviewer_anything(
    desk: Client, reading: Assignment, model: str, is_superuser: bool
) -> None:
    User.objects.filter(pk=reading.reviewer.membership.user_id).update(is_superuser=is_superuser)
    address = reverse(f"admin:applicants_{model}_changelist")
    plain = desk.get(address)

    filtered = [desk.get(address + lookup) for lookup in LOOKUPS]

    assert {response.status_code for response in [plain, *filtered]} == {403}
    assert {CSRF.sub(b"", response.content) for response in filtered} == {CSRF.sub(b"", plain.content)}


def test_no_page_of_an_application_opens_to_its_reviewer(desk: Client, reading: Assignment) -> None:
    application = reading.application
    round_ = [application.round.slug]
    addresses = [
        reverse("admin:applicants_application_change", args=[application.pk]),
        reverse("admin:applicants_application_history", args=[application.pk]),
        reverse("admin:applicants_identity_change", args=[application.identity.pk]),
        reverse("admin:applicants_answers", args=[application.code]),
        reverse("admin:applicants_file", args=[application.code, "work"]),
        reverse("admin:applicants_pipeline", args=round_),
        reverse("admin:applicants_letters", args=round_),
        reverse("admin:applicants_readings", args=round_),
    ]

    assert {desk.get(address).status_code for address in addresses} <= {403, 404}


def test_the_desk_sends_a_visitor_to_the_sign_in(client: Client, db: None) -> None:
    response = client.get(reverse("admin:applicants_desk"))

    assert response.status_code == 302
    assert "login" in response.headers["Location"]


def test_a_newer_revision_is_announced_and_the_review_stays_with_the_older(desk: Client, reading: Assignment) -> None:
    application = reading.application
    desk.post(screen(application), judgement(application, "4", "4", submit="1"))
    application.revisions.create(
        number=2, answers=application.revisions.get().answers | {"why": "Newer words."}, key=application.token_nonce
    )

    page = desk.get(screen(application)).context["page"]

    assert [change.label for change in page.changes] == ["Why do you want this?"]
    assert Review.objects.get().revision.number == 1


def test_a_stage_that_is_not_blind_shows_who_it_is_to_its_readers_only(desk: Client, reading: Assignment) -> None:
    identity = reading.application.identity
    identity.school, identity.links = "Hill School", "https://ana.example"
    identity.save()
    Stage.objects.filter(pk=reading.stage_id).update(is_blind=False)
    stranger = Client()
    stranger.force_login(ReviewerFactory.create(round=reading.application.round).membership.user)

    shown = desk.get(screen(reading.application)).content.decode()

    assert all(words in shown for words in ("Ana Applicant", "Hill School", "https://ana.example"))
    assert identity.email not in shown
    assert stranger.get(screen(reading.application)).status_code == 404
    assert "Ana Applicant" not in desk.get(reverse("admin:applicants_desk")).content.decode()


@pytest.mark.parametrize(
    ("rule", "seen"),
    [("never", (False, False)), ("after-own", (False, True)), ("always", (True, True))],
)
def test_others_reviews_show_as_the_stage_says(
    desk: Client, reading: Assignment, rule: str, seen: tuple[bool, bool]
) -> None:
    Stage.objects.filter(pk=reading.stage_id).update(others_visible=rule)
    other = AssignmentFactory.create(application=reading.application)
    stranger = Client()
    stranger.force_login(other.reviewer.membership.user)
    stranger.post(screen(reading.application), judgement(reading.application, "1", "5", submit="1", note="A secret."))

    before = "A secret." in desk.get(screen(reading.application)).content.decode()
    desk.post(screen(reading.application), judgement(reading.application, "4", "4", submit="1"))
    after = "A secret." in desk.get(screen(reading.application)).content.decode()

    assert (before, after) == seen


def test_a_full_page_stays_within_its_queries(
    desk: Client, reading: Assignment, django_assert_num_queries: Any
) -> None:
    """A submitted review, another one, a newer revision, a redaction, and a stage that shows who it is."""
    application = reading.application
    Stage.objects.filter(pk=reading.stage_id).update(is_blind=False, others_visible="always")
    other = AssignmentFactory.create(application=application)
    stranger = Client()
    stranger.force_login(other.reviewer.membership.user)
    for browser in (stranger, desk):
        browser.post(screen(application), judgement(application, "4", "4", submit="1"))
    first = application.revisions.get()
    newer = application.revisions.create(number=2, answers=first.answers | {"why": "New."}, key=application.token_nonce)
    Redaction.objects.create(revision=newer, question="why", text="[removed]")
    desk.get(screen(application))

    with django_assert_num_queries(12):  # the nine of a plain page, scores, the identity, and that it was seen
        page = desk.get(screen(application)).context["page"]

    assert (len(page.others), len(page.changes), page.identity) == (1, 1, application.identity)


@pytest.mark.parametrize(("is_blind", "looks"), [(True, []), (False, ["admin:applicants_desk_read"])])
def test_who_saw_the_name_at_the_desk_is_on_record(
    desk: Client, reading: Assignment, is_blind: bool, looks: list[str]
) -> None:
    Stage.objects.filter(pk=reading.stage_id).update(is_blind=is_blind)

    desk.get(screen(reading.application))
    desk.get(screen(reading.application))

    seen = PersonalLook.objects.filter(
        subject=f"applicants.application:{reading.application_id}", by=reading.reviewer.membership.user
    )
    assert [one.page for one in seen] == looks


def test_the_difference_is_made_of_redacted_texts(desk: Client, reading: Assignment) -> None:
    application = reading.application
    desk.post(screen(application), judgement(application, "4", "4", submit="1"))
    first = application.revisions.get()
    Redaction.objects.create(revision=first, question="why", text="I am [removed].")
    newer = application.revisions.create(
        number=2, answers=first.answers | {"why": "I am Ana."}, key=application.token_nonce
    )
    Redaction.objects.create(revision=newer, question="why", text="I am really [removed].")

    page = desk.get(screen(application)).context["page"]

    assert [(piece.kind, piece.text) for piece in page.changes[0].pieces] == [
        ("same", "I am "),
        ("new", "really "),
        ("same", "[removed]."),
    ]


def test_a_change_that_was_taken_out_of_both_texts_is_none(desk: Client, reading: Assignment) -> None:
    application = reading.application
    desk.post(screen(application), judgement(application, "4", "4", submit="1"))
    first = application.revisions.get()
    newer = application.revisions.create(number=2, answers=first.answers | {"why": "Ana!"}, key=application.token_nonce)
    for revision in (first, newer):
        Redaction.objects.create(revision=revision, question="why", text="[removed]")

    assert desk.get(screen(application)).context["page"].changes == []


def test_handing_in_again_pins_the_newer_revision(desk: Client, reading: Assignment) -> None:
    application = reading.application
    sent = judgement(application, "4", "4", submit="1")
    desk.post(screen(application), sent)
    newer = application.revisions.create(
        number=2, answers=application.revisions.get().answers | {"why": "New."}, key=application.token_nonce
    )

    desk.post(screen(application), sent | {"revision": str(newer.pk)})

    assert Review.objects.get().revision == newer
    assert desk.get(screen(application)).context["page"].changes == []


def test_a_draft_is_kept_without_a_word(desk: Client, reading: Assignment) -> None:
    address = reverse("admin:applicants_desk_draft", args=[reading.application.code])

    kept = desk.post(address, judgement(reading.application, "4", "", note="So far."))
    desk.post(screen(reading.application), judgement(reading.application, "4", "4", submit="1"))
    refused = desk.post(address, judgement(reading.application, "1", "1"))

    assert (kept.status_code, kept.content, refused.status_code) == (204, b"", 409)
    assert list(Review.objects.get().scores.values_list("score", flat=True)) == [4, 4]


def test_hand_back_takes_the_application_off_the_desk_and_tells_organizers(desk: Client, reading: Assignment) -> None:
    organizer = Client()
    organizer.force_login(organizer_of(reading.application.round.cohort))

    desk.post(reverse("admin:applicants_desk_hand_back", args=[reading.application.code]), {"reason": "Exams."})

    assert desk.get(screen(reading.application)).status_code == 404
    told = organizer.get(reverse("admin:applicants_conflicts", args=[reading.application.round.slug]))
    assert [(row.state, row.reason) for row in told.context["back"]] == [("declined", "Exams.")]


@pytest.mark.parametrize("rows", [1, 3])
def test_own_reviews_side_by_side(client: Client, db: None, django_assert_num_queries: Any, rows: int) -> None:
    reviewer = ReviewerFactory.create()
    client.force_login(reviewer.membership.user)
    for level in range(1, rows + 1):
        application = ApplicationFactory.create(round=reviewer.round)
        AssignmentFactory.create(application=application, reviewer=reviewer)
        client.post(screen(application), judgement(application, "5", "5", submit="1"))
        client.post(screen(application), judgement(application, str(level), "abstain", submit="1"))
    address = reverse("admin:applicants_desk_own", args=[reviewer.round.slug, "screen"])

    with django_assert_num_queries(6):  # session, user, rights, readings, scores, edits
        table = client.get(address).context["table"]

    assert [row.scores for row in table.rows] == [[level, None] for level in range(rows, 0, -1)]
    assert [[one.scores for one in row.earlier] for row in table.rows] == [[[5, 5]]] * rows


def test_own_reviews_show_nobody_elses(desk: Client, reading: Assignment) -> None:
    desk.post(screen(reading.application), judgement(reading.application, "4", "4", submit="1"))
    stranger = Client()
    stranger.force_login(ReviewerFactory.create(round=reading.application.round).membership.user)

    answer = stranger.get(reverse("admin:applicants_desk_own", args=[reading.application.round.slug, "screen"]))

    assert answer.status_code == 404


@pytest.mark.parametrize("model", ["application", "identity", "assignment", "conflictofinterest"])
def test_the_admin_hides_from_organizers_what_they_have_a_conflict_with(
    client: Client, reading: Assignment, model: str
) -> None:
    other = ApplicationFactory.create(round=reading.application.round)
    AssignmentFactory.create(application=other)
    member = MembershipFactory.create(
        cohort=reading.application.round.cohort, role=Role.ORGANIZER, user__is_staff=True, user__is_superuser=True
    )
    conflicts.record(
        ReviewerFactory.create(round=other.round, membership=member), other, origin=ConflictOrigin.DETECTED
    )
    conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.DETECTED)
    client.force_login(member.user)

    text = client.get(reverse(f"admin:applicants_{model}_changelist")).content.decode()

    assert (reading.application.code in text, other.code in text) == (True, False)
