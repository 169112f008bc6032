"""The demonstration's work tests and interviews: a few people of the open round are further than the others."""

import uuid
from datetime import time, timedelta

from django.utils.text import slugify

from applicants import conflicts, interviews, pipeline, redactions, slots, work_redactions, work_tests
from applicants.appointments import HandIn, InterviewSlot, WorkTest
from applicants.choices import WorkPart
from applicants.judgements import Assignment, Reviewer
from applicants.models import Application, Draft, Round
from applicants.procedures import Stage
from whitebox.people.hours import Hours
from whitebox.programme.demonstration import World

WORK = (
    "Explanation 1: the output is high when the first two letters are the same or the middle two are.\n\n"
    "Explanation 2: it is high when some letter stands twice in a row.\n\n"
    "A row that separates them: A B C C. I expect low from the first and high from the second."
)


def fill(world: World, round_: Round) -> None:
    """Put three people at the work test and four at the interview, by the verbs; take out who one of them is."""
    stages = {one.slug: one for one in Stage.objects.filter(form=round_.form)}
    found = list(Application.objects.filter(round=round_, state="submitted").order_by("pk")[:8])
    _test(world, round_, found[:3], stages["work-test"])
    _meet(world, round_, found[3:7], stages["interview"])
    _redact_answer(world, found[7])


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
        name = test.application.identity.name
        text = f"{WORK}\n\n{name}"
        work_tests.hand_in(
            begun, key=key, text=text, link=_page_of(name), now=begun.due_at + timedelta(hours=hours - 72)
        )
    _redact_work(world, HandIn.objects.filter(work_test__application=found[0]).get())
    readers = Reviewer.objects.filter(round=round_, is_active=True).order_by("pk")
    Assignment.objects.bulk_create(
        Assignment(application=application, reviewer=reader, stage=stage, position=900 + place)
        for place, application in enumerate(found[:2])
        for reader in readers
    )


def _page_of(name: str) -> str:
    return f"https://notes.example.org/{slugify(name)}/two-explanations"


def _redact_work(world: World, handed_in: HandIn) -> None:
    """Take the name out of the first work; that of the second waits for an organizer."""
    name = handed_in.work_test.application.identity.name
    work_redactions.redact(
        handed_in, WorkPart.TEXT, handed_in.text.replace(name, redactions.REMOVED), by=world.organizer
    )
    link = handed_in.link.replace(slugify(name), redactions.REMOVED)
    work_redactions.redact(handed_in, WorkPart.LINK, link, by=world.organizer)


def _redact_answer(world: World, application: Application) -> None:
    """Let somebody name their school in an answer, and take it out for the readers."""
    revision, school = application.revisions.get(), application.identity.school
    said = f"{revision.answers['motivation']}\n\nAt {school} I lead a reading group of six."
    revision.answers = {**revision.answers, "motivation": said}
    revision.save(update_fields=["answers"])
    Draft.objects.filter(application=application).update(answers=revision.answers)
    redactions.redact(application, revision, "motivation", said.replace(school, redactions.REMOVED), by=world.organizer)


def _meet(world: World, round_: Round, found: list[Application], stage: Stage) -> None:
    """Two have booked, one has still to choose, and one has to choose again: the interviewer knows them."""
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
    # With a mentor, whose desk nobody looks at first.
    known = offered.exclude(interviewer__membership__user=world.reviewer).filter(bookings=None).first()
    if known is not None:
        interviews.book(found[3], known, now=world.now)
        conflicts.pin(known.interviewer, found[3], reason="A former student of theirs.", by=world.organizer)
