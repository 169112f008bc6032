"""How far applications to a cohort got, by the way people came, and which memberships they led to."""

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from applicants.appointments import Booking
from applicants.choices import ApplicationState, BookingState, DecisionCode, ReviewState
from applicants.judgements import Decision, Review
from applicants.models import Application
from whitebox.people.models import Cohort
from whitebox.programme.funnel import Admission, Applied


def admitted(cohort: Cohort) -> Admission:
    """Count the applications of all rounds of a cohort, erased ones included: two queries."""
    released = Decision.objects.filter(application=OuterRef("pk"), released_at__isnull=False, code=DecisionCode.OFFER)
    reviewed = Review.objects.filter(assignment__application=OuterRef("pk"), state=ReviewState.SUBMITTED)
    held = Booking.objects.filter(application=OuterRef("pk"), state=BookingState.HELD)
    marked = Application.objects.filter(round__cohort=cohort, submitted_at__isnull=False).annotate(
        is_offered=Exists(released), is_read=Exists(reviewed), is_met=Exists(held)
    )
    rows = list(
        marked.order_by()
        .values("source")
        .annotate(
            submitted=Count("pk"),
            read=Count("pk", filter=Q(is_read=True)),
            interviewed=Count("pk", filter=Q(is_met=True)),
            offered=Count("pk", filter=Q(is_offered=True)),
        )
        .values_list("source", "submitted", "read", "interviewed", "offered")
    )
    labels = {
        "submitted": _("applied"),
        "read": _("read"),
        "interviewed": _("interviewed"),
        "offered": _("offered a place"),
    }
    steps = [
        Applied(slug, label, {row[0]: int(row[place]) for row in rows})
        for place, (slug, label) in enumerate(labels.items(), 1)
    ]
    joined = Application.objects.filter(round__cohort=cohort, state=ApplicationState.ENROLLED)
    return Admission(steps, dict(joined.values_list("membership", "source")))
