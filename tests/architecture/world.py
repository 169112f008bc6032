"""Two cohorts with one row of everything, and somebody of every kind who may knock at its pages."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applicants import conflicts, return_links, reviewers, uploads
from applicants.choices import ApplicationState, ConflictOrigin
from applicants.models import Application, Draft, Revision, Round
from mastery import overrides
from mastery.models import ObjectiveMastery, SandboxReport
from sprints.choices import InfohazardLevel
from sprints.models import ClaimRule
from tests.factories import applicants as admissions
from tests.factories import curriculum, sprints
from tests.factories.mastery import Course, code, make_course, make_week, numeric, written
from tests.factories.outbox import LetterFactory, LetterTemplateFactory
from tests.factories.people import CohortFactory, UserFactory
from whitebox.outbox.models import Channel, Heartbeat
from whitebox.packs import loading
from whitebox.people import contact, membership, policies
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.programme import invitations
from whitebox.web import feed

PDF = b"%PDF-1.4\n%%EOF\n"


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
    course.version.save()
    for week in (3, 4):
        make_week(course, week, {"A": [code("a-code", "first")]})
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
    world.places |= {"cohort": home.slug, "membership": str(course.participant.pk)}


def _learning(world: World, course: Course) -> None:
    organizer = world.people[Visitor.ORGANIZER]
    first = course.modules[0]
    resource = curriculum.ResourceFactory.create(module_version=first)
    figure = curriculum.FigureFactory.create(module_version=first)
    curriculum.SessionFactory.create(cohort=world.cohort, module=first.module)
    curriculum.ExtensionFactory.create(
        membership=course.participant, module=first.module, due_at=timezone.now() + timedelta(days=9), by=organizer
    )
    for module in course.modules[1:]:
        overrides.open_module(course.participant, module.module, by=organizer, reason="To have one of each.")
    unmarked = course.take({"a-one": "4", "a-two": "Because."}, course.checks[0])
    missed = course.take({"a-one": "5", "a-two": "4"}, course.checks[1])
    attempt = course.start(course.checks[2])
    waiting = course.take({"a-code": "def softmax(x): ..."}, course.checks[3])
    SandboxReport.objects.create(is_ok=True, at=timezone.now())
    ObjectiveMastery.objects.get_or_create(
        membership=course.participant,
        objective=first.objectives.first().objective,  # type: ignore[union-attr]  # made above
        defaults={"attempt": unmarked, "at": timezone.now()},
    )
    world.places |= {
        "module": first.module.slug,
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
        "corrective": str(missed.assignments.get().pk),
    }


def _admissions(world: World, home: Cohort) -> None:
    round_ = admissions.RoundFactory.create(cohort=home)
    application = _application(round_)
    reader = Membership.objects.get(user=world.people[Visitor.REVIEWER])
    reviewer = reviewers.appoint(round_, reader, by=None)
    admissions.AssignmentFactory.create(application=application, reviewer=reviewer)
    decision = admissions.DecisionFactory.create(application=application, released_at=timezone.now())
    admissions.OfferFactory.create(decision=decision)
    barred = admissions.ApplicationFactory.create(round=round_)
    conflicts.record(reviewer, barred, origin=ConflictOrigin.DECLARED)
    world.places |= {
        "round": round_.slug,
        "token": return_links.token_of(application),
        "code": application.code,
        "revision": str(application.revisions.get().pk),
        "decision": str(decision.pk),
        "section": "reasons",
        "question": "work",
    }


def _application(round_: Round) -> Application:
    """Return a submitted application with a file."""
    application = admissions.ApplicationFactory.create(round=round_)
    saved = uploads.keep(application, "work", SimpleUploadedFile("work.pdf", PDF))
    answers = admissions.ANSWERS | {"work": str(saved.pk)}
    Draft.objects.filter(application=application).update(answers=answers)
    Revision.objects.filter(application=application).update(answers=answers)
    assert application.state == ApplicationState.SUBMITTED
    return application


def _research(world: World, participant: Membership) -> None:
    excursion = sprints.ExcursionFactory.create(claim__membership=participant)
    secret = sprints.ExcursionFactory.create(claim=excursion.claim, level=InfohazardLevel.SECRET)
    ClaimRule.objects.create(cohort=world.cohort)
    world.places |= {
        "problem": str(sprints.ProblemFactory.create().pk),
        "claim": str(excursion.claim_id),
        "excursion": str(excursion.pk),
        "secret": str(secret.pk),
    }


def _records(world: World, participant: Membership) -> None:
    organizer = world.people[Visitor.ORGANIZER]
    version = policies.publish("conduct", title="Conduct", required_for=[], label="1", source="Be kind.", html="")
    policies.sign(version, by=participant.user)
    contact.note(participant, "All is well.", by=organizer)
    LetterTemplateFactory.create(kind="invitation")
    invitations.invite("mentor@example.test", "Ben", world.cohort, Role.MENTOR, by=organizer)
    LetterFactory.create(recipient=participant.user, cohort=world.cohort)
    Heartbeat.objects.create(queue="interactive", at=timezone.now())
    Channel.objects.create(cohort=world.cohort, title="Room", address="json://127.0.0.1")
    feed_token = feed.feed_of(participant.user).token
    world.places |= {"policy": "conduct", "feed": feed_token}
