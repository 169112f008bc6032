"""The demonstration's work tests and interviews: a few people of the open round are further than the others."""

import uuid
from datetime import time, timedelta

from applicants import interviews, pipeline, slots, work_tests
from applicants.appointments import InterviewSlot, WorkTest
from applicants.judgements import Assignment, Reviewer
from applicants.models import Application, Round
from applicants.procedures import Stage
from whitebox.people.hours import Hours
from whitebox.programme.demonstration import World

WORK = (
    "Explanation 1: the output is high when the first two letters are the same or the middle two are.\n\n"
    "Explanation 2: it is high when some letter stands twice in a row.\n\n"
    "A row that separates them: A B C C. I expect low from the first and high from the second."
)


def fill(world: World, round_: Round) -> None:
    """Put three people at the work test and three at the interview, by the verbs."""
    stages = {one.slug: one for one in Stage.objects.filter(form=round_.form)}
    found = list(Application.objects.filter(round=round_, state="submitted").order_by("pk")[:6])
    _test(world, round_, found[:3], stages["work-test"])
    _meet(world, round_, found[3:], stages["interview"])


def _test(world: World, round_: Round, found: list[Application], stage: Stage) -> None:
    """One has handed in, one came late, one has not opened the task."""
    for application in found:
        pipeline.move(application, stage, by=world.organizer)
    sent = world.now - timedelta(days=5)
    window = work_tests.Window(sent + timedelta(hours=30), starts_when_opened=True)
    work_tests.send(found[:2], window, by=world.organizer, now=sent)
    later = work_tests.Window(world.now + timedelta(days=4), starts_when_opened=True)
    work_tests.send(found[2:], later, by=world.organizer, now=world.now)
    for test, hours in zip(WorkTest.objects.filter(application__in=found[:2]).order_by("pk"), (20, 90), strict=True):
        begun = work_tests.begin(test, now=sent + timedelta(hours=10))
        key = uuid.UUID(int=world.rng.getrandbits(128), version=4)
        work_tests.hand_in(begun, key=key, text=WORK, now=begun.due_at + timedelta(hours=hours - 72))
    readers = Reviewer.objects.filter(round=round_, is_active=True).order_by("pk")
    Assignment.objects.bulk_create(
        Assignment(application=application, reviewer=reader, stage=stage, position=900 + place)
        for place, application in enumerate(found[:2])
        for reader in readers
    )


def _meet(world: World, round_: Round, found: list[Application], stage: Stage) -> None:
    """Two have booked, one has still to choose."""
    for application in found:
        pipeline.move(application, stage, by=world.organizer, reason="Their work was seen before.")
    interviews.invite(found, by=world.organizer)
    for reader in Reviewer.objects.filter(round=round_, is_active=True).select_related("round", "membership__user"):
        user = reader.membership.user
        day = (world.now + timedelta(days=3)).astimezone(round_.cohort.tz).date()
        hours = Hours(day, time(9), time(12), minutes=30, pause=10, zone=user.zone)
        slots.open_slots(reader, stage, hours, place="https://meet.example.org/whitebox", by=user, now=world.now)
    offered = InterviewSlot.objects.filter(round=round_).order_by("starts_at", "pk")
    for application, slot in zip(found[:2], offered[::3], strict=False):
        interviews.book(application, slot, now=world.now)
