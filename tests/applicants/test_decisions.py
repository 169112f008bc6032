import pytest
from django.utils import timezone

from applicants import conflicts, decisions
from applicants.choices import ConflictOrigin, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.letters import KIND_OF
from applicants.models import Application
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, ReviewerFactory, RoundFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.models import User


@pytest.fixture
def application(db: None) -> Application:
    return ApplicationFactory.create()


@pytest.fixture
def organizer(application: Application) -> User:
    return organizer_of(application.round.cohort)


def test_decide_waits_for_its_release(application: Application, organizer: User) -> None:
    decision = decisions.decide(application, DecisionCode.WAITLIST, reason="Close.", by=organizer)

    assert (decision.released_at, decision.waitlist_rank, decision.by) == (None, 1, organizer)
    assert decisions.in_force(application) is None
    assert not Letter.objects.exists()


def test_decide_twice_is_one_decision_and_another_supersedes_it(application: Application, organizer: User) -> None:
    first = decisions.decide(application, DecisionCode.DECLINE, reason="No.", by=organizer)
    same = decisions.decide(application, DecisionCode.DECLINE, reason="No.", by=organizer)
    other = decisions.decide(application, DecisionCode.OFFER, reason="Yes.", by=organizer)

    first.refresh_from_db()
    assert (same, other.supersedes) == (first, first)
    assert first.superseded_at is not None


def test_decide_refuses_without_a_reason(application: Application, organizer: User) -> None:
    with pytest.raises(RuleViolation, match="reason"):
        decisions.decide(application, DecisionCode.DECLINE, reason=" ", by=organizer)


def test_decide_refuses_who_has_a_conflict_superuser_or_not(application: Application) -> None:
    reviewer = ReviewerFactory.create(round=application.round)
    user = reviewer.membership.user
    user.is_superuser = True
    conflicts.record(reviewer, application, origin=ConflictOrigin.DECLARED, reason="My cousin.")

    with pytest.raises(RuleViolation, match="conflict"):
        decisions.decide(application, DecisionCode.OFFER, reason="Good.", by=user)


@pytest.mark.parametrize("code", DecisionCode.values)
def test_release_writes_the_letter_of_its_own_kind_once(
    letters: None, application: Application, organizer: User, code: str
) -> None:
    decision = decisions.decide(application, DecisionCode(code), reason="Seen.", by=organizer)

    first = decisions.release([decision], by=organizer)
    second = decisions.release([decision], by=organizer)

    assert (len(first), len(second)) == (1, 0)
    assert [letter.kind for letter in Letter.objects.all()] == [KIND_OF[code]]
    assert Offer.objects.count() == (1 if code == DecisionCode.OFFER else 0)


def test_release_is_all_or_nothing(letters: None) -> None:
    round_ = RoundFactory.create(cohort__seats=1)
    made = [DecisionFactory.create(application=ApplicationFactory.create(round=round_)) for _ in range(2)]

    with pytest.raises(RuleViolation, match="seats"):
        decisions.release(made, by=organizer_of(round_.cohort))

    assert not Letter.objects.exists()
    assert not Decision.objects.filter(released_at__isnull=False).exists()


def test_release_of_another_decision_ends_the_open_offer(
    letters: None, application: Application, organizer: User
) -> None:
    offer = decisions.decide(application, DecisionCode.OFFER, reason="Yes.", by=organizer)
    decisions.release([offer], by=organizer)
    decline = decisions.decide(application, DecisionCode.DECLINE, reason="A mistake.", by=organizer)

    decisions.release([decline], by=organizer)

    offer.refresh_from_db()
    assert offer.superseded_at is not None
    assert Offer.objects.get().state == OfferState.WITHDRAWN
    assert decisions.in_force(application) == decline


def test_release_refuses_a_decision_that_was_replaced(letters: None, application: Application, organizer: User) -> None:
    old = decisions.decide(application, DecisionCode.OFFER, reason="Yes.", by=organizer)
    decisions.decide(application, DecisionCode.DECLINE, reason="No.", by=organizer)

    with pytest.raises(RuleViolation, match="changed"):
        decisions.release([old], by=organizer)


def test_retract_takes_back_what_waits_and_nothing_released(
    letters: None, application: Application, organizer: User
) -> None:
    waiting = decisions.decide(application, DecisionCode.DECLINE, reason="No.", by=organizer)
    decisions.retract(waiting, by=organizer)
    decisions.retract(waiting, by=organizer)
    released = decisions.decide(application, DecisionCode.OFFER, reason="Yes.", by=organizer)
    decisions.release([released], by=organizer)

    with pytest.raises(RuleViolation, match="released"):
        decisions.retract(released, by=organizer)

    assert decisions.in_force(application) == released


def test_preview_shows_the_words_of_the_letter_that_is_released(
    letters: None, application: Application, organizer: User
) -> None:
    decision = decisions.decide(application, DecisionCode.DECLINE, reason="No.", by=organizer)
    shown = decisions.previews([decision], timezone.now())

    decisions.release([decision], by=organizer)

    letter = Letter.objects.get()
    assert [(one.subject, one.text.strip()) for one in shown] == [(letter.subject, letter.text.strip())]
    assert shown[0].to == f"Ana Applicant <{letter.address}>"
