"""Whatever organizers and applicants do in whatever order: seats are kept, decisions are one, letters are one each.

WHITEBOX_HISTORIES makes it longer: `WHITEBOX_HISTORIES=200 pytest tests/applicants/test_properties.py`.
"""

import os
from datetime import timedelta
from typing import Any

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from applicants import applying, decisions, offers, pipeline, replies, succession, sweeps, waitlist
from applicants.choices import ApplicationState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer
from applicants.models import Application, Round
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, RoundFactory
from tests.factories.people import CohortFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.models import Membership
from whitebox.web.invariant import breaches

PEOPLE, SEATS, STEPS = 6, 2, 25
PLACE = st.integers(0, PEOPLE - 1)
HISTORIES = int(os.environ.get("WHITEBOX_HISTORIES", "4"))


class Admission(RuleBasedStateMachine):
    """A round of few people and fewer seats."""

    def __init__(self) -> None:
        super().__init__()
        self.block: Any = transaction.atomic()
        self.block.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()

    @initialize(fills_itself=st.booleans())
    def open(self, fills_itself: bool) -> None:
        self.round: Round = RoundFactory.create(
            cohort=CohortFactory.create(seats=SEATS), fills_itself=fills_itself, offer_days=2
        )
        self.organizer = organizer_of(self.round.cohort)
        self.people = [ApplicationFactory.create(round=self.round).pk for _ in range(PEOPLE)]

    def one(self, place: int) -> Application:
        return Application.objects.select_related("round__cohort", "stage").get(pk=self.people[place])

    def try_to(self, verb: Any, *arguments: Any, **named: Any) -> None:
        try:
            with transaction.atomic():
                verb(*arguments, **named)
        except RuleViolation:
            pass  # A refusal changes nothing, which the invariants see.

    @rule(place=PLACE, code=st.sampled_from(DecisionCode.values))
    def decide(self, place: int, code: str) -> None:
        self.try_to(decisions.decide, self.one(place), DecisionCode(code), reason="Seen.", by=self.organizer)

    @rule(places=st.sets(PLACE, min_size=1))
    def release(self, places: set[int]) -> None:
        pks = [self.people[place] for place in places]
        found = Decision.objects.filter(application__in=pks, superseded_at=None).select_related("application__round")
        self.try_to(decisions.release, list(found), by=self.organizer)

    @rule(place=PLACE)
    def retract(self, place: int) -> None:
        decision = Decision.objects.filter(application=self.people[place]).order_by("-pk").first()
        if decision is not None:
            self.try_to(decisions.retract, decision, by=self.organizer)

    @rule(place=PLACE, is_yes=st.booleans())
    def answer(self, place: int, is_yes: bool) -> None:
        offer = Offer.objects.filter(application=self.people[place]).select_related("application__round").last()
        if offer is not None:
            self.try_to(replies.accept if is_yes else replies.decline, offer)

    @rule(place=PLACE, stage=st.integers(0, 1))
    def move(self, place: int, stage: int) -> None:
        to = self.round.form.stages.order_by("position")[stage]
        self.try_to(pipeline.move, self.one(place), to, by=self.organizer, reason="On purpose.")

    @rule(place=PLACE)
    def withdraw(self, place: int) -> None:
        self.try_to(applying.withdraw, self.one(place))

    @rule(place=PLACE, to=st.integers(1, PEOPLE))
    def put(self, place: int, to: int) -> None:
        found = Decision.objects.filter(application=self.people[place]).select_related("application__round").last()
        if found is not None:
            self.try_to(waitlist.put, found, to, reason="A reason.", by=self.organizer)

    @rule()
    def propose(self) -> None:
        self.try_to(succession.propose_next, self.round, by=None)

    @rule(hours=st.integers(1, 80))
    def wait(self, hours: int) -> None:
        self.time.shift(timedelta(hours=hours))
        sweeps.expire_offers(timezone.now())

    @invariant()
    def nothing_is_broken(self) -> None:
        assert breaches() == []

    @invariant()
    def seats_are_kept(self) -> None:
        if not hasattr(self, "round"):
            return
        seated = Membership.objects.filter(cohort=self.round.cohort).seated().count()
        kept = Offer.objects.filter(application__round=self.round, state=OfferState.OPEN).count()
        assert seated + kept <= SEATS
        assert offers.free_seats(self.round.cohort) == SEATS - seated - kept

    @invariant()
    def each_release_made_one_letter(self) -> None:
        released = Decision.objects.filter(released_at__isnull=False).count()
        assert Letter.objects.filter(dedup_key__startswith="decision:").count() == released

    @invariant()
    def offers_belong_to_the_decision_in_force(self) -> None:
        open_ = Offer.objects.filter(state=OfferState.OPEN)
        assert not open_.exclude(decision__superseded_at=None).exists()
        assert not open_.exclude(application__state=ApplicationState.SUBMITTED).exists()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)


def test_stages_offers_and_the_waiting_list_keep_what_they_promise(letters: None) -> None:
    run_state_machine_as_test(
        Admission,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
