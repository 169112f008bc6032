from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from applicants import applying, decisions, offers, replies, succession, sweeps, waitlist
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Round
from applicants.records import Dossier
from tests.applicants.conftest import in_threads, organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, OfferFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User
from whitebox.web.invariant import breaches


def test_accept_makes_an_account_a_seat_and_a_welcome(letters: None) -> None:
    offer = OfferFactory.create(decision__application__parts__email="Ana@Example.test")

    seat = replies.accept(offer)

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

    first = replies.accept(offer)
    second = replies.accept(offer)

    assert first == second
    assert (Membership.objects.count(), Letter.objects.count()) == (1, 1)


def test_accept_keeps_an_account_that_is_there(letters: None) -> None:
    user = UserFactory.create(email="ana@example.test", name="Old name")
    offer = OfferFactory.create(decision__application__parts__email="ana@example.test")

    seat = replies.accept(offer)

    user.refresh_from_db()
    assert (seat.user, user.name) == (user, "Old name")
    assert EmailAddress.objects.filter(user=user).count() == 1


def test_accept_refuses_after_the_end(letters: None) -> None:
    offer = OfferFactory.create(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(RuleViolation, match="ended"):
        replies.accept(offer)

    assert not Membership.objects.exists()


def test_accept_refuses_when_the_seat_was_given_away(letters: None) -> None:
    offer = OfferFactory.create(decision__application__round__cohort__seats=1)
    MembershipFactory.create(cohort=offer.application.round.cohort)

    with pytest.raises(RuleViolation, match="All seats"):
        replies.accept(offer)

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

    replies.decline(offer)
    replies.decline(offer)

    proposed = Decision.objects.get(released_at=None)
    assert (proposed.application, proposed.code, proposed.supersedes) == (first.application, DecisionCode.OFFER, first)
    assert waitlist.in_line(round_) == [second]
    assert succession.propose_next(round_, by=None) is None


def test_expired_offers_are_swept_once_with_one_letter(letters: None) -> None:
    over = OfferFactory.create(expires_at=timezone.now() - timedelta(minutes=1))
    OfferFactory.create()

    swept = [sweeps.expire_offers(timezone.now()) for _ in range(2)]

    over.refresh_from_db()
    assert (swept, over.state) == ([1, 0], OfferState.EXPIRED)
    assert [letter.kind for letter in Letter.objects.all()] == ["offer-expired"]


def line(round_: Round, count: int) -> list[Decision]:
    """Put people on the waiting list, the first on top."""
    return [
        DecisionFactory.create(
            application=ApplicationFactory.create(round=round_),
            code=DecisionCode.WAITLIST,
            waitlist_rank=rank,
            released_at=timezone.now(),
        )
        for rank in range(1, count + 1)
    ]


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("how", ["declined", "expired"])
def test_a_round_that_fills_itself_makes_the_next_offer_at_once(letters: None, how: str) -> None:
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=1), fills_itself=True)
    end = timezone.now() - timedelta(minutes=1) if how == "expired" else timezone.now() + timedelta(days=1)
    offer = OfferFactory.create(decision__application=ApplicationFactory.create(round=round_), expires_at=end)
    first, second = line(round_, 2)

    for _twice in range(2):
        if how == "declined":
            replies.decline(offer)
        else:
            sweeps.expire_offers(timezone.now())

    made = Offer.objects.get(state=OfferState.OPEN)
    first.refresh_from_db()
    assert made.application == first.application
    assert (made.decision.by, made.decision.supersedes, first.superseded_at is None) == (None, first, False)
    assert kinds() == ["offer"] if how == "declined" else ["offer-expired", "offer"]
    assert waitlist.in_line(round_) == [second]
    assert Dossier.objects.get(decision=made.decision).letter_digest


def test_who_withdrew_is_passed_over(letters: None) -> None:
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=1))
    offer = OfferFactory.create(decision__application=ApplicationFactory.create(round=round_))
    first, second = line(round_, 2)
    applying.withdraw(first.application)

    replies.decline(offer)

    assert Decision.objects.get(released_at=None).application == second.application


def test_the_line_is_put_in_another_order_with_a_reason(letters: None) -> None:
    round_ = RoundFactory.create()
    found = line(round_, 4)
    organizer = organizer_of(round_.cohort)
    with pytest.raises(RuleViolation, match="reason"):
        waitlist.put(found[3], 1, reason=" ", by=organizer)

    for _twice in range(2):
        waitlist.put(found[3], 2, reason="Needs to know early.", by=organizer)

    assert waitlist.in_line(round_) == [found[0], found[3], found[1], found[2]]
    change = found[3].application.changes.get()
    assert (change.by, change.reason) == (organizer, "Waiting list: place 4 to 2. Needs to know early.")


def test_who_waits_no_longer_cannot_be_moved(letters: None) -> None:
    round_ = RoundFactory.create()
    first, _second = line(round_, 2)
    applying.withdraw(first.application)

    with pytest.raises(RuleViolation, match="waits no longer"):
        waitlist.put(first, 2, reason="Why not.", by=organizer_of(round_.cohort))


def test_an_offer_is_prolonged_and_never_cut_short(letters: None) -> None:
    offer = OfferFactory.create()
    organizer = organizer_of(offer.application.round.cohort)
    later = offer.expires_at + timedelta(days=2)

    for _twice in range(2):
        offers.prolong(offer, later, by=organizer)
    with pytest.raises(RuleViolation, match="cut short"):
        offers.prolong(offer, later - timedelta(days=1), by=organizer)

    offer.refresh_from_db()
    assert (offer.expires_at, kinds()) == (later, ["offer-prolonged"])


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

    results = in_threads(*(lambda one=one: replies.accept(one) for one in [*made, made[0]]))

    assert any(isinstance(one, RuleViolation) for one in results)
    assert Membership.objects.filter(cohort=round_.cohort).seated().count() == 5
    assert Offer.objects.filter(state=OfferState.ACCEPTED).count() == 3


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_declining_and_accepting_at_the_same_moment_fills_each_seat_once(letters: None) -> None:
    round_ = RoundFactory.create(cohort=CohortFactory.create(seats=4), fills_itself=True)
    made = [OfferFactory.create(decision__application=ApplicationFactory.create(round=round_)) for _ in range(4)]
    line(round_, 6)

    for _wave in range(2):
        open_ = list(Offer.objects.filter(state=OfferState.OPEN).order_by("pk"))
        in_threads(
            *(lambda one=one: replies.decline(one) for one in open_[::2]),
            *(lambda one=one: replies.accept(one) for one in open_[1::2]),
            *(lambda: succession.propose_next(round_, by=None) for _ in range(2)),
        )

    seated = Membership.objects.filter(cohort=round_.cohort).seated().count()
    assert seated + Offer.objects.filter(state=OfferState.OPEN).count() == 4
    assert "seats are not exceeded by offers" not in [one.name for one in breaches()]
    assert len(made) == 4
