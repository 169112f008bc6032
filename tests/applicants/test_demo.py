import random
import time

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import demo, desk, invariants
from applicants.choices import AssignmentState, DecisionCode, OfferState
from applicants.judgements import Decision, Offer, Review
from applicants.models import Application
from applicants.pack import SECTION
from applicants.return_links import address_of
from tests.factories.applicants import PackVersionFactory
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.outbox.models import Letter
from whitebox.packs.folder import Folder
from whitebox.packs.models import Adoption
from whitebox.packs.reports import Report
from whitebox.people.choices import Role
from whitebox.programme.demonstration import SHIPPED_PACK, World


def world() -> World:
    version, cohort = PackVersionFactory.create(), CohortFactory.create(slug="demo", seats=15)
    SECTION.load(Folder(SHIPPED_PACK, Report()), version)
    Adoption.objects.create(cohort=cohort, version=version)
    organizer, reviewer, adviser = (
        MembershipFactory.create(cohort=cohort, role=role, user__is_staff=True).user
        for role in (Role.ORGANIZER, Role.REVIEWER, Role.ADVISER)
    )
    made = World(random.Random(1), timezone.now(), cohort, version, organizer, reviewer, adviser)
    made.mentors = [MembershipFactory.create(cohort=cohort, role=Role.MENTOR) for _ in range(4)]
    made.participants = [MembershipFactory.create(cohort=cohort) for _ in range(13)]
    return made


def test_the_demonstration_holds_together_and_is_quick(letters: None, client: Client) -> None:
    made = world()

    began = time.perf_counter()
    demo.fill(made)
    took = time.perf_counter() - began

    past = Application.objects.filter(round__slug="cohort-1")
    open_offer = Offer.objects.get(state=OfferState.OPEN)
    assert past.count() == 120
    assert Review.objects.filter(assignment__application__in=past).count() == 240
    assert {one.membership for one in past.filter(membership__isnull=False)} == set(made.participants)
    assert Decision.objects.filter(code=DecisionCode.OFFER).count() == 15
    assert desk.readings(made.reviewer).filter(state=AssignmentState.OPEN).count() >= 12
    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []
    assert (
        address_of(open_offer.application) in Letter.objects.get(about__endswith=f":{open_offer.application_id}").text
    )
    assert client.get(reverse("applicants:landing")).context["round"].slug == "cohort-2"
    assert took < 5
