import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from applicants import decisions, offers, sweeps, waitlist
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, OfferFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User


def test_accept_makes_an_account_a_seat_and_a_welcome(letters: None) -> None:
    offer = OfferFactory.create(decision__application__parts__email="Ana@Example.test")

    seat = offers.accept(offer)

    offer.refresh_from_db()
    offer.application.refresh_from_db()
    user = User.objects.get(email="ana@example.test")
    assert (seat.user, seat.role, seat.state) == (user, Role.PARTICIPANT, MembershipState.ACTIVE)
    assert (offer.state, offer.application.state) == (OfferState.ACCEPTED, ApplicationState.ENROLLED)
    assert offer.application.membership == seat
    assert EmailAddress.objects.get(user=user).verified
    assert not user.has_usable_password()
    assert Letter.objects.get().kind == "enrolled-welcome"


def test_accept_twice_is_harmless(letters: None) -> None:
    offer = OfferFactory.create()

    first = offers.accept(offer)
    second = offers.accept(offer)

    assert first == second
    assert (Membership.objects.count(), Letter.objects.count()) == (1, 1)


def test_accept_keeps_an_account_that_is_there(letters: None) -> None:
    user = UserFactory.create(email="ana@example.test", name="Old name")
    offer = OfferFactory.create(decision__application__parts__email="ana@example.test")

    seat = offers.accept(offer)

    user.refresh_from_db()
    assert (seat.user, user.name) == (user, "Old name")
    assert EmailAddress.objects.filter(user=user).count() == 1


def test_accept_refuses_after_the_end(letters: None) -> None:
    offer = OfferFactory.create(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(RuleViolation, match="ended"):
        offers.accept(offer)

    assert not Membership.objects.exists()


def test_accept_refuses_when_the_seat_was_given_away(letters: None) -> None:
    offer = OfferFactory.create(decision__application__round__cohort__seats=1)
    MembershipFactory.create(cohort=offer.application.round.cohort)

    with pytest.raises(RuleViolation, match="All seats"):
        offers.accept(offer)

    offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_make_counts_open_offers_as_taken_seats(db: None) -> None:
    now = timezone.now()
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=1))
    first, second = (
        DecisionFactory.create(application=ApplicationFactory.create(round=round_), released_at=now) for _ in range(2)
    )

    offer = offers.make(first, now=now)
    again = offers.make(first, now=now)
    with pytest.raises(RuleViolation, match="taken or kept"):
        offers.make(second, now=now)

    assert offer == again
    assert offers.free_seats(round_.cohort) == 0


def test_decline_proposes_the_next_in_line_once(letters: None) -> None:
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=1))
    offer = OfferFactory.create(decision__application=ApplicationFactory.create(round=round_))
    second, first = (
        DecisionFactory.create(
            application=ApplicationFactory.create(round=round_),
            code=DecisionCode.WAITLIST,
            waitlist_rank=rank,
            released_at=timezone.now(),
        )
        for rank in (2, 1)
    )

    offers.decline(offer)
    offers.decline(offer)

    proposed = Decision.objects.get(released_at=None)
    assert (proposed.application, proposed.code, proposed.supersedes) == (first.application, DecisionCode.OFFER, first)
    assert waitlist.in_line(round_) == [second]
    assert waitlist.propose_next(round_) is None


def test_expired_offers_are_swept_once_with_one_letter(letters: None) -> None:
    over = OfferFactory.create(expires_at=timezone.now() - timedelta(minutes=1))
    OfferFactory.create()

    swept = [sweeps.expire_offers(timezone.now()) for _ in range(2)]

    over.refresh_from_db()
    assert (swept, over.state) == ([1, 0], OfferState.EXPIRED)
    assert [letter.kind for letter in Letter.objects.all()] == ["offer-expired"]


def in_threads(*works: Callable[[], object]) -> list[object]:
    """Run functions at the same moment in threads of their own and return what each returned or refused."""
    barrier, results = threading.Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(work())
        except RuleViolation as refused:
            results.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_seats_are_never_exceeded_by_releases_at_the_same_moment(letters: None) -> None:
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=2))
    organizer = organizer_of(round_.cohort)
    made = [DecisionFactory.create(application=ApplicationFactory.create(round=round_)) for _ in range(6)]

    results = in_threads(*(lambda one=one: decisions.release([one], by=organizer) for one in made))

    assert len([one for one in results if isinstance(one, RuleViolation)]) == 4
    assert Offer.objects.filter(state=OfferState.OPEN).count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_seats_are_never_exceeded_by_acceptances_at_the_same_moment(letters: None) -> None:
    # An organizer gave two seats away by hand, so five open offers meet three free seats.
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=5))
    made = [OfferFactory.create(decision__application=ApplicationFactory.create(round=round_)) for _ in range(5)]
    for _ in range(2):
        MembershipFactory.create(cohort=round_.cohort)

    results = in_threads(*(lambda one=one: offers.accept(one) for one in [*made, made[0]]))

    assert any(isinstance(one, RuleViolation) for one in results)
    assert Membership.objects.filter(cohort=round_.cohort).seated().count() == 5
    assert Offer.objects.filter(state=OfferState.ACCEPTED).count() == 3
