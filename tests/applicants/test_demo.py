import random
import time

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants import demo, desk, dossiers, invariants
from applicants.appointments import Booking, HandIn, WorkRedaction
from applicants.choices import AssignmentState, ConflictOrigin, DecisionCode, OfferState, WorkPart
from applicants.judgements import ConflictOfInterest, Decision, Offer, Redaction, Review
from applicants.models import Application, ApplicationImport
from applicants.pack import SECTION
from applicants.records import Dossier
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
    version = PackVersionFactory.create(published_at=timezone.now())
    cohort = CohortFactory.create(slug="demo", seats=15)
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

    began = time.process_time()
    demo.fill(made)
    took = time.process_time() - began

    past = Application.objects.filter(round__slug="cohort-1")
    open_offer = Offer.objects.get(state=OfferState.OPEN)
    assert past.count() == 120
    assert [(one.made, len(one.problems)) for one in ApplicationImport.objects.all()] == [(3, 1)]
    assert Review.objects.filter(assignment__application__in=past).count() == 240
    assert {one.membership for one in past.filter(membership__isnull=False)} == set(made.participants)
    assert Decision.objects.filter(code=DecisionCode.OFFER).count() == 15
    assert desk.readings(made.reviewer).filter(state=AssignmentState.OPEN).count() >= 12
    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []
    assert (
        address_of(open_offer.application) in Letter.objects.get(about__endswith=f":{open_offer.application_id}").text
    )
    assert client.get(reverse("applicants:landing")).context["openings"].now.start.endswith("/cohort-2/")
    assert [one.is_late for one in HandIn.objects.order_by("pk")] == [False, True]
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == ["booked", "booked", "cancelled"]
    assert ConflictOfInterest.objects.filter(origin=ConflictOrigin.PINNED).count() == 1
    assert [one.part for one in WorkRedaction.objects.order_by("pk")] == [WorkPart.TEXT, WorkPart.LINK]
    assert Redaction.objects.get().text.count("[removed]") == 1
    assert [dossiers.differences(one) for one in dossiers.of_application(open_offer.application)] == [[]]
    assert Dossier.objects.count() == Decision.objects.filter(application__in=past).count() == 120
    assert took < 20  # seconds; by the verbs it would be a minute
