"""Factories of work tests and interviews: a form whose further stages are of these kinds, and what hangs on them."""

from datetime import timedelta

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from applicants.appointments import Booking, InterviewSlot, WorkTest
from applicants.choices import StageKind
from applicants.models import Application, Round
from applicants.procedures import Stage
from tests.factories.applicants import ApplicationFactory, ReviewerFactory, RoundFactory

PROMPTS = ["What went wrong?", "What did you do then?"]


def stage_of(round_: Round, kind: StageKind) -> Stage:
    """Return the stage of a kind in a round's form, put behind the others where there is none."""
    present = Stage.objects.filter(form=round_.form, kind=kind).first()
    if present is not None:
        return present
    last = Stage.objects.filter(form=round_.form).order_by("position").last()
    assert last is not None
    is_talk = kind == StageKind.INTERVIEW
    return Stage.objects.create(
        form=round_.form,
        position=last.position + 1,
        slug="talk" if is_talk else "work-test",
        kind=kind,
        title="Talk" if is_talk else "Work test",
        applicant_title="Your interview" if is_talk else "Your work test",
        rubric=last.rubric,
        is_blind=not is_talk,
        task="" if is_talk else "# The task\n\nExplain the table.",
        prompts=PROMPTS if is_talk else [],
        hours=72,
        minutes=30,
    )


def at(kind: StageKind, round_: Round | None = None) -> Application:
    """Return a submitted application at a stage of a kind."""
    round_ = round_ or RoundFactory.create()
    return ApplicationFactory.create(round=round_, stage=stage_of(round_, kind))


class WorkTestFactory(DjangoModelFactory[WorkTest]):
    """A test whose window is open."""

    class Meta:
        model = WorkTest

    application = LazyFunction(lambda: at(StageKind.WORK_TEST))
    stage = LazyAttribute(lambda test: test.application.stage)
    sent_at = LazyFunction(lambda: timezone.now() - timedelta(days=1))
    starts_at = LazyAttribute(lambda test: test.sent_at)
    due_at = LazyAttribute(lambda test: test.starts_at + timedelta(hours=72))


class InterviewSlotFactory(DjangoModelFactory[InterviewSlot]):
    class Meta:
        model = InterviewSlot

    round = SubFactory(RoundFactory)
    stage = LazyAttribute(lambda slot: stage_of(slot.round, StageKind.INTERVIEW))
    interviewer = LazyAttribute(lambda slot: ReviewerFactory.create(round=slot.round))
    starts_at = Sequence(lambda n: timezone.now() + timedelta(days=3, hours=n % 200))
    minutes = 30
    zone = "Asia/Manila"
    place = "Room 304"


class BookingFactory(DjangoModelFactory[Booking]):
    class Meta:
        model = Booking

    slot = SubFactory(InterviewSlotFactory)
    application = LazyAttribute(lambda booking: at(StageKind.INTERVIEW, booking.slot.round))
