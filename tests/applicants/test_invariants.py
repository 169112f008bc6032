import pytest
from django.utils import timezone

from applicants import applying, decisions, invariants
from applicants.choices import DecisionCode
from applicants.judgements import Decision
from applicants.models import Application, Revision
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, OfferFactory, RoundFactory
from whitebox.people.models import Cohort


def broken() -> set[str]:
    return {one.name for one in invariants.INVARIANTS if one.broken().exists()}


def test_the_verbs_keep_every_invariant(letters: None) -> None:
    application = ApplicationFactory.create()
    organizer = organizer_of(application.round.cohort)

    for code in (DecisionCode.WAITLIST, DecisionCode.OFFER):
        decision = decisions.decide(application, code, reason="Seen.", by=organizer)
        decisions.release([decision], by=organizer)
    applying.withdraw(application)

    assert broken() == set()


def test_a_released_decision_without_its_letter_is_found(db: None) -> None:
    DecisionFactory.create(released_at=timezone.now())

    assert broken() == {"a released decision has its letter"}


def test_more_offers_than_seats_are_found(letters: None) -> None:
    round_ = RoundFactory.create()
    for _ in range(2):
        OfferFactory.create(decision__application=ApplicationFactory.create(round=round_))
    Cohort.objects.filter(pk=round_.cohort_id).update(seats=1)

    assert "seats are not exceeded by offers" in broken()


@pytest.mark.parametrize("model", [Revision])
def test_a_submission_without_a_revision_is_found(db: None, model: type[Revision]) -> None:
    ApplicationFactory.create()
    model.objects.all().delete()

    assert broken() == {"a submitted application has a revision"}


def test_a_stage_of_another_round_is_found(db: None) -> None:
    application, other = ApplicationFactory.create(), RoundFactory.create()
    Application.objects.filter(pk=application.pk).update(stage=other.form.stages.get(slug="screen"))

    assert broken() == {"an application's stage is one of its round"}
    assert not Decision.objects.exists()
