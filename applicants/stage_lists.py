"""The organizer's lists of a work test and of interviews: who is where, in a few queries whatever the number."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from applicants import conflicts, slots, work_tests
from applicants.appointments import Booking, HandIn, InterviewSlot, WorkTest
from applicants.choices import ApplicationState, BookingState, StageKind
from applicants.judgements import ConflictOfInterest
from applicants.models import Application, Round
from whitebox.people.models import User


@dataclass(frozen=True, slots=True)
class TestRow:
    application: Application
    test: WorkTest | None
    counts: HandIn | None  # what reviewers judge

    @property
    def state(self) -> str:
        """A key of the words in the template."""
        if self.test is None:
            return "unsent"
        if self.counts is not None:
            return "late" if self.counts.is_late else "in"
        return "begun" if self.test.opened_at else "sent"


def kinds(round_: Round) -> set[str]:
    """Return which kinds of stages a round has."""
    return set(round_.form.stages.values_list("kind", flat=True))


def _at(round_: Round, kind: StageKind, user: User) -> QuerySet[Application]:
    """Return the applications that are at a stage of a kind; those `user` has a conflict with are left out."""
    found = Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED, stage__kind=kind)
    return found.filter(conflicts.none_with(user.pk, "pk")).select_related("stage").order_by("stage__position", "pk")


def tests(round_: Round, user: User) -> list[TestRow]:
    """Return everybody at a work test with their window and what they handed in. Three queries."""
    handed_in = Prefetch("hand_ins", HandIn.objects.order_by("number"))
    held = WorkTest.objects.prefetch_related(handed_in)
    rows = []
    for application in _at(round_, StageKind.WORK_TEST, user).prefetch_related(Prefetch("work_tests", held)):
        test = next((one for one in application.work_tests.all() if one.stage_id == application.stage_id), None)
        rows.append(TestRow(application, test, work_tests.judged(test) if test else None))
    return rows


@dataclass(frozen=True, slots=True)
class InterviewRow:
    application: Application
    booking: Booking | None  # the last one
    is_tainted: bool  # whoever held it has a conflict of interest
    is_stuck: bool  # they have to choose a time, and there is none with anybody who may meet them

    @property
    def may_book_again(self) -> bool:
        """Tell whether an organizer has to let them choose another time."""
        return self.booking is not None and (self.booking.state == BookingState.NO_SHOW or self.is_tainted)

    @property
    def must_choose(self) -> bool:
        return self.booking is None or self.booking.state == BookingState.CANCELLED


def interviewed(round_: Round, user: User, now: datetime) -> list[InterviewRow]:
    """Return everybody at an interview with their last booking. Four queries."""
    last = Booking.objects.select_related("slot__interviewer__membership__user").order_by("-pk")
    found = list(_at(round_, StageKind.INTERVIEW, user).prefetch_related(Prefetch("bookings", last)))
    barred = set(
        ConflictOfInterest.objects.filter(application__in=found).values_list(
            "application_id", "reviewer__membership__user_id"
        )
    )
    hosts = slots.hosts_with_time(round_, now)
    return [_row(one, barred, hosts) for one in found]


def _row(application: Application, barred: set[tuple[int, int]], hosts: set[tuple[str, int]]) -> InterviewRow:
    booking = next(iter(application.bookings.all()), None)
    is_held = booking is not None and booking.state == BookingState.HELD
    slug = application.stage.slug if application.stage else ""
    may_meet = any(stage == slug and (application.pk, user) not in barred for stage, user in hosts)
    must_choose = booking is None or booking.state == BookingState.CANCELLED
    return InterviewRow(
        application,
        booking,
        is_tainted=booking is not None
        and is_held
        and (application.pk, booking.slot.interviewer.membership.user_id) in barred,
        is_stuck=must_choose and not may_meet,
    )


def offered(round_: Round, now: datetime) -> list[tuple[str, int, int]]:
    """Return each interviewer's name with how many free and booked times they have from now on. One query."""
    taken = Booking.objects.filter(slot=OuterRef("pk")).exclude(state=BookingState.CANCELLED)
    ahead = InterviewSlot.objects.filter(round=round_, cancelled_at=None, starts_at__gt=now)
    who = ("interviewer__membership__user__name", "interviewer__membership__user__email")
    counted = ahead.annotate(is_taken=Exists(taken)).values(*who).order_by(*who)
    rows = counted.annotate(free=Count("pk", filter=Q(is_taken=False)), booked=Count("pk", filter=Q(is_taken=True)))
    return [(row[who[0]] or row[who[1]], row["free"], row["booked"]) for row in rows]
