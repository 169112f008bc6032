import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from applicants import applying, replies
from applicants.choices import ApplicationState, AssignmentState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Identity, Revision
from applicants.return_links import address_of, application_or_404, token_of
from tests.factories.applicants import (
    ANSWERS,
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    OfferFactory,
    RoundFactory,
)
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter


def test_start_makes_a_draft_and_mails_its_link(letters: None) -> None:
    round_ = RoundFactory.create()

    applying.start(round_, email="Ana@Example.test", name="Ana", zone="Asia/Tokyo", source="dlsu")

    application = Application.objects.get()
    letter = Letter.objects.get()
    assert (application.state, application.source, application.round) == (ApplicationState.DRAFT, "dlsu", round_)
    assert (letter.kind, letter.address) == ("application-link", "Ana@Example.test")
    assert address_of(application) in letter.text


@pytest.mark.parametrize("again", ["ana@example.test", "ANA@EXAMPLE.TEST ", "ana+second@example.test"])
def test_start_with_the_same_address_continues_the_one_that_is_there(letters: None, again: str) -> None:
    round_, now = RoundFactory.create(), timezone.now()
    applying.start(round_, email="ana@example.test", name="Ana", zone="Asia/Manila", now=now)

    applying.start(round_, email=again, name="Other", zone="Asia/Tokyo", now=now + timedelta(minutes=2))

    assert Identity.objects.get().name == "Ana"
    assert [letter.address for letter in Letter.objects.all()] == ["ana@example.test"] * 2


def test_start_mails_a_link_that_works_after_a_change_of_the_secret(letters: None, settings: Settings) -> None:
    round_ = RoundFactory.create()
    application = ApplicationFactory.create(round=round_, parts__email="ana@example.test")
    settings.SECRET_KEY = "another secret"

    applying.start(round_, email="ana@example.test", name="Ana", zone="Asia/Manila")

    assert application_or_404(token_of(application)) == application
    assert token_of(application) in Letter.objects.get().text


def test_start_refuses_a_closed_round(letters: None) -> None:
    round_ = RoundFactory.create(closes_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(RuleViolation, match="not open"):
        applying.start(round_, email="ana@example.test", name="Ana", zone="Asia/Manila")


def test_save_answers_keeps_wrong_ones_too(db: None) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={"hours": "12"})

    applying.save_answers(application, {"why": "word " * 100})

    application.draft.refresh_from_db()
    assert application.draft.answers == {"hours": "12", "why": "word " * 100}


def test_save_answers_gives_grace_to_a_form_opened_before_the_deadline(db: None) -> None:
    now = timezone.now()
    round_ = RoundFactory.create(closes_at=now - timedelta(minutes=30), grace_minutes=60)
    early = ApplicationFactory.create(
        round=round_, state=ApplicationState.DRAFT, form_opened_at=now - timedelta(hours=1)
    )
    late = ApplicationFactory.create(round=round_, state=ApplicationState.DRAFT)

    applying.save_answers(early, {"why": "Saved."}, now=now)
    with pytest.raises(RuleViolation, match="closed"):
        applying.save_answers(late, {"why": "Late."}, now=now)
    with pytest.raises(RuleViolation, match="closed"):
        applying.save_answers(early, {"why": "Later."}, now=now + timedelta(hours=1))

    early.draft.refresh_from_db()
    assert early.draft.answers["why"] == "Saved."


def test_submit_makes_a_revision_and_enters_the_first_stage(letters: None) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)

    revision = applying.submit(application, key=uuid.uuid4())

    application.refresh_from_db()
    assert (revision.number, revision.answers) == (1, ANSWERS)
    assert application.state == ApplicationState.SUBMITTED
    assert application.stage is not None
    assert application.stage.slug == "screen"
    assert [letter.kind for letter in Letter.objects.all()] == ["application-receipt"]


def test_submit_twice_makes_one_revision_and_one_receipt(letters: None) -> None:
    application, key = ApplicationFactory.create(state=ApplicationState.DRAFT), uuid.uuid4()

    first = applying.submit(application, key=key)
    second = applying.submit(application, key=key)
    other_tab = applying.submit(application, key=uuid.uuid4())

    assert first == second == other_tab
    assert Revision.objects.count() == Letter.objects.count() == 1


def test_submit_again_with_changed_answers_makes_another_revision(letters: None) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT)
    applying.submit(application, key=uuid.uuid4())
    applying.save_answers(application, {"why": "A better reason."})

    second = applying.submit(application, key=uuid.uuid4())

    assert second.number == 2
    assert [revision.answers["why"] for revision in application.revisions.all()] == [ANSWERS["why"], "A better reason."]
    assert Letter.objects.count() == 1


def test_submit_refuses_missing_answers_and_keeps_the_draft(letters: None) -> None:
    application = ApplicationFactory.create(state=ApplicationState.DRAFT, parts__answers={"why": "Only this."})

    with pytest.raises(RuleViolation, match="missing"):
        applying.submit(application, key=uuid.uuid4())

    application.refresh_from_db()
    assert (application.state, application.draft.answers) == (ApplicationState.DRAFT, {"why": "Only this."})


def test_withdraw_ends_readings_and_the_open_offer(db: None) -> None:
    offer = OfferFactory.create()
    reading = AssignmentFactory.create(application=offer.application)

    applying.withdraw(offer.application, reason="Another plan.")
    applying.withdraw(offer.application)

    offer.refresh_from_db()
    reading.refresh_from_db()
    assert (offer.state, reading.state) == (OfferState.WITHDRAWN, AssignmentState.DECLINED)
    assert [change.reason for change in offer.application.changes.all()] == ["Another plan."]


def test_withdraw_frees_the_kept_place_for_the_next_in_line(letters: None) -> None:
    round_ = RoundFactory.create(cohort__seats=1)
    offer = OfferFactory.create(decision__application=ApplicationFactory.create(round=round_))
    waiting = DecisionFactory.create(
        application=ApplicationFactory.create(round=round_),
        code=DecisionCode.WAITLIST,
        waitlist_rank=1,
        released_at=timezone.now(),
    )

    applying.withdraw(offer.application)

    assert Decision.objects.get(released_at=None).application == waiting.application


def test_withdraw_lets_a_pending_decision_fall(db: None) -> None:
    decision = DecisionFactory.create()

    applying.withdraw(decision.application)

    decision.refresh_from_db()
    assert decision.superseded_at is not None


def test_withdraw_refuses_the_enrolled(letters: None) -> None:
    offer: Offer = OfferFactory.create()
    replies.accept(offer)

    with pytest.raises(RuleViolation, match="place already"):
        applying.withdraw(offer.application)


def test_submit_with_a_page_that_was_used_makes_nothing_new(letters: None) -> None:
    application, key = ApplicationFactory.create(state=ApplicationState.DRAFT), uuid.uuid4()
    first = applying.submit(application, key=key)
    applying.save_answers(application, {"why": "Changed since."})

    again = applying.submit(application, key=key)

    assert again == first
    assert Revision.objects.count() == 1
