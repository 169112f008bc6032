"""What admissions keep true at all times."""

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from applicants.appointments import Booking
from applicants.choices import ApplicationState, BookingState, OfferState, ReviewState
from applicants.judgements import ConflictOfInterest, Decision, Offer, Review
from applicants.letters import KIND_OF
from applicants.models import Application, Revision
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.web.invariant import Invariant


def seats_exceeded() -> QuerySet[Cohort]:
    """Cohorts with more people seated and offers open than seats."""
    seated = Membership.objects.filter(
        cohort=OuterRef("pk"), role=Role.PARTICIPANT, state__in=[MembershipState.ACTIVE, MembershipState.COMPLETED]
    ).order_by()
    kept = Offer.objects.filter(application__round__cohort=OuterRef("pk"), state=OfferState.OPEN).order_by()
    counted = Cohort.objects.annotate(
        seated=Coalesce(Subquery(seated.values("cohort").annotate(n=Count("pk")).values("n")), 0),
        kept=Coalesce(Subquery(kept.values("application__round__cohort").annotate(n=Count("pk")).values("n")), 0),
    )
    return counted.filter(kept__gt=0, seats__lt=F("seated") + F("kept"))


def strange_stage() -> QuerySet[Application]:
    """Applications at a stage of another form than their own."""
    return Application.objects.filter(stage__isnull=False).exclude(stage__form=F("form"))


def without_revision() -> QuerySet[Application]:
    """Submitted applications without anything submitted."""
    return Application.objects.filter(
        ~Exists(Revision.objects.filter(application=OuterRef("pk"))), submitted_at__isnull=False
    )


def released_without_letter() -> QuerySet[Decision]:
    """Released decisions without the letter that belongs to exactly this decision and kind."""
    key = Concat(
        Value("decision:"),
        Cast("application_id", CharField()),
        Value(":"),
        Cast("pk", CharField()),
        Value(":"),
        Case(*(When(code=code, then=Value(kind)) for code, kind in KIND_OF.items())),
        output_field=CharField(),
    )
    released = Decision.objects.filter(released_at__isnull=False).annotate(letter_key=key)
    return released.filter(~Exists(Letter.objects.filter(dedup_key=OuterRef("letter_key"))))


def offer_without_release() -> QuerySet[Offer]:
    return Offer.objects.filter(decision__released_at=None)


def submitted_without_total() -> QuerySet[Review]:
    return Review.objects.filter(state=ReviewState.SUBMITTED, total=None)


def enrolled_without_accepted_offer() -> QuerySet[Application]:
    accepted = Offer.objects.filter(application=OuterRef("pk"), state=OfferState.ACCEPTED)
    return Application.objects.filter(~Exists(accepted), state=ApplicationState.ENROLLED)


def booked_with_a_conflict() -> QuerySet[Booking]:
    barred = ConflictOfInterest.objects.filter(
        application=OuterRef("application"),
        reviewer__membership__user=OuterRef("slot__interviewer__membership__user"),
    )
    return Booking.objects.filter(Exists(barred), state=BookingState.BOOKED)


INVARIANTS = (
    Invariant("seats are not exceeded by offers", seats_exceeded),
    Invariant("an application's stage is one of its round", strange_stage),
    Invariant("a submitted application has a revision", without_revision),
    Invariant("a released decision has its letter", released_without_letter),
    Invariant("an offer follows a release", offer_without_release),
    Invariant("a submitted review has a total", submitted_without_total),
    Invariant("an enrolled applicant accepted an offer", enrolled_without_accepted_offer),
    Invariant("nobody interviews whom they must not judge", booked_with_a_conflict),
)
