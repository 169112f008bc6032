"""Two cohorts with one row of everything, and somebody of every kind who may knock at its pages."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applicants import conflicts, return_links, reviewers, reviewing, summaries, uploads, work_tests
from applicants.choices import ApplicationState, ConflictOrigin, StageKind
from applicants.importing import waiting
from applicants.judgements import Reviewer
from applicants.models import Application, Draft, Revision, Round
from applicants.procedures import Criterion
from curriculum.commitments import PaceRule, Question
from mastery import (
    allowances,
    booking,
    disputing,
    marking,
    overrides,
    phrases,
    regrading,
    remembering,
    second_marks,
)
from mastery import conflicts as conflicts_of_marking
from mastery.cards import RetentionCard, ReviewAnswer
from mastery.choices import Recall
from mastery.judgements import SecondMark
from mastery.marking import Judgement
from mastery.models import ObjectiveMastery
from mastery.reports import SandboxReport
from sprints import board, excursions
from sprints.choices import InfohazardLevel
from sprints.contests import Artefact, Entry, Hackathon, Judge, Rating
from sprints.models import ClaimRule, Problem
from sprints.pictures import NewFigure
from sprints.rosters import Team, TeamMember
from sprints.works import Work
from tests.architecture import writing
from tests.factories import applicants as admissions
from tests.factories import appointments, curriculum, sprints
from tests.factories.mastery import Course, code, make_course, make_fixed, make_week, numeric, oral, written
from tests.factories.outbox import LetterFactory, LetterTemplateFactory
from tests.factories.people import CohortFactory, UserFactory
from tests.factories.programme import CertificateFactory, GrantFactory, PlacementFactory, finished
from tests.factories.talks import make_slot
from tests.pdfs import PDF
from whitebox.outbox.models import Channel, Heartbeat
from whitebox.packs import loading, storing
from whitebox.packs.contents import Contents
from whitebox.people import access_log, breaches, contact, membership, policies
from whitebox.people.choices import BreachKind, Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.programme import follow_ups, invitations
from whitebox.programme.models import DataRequest, ProgressPage
from whitebox.web import feed
from whitebox.web.models import Look


class Visitor(StrEnum):
    ANONYMOUS = "anonymous"
    STRANGER = "signed in without a membership"
    PARTICIPANT = "participant, own record"
    PEER = "another participant of the cohort"
    AWAY_PARTICIPANT = "participant of another cohort"
    MENTOR = "the participant's mentor"
    OTHER_MENTOR = "another mentor of the cohort"
    REVIEWER = "reviewer"
    ORGANIZER = "organizer of the cohort"
    AWAY_ORGANIZER = "organizer of another cohort"
    ADVISER = "adviser"


@dataclass
class World:
    uploads: Path
    cohort: Cohort
    people: dict[Visitor, User] = field(default_factory=dict)
    # What stands in the addresses, by the name that the matrix gives it.
    places: dict[str, str] = field(default_factory=dict)
    clients: dict[Visitor, Client] = field(default_factory=dict)


def make(folder: Path) -> World:
    """Make it all. Files go wherever MEDIA_ROOT says, which should be `folder`."""
    course = _course()
    home = course.participant.cohort
    world = World(folder, home)
    _staff(world, course)
    _learning(world, course)
    _admissions(world, home)
    _research(world, course.participant)
    _records(world, course.participant)
    for visitor in Visitor:
        world.clients[visitor] = Client()
        if visitor in world.people:
            world.clients[visitor].force_login(world.people[visitor])
    return world


def _course() -> Course:
    course = make_course({"A": [numeric("a-one", "first"), written("a-two", "second")], "B": [numeric("b", "first")]})
    course.version.programme = dict(curriculum.PROGRAMME)
    course.version.is_live = True
    course.version.save()
    storing.keep(Contents({"programme.yml": b"format: 1"}), course.version)
    for week in (3, 4):
        make_week(course, week, {"A": [code("a-code", "first")]})
    for week in (5, 6, 7):
        make_week(course, week, {"A": [written("a-essay", "first")]})
    make_week(course, 8, {"A": [numeric("t-one", "first"), oral("t-talk", "second")]})
    begun = timezone.now() - timedelta(days=7)
    course.participant.cohort.starts_on = begun.date()
    course.participant.cohort.started_at = begun
    course.participant.cohort.save()
    return course


def _staff(world: World, course: Course) -> None:
    home, away = world.cohort, CohortFactory.create()
    loading.adopt(away, course.version, by=None)
    roles = {
        Visitor.PEER: (home, Role.PARTICIPANT),
        Visitor.AWAY_PARTICIPANT: (away, Role.PARTICIPANT),
        Visitor.OTHER_MENTOR: (home, Role.MENTOR),
        Visitor.REVIEWER: (home, Role.REVIEWER),
        Visitor.ORGANIZER: (home, Role.ORGANIZER),
        Visitor.AWAY_ORGANIZER: (away, Role.ORGANIZER),
        Visitor.ADVISER: (home, Role.ADVISER),
    }
    joined = {
        visitor: membership.enrol(UserFactory.create(), cohort, role, by=None)
        for visitor, (cohort, role) in roles.items()
    }
    world.people = {visitor: one.user for visitor, one in joined.items()} | {
        Visitor.STRANGER: UserFactory.create(),
        Visitor.PARTICIPANT: course.participant.user,
        Visitor.MENTOR: course.mentor.user,
    }
    membership.assign_mentor(joined[Visitor.PEER], joined[Visitor.OTHER_MENTOR], by=world.people[Visitor.ORGANIZER])
    world.places |= {
        "cohort": home.slug,
        "membership": str(course.participant.pk),
        "version": str(course.version.pk),
    }


def _learning(world: World, course: Course) -> None:
    organizer = world.people[Visitor.ORGANIZER]
    first = course.modules[0]
    resource = curriculum.ResourceFactory.create(module_version=first)
    figure = curriculum.FigureFactory.create(module_version=first)
    session = curriculum.SessionFactory.create(cohort=world.cohort, module=first.module)
    curriculum.ExtensionFactory.create(
        membership=course.participant, module=first.module, due_at=timezone.now() + timedelta(days=9), by=organizer
    )
    for module in course.modules[1:]:
        overrides.open_module(course.participant, module.module, by=organizer, reason="To have one of each.")
    unmarked = course.take({"a-one": "4", "a-two": "Because."}, course.checks[0])
    missed = course.take({"a-one": "5", "a-two": "4"}, course.checks[1])
    attempt = course.start(course.checks[2])
    waiting = course.take({"a-code": "def softmax(x): ..."}, course.checks[3])
    _desk(world, course)
    asked = Question.objects.create(membership=course.participant, module=first.module, text="Why?", key=uuid.uuid4())
    fixed = make_fixed(course, {"A": [numeric("a-one", "first", answer="5"), written("a-two", "second")]})
    regrade = regrading.begin(world.cohort, fixed, by=organizer, reason="To have one of each.")
    allowances.grant(course.participant, 150, by=organizer, reason="To have one of each.")
    PaceRule.objects.create(cohort=world.cohort)
    SandboxReport.objects.create(is_ok=True, at=timezone.now())
    ObjectiveMastery.objects.get_or_create(
        membership=course.participant,
        objective=first.objectives.first().objective,  # type: ignore[union-attr]  # made above
        defaults={"attempt": unmarked, "at": timezone.now()},
    )
    _talks_and_reviews(world, course)
    world.places |= {
        "module": first.module.slug,
        "session": str(session.pk),
        "resource": resource.slug,
        "digest": figure.digest,
        "figure": figure.name,
        "check": course.checks[0].for_check.slug,
        "attempt": str(attempt.pk),
        "handed_in": str(missed.pk),
        "waiting": str(waiting.pk),
        "unmarked": str(unmarked.pk),
        "item": "a-code",
        "written": "a-two",
        "asked": str(asked.pk),
        "regrade": str(regrade.pk),
        "corrective": str(missed.assignments.get().pk),
    }


def _talks_and_reviews(world: World, course: Course) -> None:
    """Let the participant have a talk ahead, and a mastered objective that was reviewed once."""
    talked = course.take({"t-one": "4"}, course.checks[7])
    slot = make_slot(course.mentor)
    talk = booking.book(talked, slot, by=course.user)
    remembering.follow(timezone.now())
    reviewed = course.modules[0].objectives.first().objective  # type: ignore[union-attr]  # it has items to ask
    card = RetentionCard.objects.get(membership=course.participant, objective=reviewed)
    given = ReviewAnswer.objects.create(
        card=card, number=1, check_version=course.checks[0], form="B", item="b", seed=1, value="4"
    )
    remembering.log(card, Recall.AGAIN, given, timezone.now())
    world.places |= {
        "talked": str(talked.pk),
        "oral_slot": str(slot.pk),
        "talk": str(talk.pk),
        "recall": str(card.pk),
        "review_answer": str(given.pk),
    }


def _desk(world: World, course: Course) -> None:
    """Give three marks: one alone, one that waits for its second, and one that differs from it and is disputed."""
    mentor, other, organizer = (world.people[one] for one in (Visitor.MENTOR, Visitor.OTHER_MENTOR, Visitor.ORGANIZER))
    essays = [course.take({"a-essay": "Because."}, check) for check in course.checks[4:7]]
    for attempt in essays:
        marking.mark(attempt, "a-essay", Judgement(1), by=mentor)
    waiting, differing = (
        SecondMark.objects.create(first=attempt.events.get(), attempt=attempt, item="a-essay", marker=other)
        for attempt in essays[1:]
    )
    second_marks.give(differing, 2, "", by=other)
    dispute = disputing.open_one(essays[2], "a-essay", "It is there.", by=course.user)
    disputing.answer(dispute, "It is not.", by=mentor)
    peer = Membership.objects.get(user=world.people[Visitor.PEER])
    conflict = conflicts_of_marking.declare(other, peer, reason="A friend.", by=organizer)
    world.places |= {
        "marked": str(essays[0].pk),
        "essay": "a-essay",
        "second": str(waiting.pk),
        "differing": str(differing.pk),
        "dispute": str(dispute.pk),
        "comment": str(phrases.keep("Say why.", by=mentor).pk),
        "marking_conflict": str(conflict.pk),
    }


def _admissions(world: World, home: Cohort) -> None:
    round_ = admissions.RoundFactory.create(cohort=home)
    application = _application(round_)
    reader = Membership.objects.get(user=world.people[Visitor.REVIEWER])
    reviewer = reviewers.appoint(round_, reader, by=None)
    admissions.AssignmentFactory.create(application=application, reviewer=reviewer)
    read = admissions.AssignmentFactory.create(application=_application(round_), reviewer=reviewer)
    levels = dict.fromkeys(Criterion.objects.filter(rubric__stages=read.stage), 4)
    reviewing.submit(read, read.application.revisions.get(), levels, "", by=reader.user)
    decision = admissions.DecisionFactory.create(application=application, released_at=timezone.now())
    offer = admissions.OfferFactory.create(decision=decision)
    Look.objects.create(by=world.people[Visitor.ORGANIZER], cohort=home, kind="applicant", subject="x:1", page="x")
    barred = admissions.ApplicationFactory.create(round=round_)
    conflicts.record(reviewer, barred, origin=ConflictOrigin.DECLARED)
    _stages(world, round_, reviewer)
    file = SimpleUploadedFile("answers.csv", b"Name,E-mail\nAna,ana@example.test\n")
    kept = waiting.keep(round_, file, by=world.people[Visitor.ORGANIZER])
    world.places |= {
        "import_file": str(kept.pk),
        "export_kind": "xlsx",
        "round": round_.slug,
        "token": return_links.token_of(application),
        "code": application.code,
        "stage": read.stage.slug,
        "revision": str(application.revisions.get().pk),
        "decision": str(decision.pk),
        "offer": str(offer.pk),
        "section": "reasons",
        "part_kind": "question",
        "part": "why",
        "question": "work",
    }


def _stages(world: World, round_: Round, reviewer: Reviewer) -> None:
    """Put one applicant at the work test with a file handed in, and one at the interview with a time booked."""
    LetterTemplateFactory.create(kind="work-test-received")
    tested = appointments.WorkTestFactory.create(application=appointments.at(StageKind.WORK_TEST, round_))
    file = SimpleUploadedFile("work.pdf", PDF)
    handed_in = work_tests.hand_in(tested, key=uuid.uuid4(), text="Two explanations.", file=file)
    admissions.AssignmentFactory.create(application=tested.application, stage=tested.stage, reviewer=reviewer)
    booking = appointments.BookingFactory.create(
        slot=appointments.InterviewSlotFactory.create(round=round_, interviewer=reviewer)
    )
    world.places |= {
        "tested_token": return_links.token_of(tested.application),
        "tested": tested.application.code,
        "test": str(tested.pk),
        "hand_in": str(handed_in.pk),
        "booked_token": return_links.token_of(booking.application),
        "booking": str(booking.pk),
        "slot": str(booking.slot_id),
    }


def _application(round_: Round) -> Application:
    """Return a submitted application with a file."""
    application = admissions.ApplicationFactory.create(round=round_)
    saved = uploads.keep(application, "work", SimpleUploadedFile("work.pdf", PDF))
    answers = admissions.ANSWERS | {"work": str(saved.pk)}
    Draft.objects.filter(application=application).update(answers=answers)
    Revision.objects.filter(application=application).update(answers=answers)
    summaries.open_at(application)
    assert application.state == ApplicationState.SUBMITTED
    return application


def _research(world: World, participant: Membership) -> None:
    excursion = sprints.ExcursionFactory.create(claim__membership=participant)
    secret = sprints.ExcursionFactory.create(claim=excursion.claim, level=InfohazardLevel.SECRET)
    ClaimRule.objects.create(cohort=world.cohort)
    work = Work.objects.create(
        problem=excursion.claim.problem, title="A paper", url="https://example.test/", by=participant.user
    )
    Problem.objects.filter(pk=work.problem_id).update(is_known=True)
    today = timezone.now().date()
    organizer = world.people[Visitor.ORGANIZER]
    sprint = board.plan(world.cohort, board.Plan("First", today, today + timedelta(days=7)), by=organizer)
    card = board.put(sprint, excursion, by=participant.user)
    figures = [
        excursions.write(
            one,
            "See.",
            on=timezone.now().date(),
            by=participant.user,
            figures=[NewFigure(SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n"), "A line.")],
        ).figures.get()
        for one in (excursion, secret)
    ]
    world.places |= writing.places(world.cohort, participant, organizer)
    team = sprints.TeamFactory.create(cohort=world.cohort)
    TeamMember.objects.create(team=team, membership=participant)
    world.places |= _hackathon(world, team)
    world.places |= {
        "sprint": str(sprint.pk),
        "card": str(card.pk),
        "column": str(card.column_id),
        "log_figure": str(figures[0].pk),
        "secret_figure": str(figures[1].pk),
        "team": str(team.pk),
        "work": str(work.pk),
        "problem": str(sprints.ProblemFactory.create().pk),
        "claim": str(excursion.claim_id),
        "excursion": str(excursion.pk),
        "secret": str(secret.pk),
    }


def _hackathon(world: World, team: Team) -> dict[str, str]:
    """Return the places of a hackathon that is being judged, and of one whose results are out."""
    running, out = sprints.HackathonFactory.create_batch(2, cohort=world.cohort)
    sprints.with_criteria(running)
    entry = Entry.objects.create(hackathon=running, team=team)
    sprints.DraftFactory.create(entry=entry)
    file = SimpleUploadedFile("work.pdf", PDF)
    artefact = Artefact.objects.create(
        entry=entry, file=file, filename="work.pdf", content_type="application/pdf", size=len(PDF)
    )
    mentor = Membership.objects.get(user=world.people[Visitor.OTHER_MENTOR])
    judge = Judge.objects.create(hackathon=running, membership=mentor)
    rating = Rating.objects.create(judge=judge, entry=entry)
    Hackathon.objects.filter(pk=out.pk).update(released_at=timezone.now())
    return {
        "hackathon": str(running.pk),
        "released": str(out.pk),
        "entry": str(entry.pk),
        "artefact": str(artefact.pk),
        "judge": str(judge.pk),
        "rating": str(rating.pk),
    }


def _records(world: World, participant: Membership) -> None:
    organizer = world.people[Visitor.ORGANIZER]
    version = policies.publish("conduct", title="Conduct", required_for=[], label="1", source="Be kind.", html="")
    policies.sign(version, by=participant.user)
    said = breaches.Report(version.policy_id, timezone.now().date(), BreachKind.QUIET, "Was unkind.")
    reviewer = world.people[Visitor.REVIEWER]  # who reads nothing secret that an open decision could close
    policies.sign(version, by=reviewer)
    breach = breaches.record(reviewer.memberships.get(), said, key=uuid.uuid4(), by=organizer)
    noted = contact.note(participant, "All is well.", by=organizer)
    LetterTemplateFactory.create(kind="invitation")
    invitations.invite("mentor@example.test", "Ben", world.cohort, Role.MENTOR, by=organizer)
    LetterFactory.create(recipient=participant.user, cohort=world.cohort)
    asked = DataRequest.objects.create(kind=DataRequest.Kind.EXPORT, address_digest="d", by=organizer)
    asked.cohorts.add(world.cohort)
    Heartbeat.objects.create(queue="interactive", at=timezone.now())
    Channel.objects.create(cohort=world.cohort, title="Room", address="json://127.0.0.1")
    access_log.opened(participant, "people:person", by=organizer)
    feed_token = feed.feed_of(participant.user).token
    world.places |= {"policy": "conduct", "feed": feed_token, "noted": str(noted.pk), "breach": str(breach.pk)}
    _programme(world, participant)


def _programme(world: World, participant: Membership) -> None:
    told = CohortFactory.create()
    ProgressPage.objects.create(cohort=told, is_public=True)
    GrantFactory.create(cohort=world.cohort)
    placement = PlacementFactory.create(membership=participant)
    certificate = CertificateFactory.create(membership=participant)
    world.places |= {
        "told_cohort": told.slug,
        "measure": "enrolled",
        "placement": str(placement.pk),
        "certificate": certificate.code,
        "follow_up": follow_ups.token(finished(), 3),
    }
