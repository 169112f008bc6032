import pytest

from applicants import applying, conflicts, reviewers
from applicants.acquaintance import Person, declared, detected, domain, surnames
from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import ConflictOfInterest, ConflictWaiver, Reviewer
from applicants.models import Application, Identity
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, ReviewerFactory, RoundFactory
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role


def reviewer_called(name: str, email: str, application: Application) -> Reviewer:
    reviewer = ReviewerFactory.create(round=application.round)
    user = reviewer.membership.user
    user.name, user.email = name, email
    user.save()
    return reviewer


def applicant(**columns: str) -> Application:
    application = ApplicationFactory.create()
    Identity.objects.filter(application=application).update(**columns)
    return application


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("ana@CS.up.edu.ph", "cs.up.edu.ph"),
        ("ana@gmail.com", ""),
        ("ana@demo.test", ""),
        ("ana@mail.example.org", ""),
        ("ana", ""),
    ],
)
def test_domain_tells_a_workplace_or_nothing(address: str, found: str) -> None:
    assert domain(address) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ana Reyes", {"reyes"}),
        ("Zoë Quintos-Ábad Jr", {"quintos", "abad"}),
        ("Ana", set()),
        ("Ana dela Cruz III", {"cruz"}),
    ],
)
def test_surnames_are_the_last_name_without_marks(name: str, found: set[str]) -> None:
    assert surnames(name) == found


BEN = Person.of("Ben Santos", "ben@up.edu.ph")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Person.of("Ana Reyes", "ana@up.edu.ph"), "same domain: up.edu.ph"),
        (Person.of("Ana Reyes", "ana@cs.up.edu.ph"), "same domain: cs.up.edu.ph"),
        (Person.of("Ana Santos", "ana@gmail.com"), "same surname: santos"),
        (Person.of("Ana Reyes", "ana@gmail.com", relations="My teacher\nben santos, UP"), "named by the applicant"),
        (Person.of("Ana Reyes", "ana@gmail.com", relations="BEN@up.edu.ph"), "named by the applicant"),
        (Person.of("Ana Reyes", "ben@up.edu.ph"), "same address"),
        (Person.of("Ana Reyes", "ana@edu.ph.test"), ""),
        (Person.of("Ana Reyes", "ana@group.edu.ph"), ""),
        (Person.of("Ana Reyes", "ana@gmail.com", relations="Ben"), ""),
    ],
)
def test_detected_says_why(other: Person, why: str) -> None:
    assert detected(BEN, other) == why


ANA = Person.of("Ana María Reyes", "ana@cs.dlsu.edu.ph", "De La Salle University")


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("ana maria reyes", True),
        ("Ana Reyes", True),
        ("Reyes", True),
        ("Ana", False),
        ("ana@cs.dlsu.edu.ph", True),
        ("bob@cs.dlsu.edu.ph", False),
        ("dlsu.edu.ph", True),
        ("@cs.dlsu.edu.ph", True),
        ("la salle university", True),
        ("DLSU", True),
        ("Ateneo", False),
        ("gmail.com", False),
    ],
)
def test_declared_matches_names_addresses_domains_and_schools(line: str, fits: bool) -> None:
    assert bool(declared(Person.of("Ben", "ben@x.org", relations=line), ANA)) is fits


def test_detect_records_each_conflict_once(db: None) -> None:
    application = applicant(name="Ana Santos")
    reviewer = reviewer_called("Ben Santos", "ben@demo.test", application)

    counts = [conflicts.detect(application.round) for _time in range(2)]

    assert counts == [1, 0]
    found = ConflictOfInterest.objects.get()
    assert (found.reviewer, found.origin, found.reason) == (reviewer, ConflictOrigin.DETECTED, "same surname: santos")


def test_detect_ends_an_open_reading_and_leaves_a_done_one(db: None) -> None:
    application = applicant(name="Ana Santos")
    states = {}
    for state in (AssignmentState.OPEN, AssignmentState.DONE):
        reviewer = reviewer_called("Ben Santos", f"{state}@demo.test", application)
        states[state] = AssignmentFactory.create(application=application, reviewer=reviewer, state=state)

    conflicts.detect(application.round)

    for reading in states.values():
        reading.refresh_from_db()
    assert [one.state for one in states.values()] == [AssignmentState.RECUSED, AssignmentState.DONE]


@pytest.mark.parametrize("rows", [1, 3])
def test_detect_query_count(db: None, django_assert_num_queries, rows: int) -> None:  # type: ignore[no-untyped-def]
    round_ = RoundFactory.create()
    for _row in range(rows):
        application = ApplicationFactory.create(round=round_)
        Identity.objects.filter(application=application).update(name="Ana Santos")
        reviewer_called("Ben Santos", f"ben{application.pk}@demo.test", application)

    # savepoint, reviewers, identities, conflicts, waivers, readings, insert, release
    with django_assert_num_queries(8):
        conflicts.detect(round_)


def test_changing_the_identity_of_a_submitted_application_detects(db: None) -> None:
    application = ApplicationFactory.create()
    reviewer_called("Ben Santos", "ben@demo.test", application)

    applying.save_identity(application, name="Ana Santos", school="", zone="Asia/Manila", links="")

    assert ConflictOfInterest.objects.count() == 1


def test_appointing_a_reviewer_detects(db: None) -> None:
    application = applicant(name="Ana Santos")
    member = MembershipFactory.create(cohort=application.round.cohort, role=Role.REVIEWER, user__name="Ben Santos")

    reviewers.appoint(application.round, member, by=None)

    assert ConflictOfInterest.objects.get().application == application


def test_declaring_keeps_from_all_that_matches_and_twice_changes_nothing(db: None) -> None:
    application = applicant(name="Ana Reyes")
    reviewer = ReviewerFactory.create(round=application.round)

    for _time in range(2):
        conflicts.declare(reviewer, " Ana Reyes \n\nAna Reyes", by=reviewer.membership.user)

    reviewer.refresh_from_db()
    assert reviewer.knows == "Ana Reyes"
    assert ConflictOfInterest.objects.get().origin == ConflictOrigin.DECLARED


def test_what_is_on_the_desk_already_waits_for_an_organizer(db: None) -> None:
    application = applicant(name="Ana Reyes")
    reading = AssignmentFactory.create(application=application)

    conflicts.declare(reading.reviewer, "Ana Reyes", by=reading.reviewer.membership.user)
    conflicts.detect(application.round)

    assert not ConflictOfInterest.objects.exists()
    assert conflicts.unsettled(application.round) == [(reading, "Ana Reyes")]


def test_a_reviewer_who_takes_another_name_sees_nothing_go(db: None) -> None:
    application = applicant(name="Ana Santos")
    reading = AssignmentFactory.create(application=application)
    user = reading.reviewer.membership.user
    user.name = "Ben Santos"
    user.save()

    conflicts.declare(reading.reviewer, "Nobody Else", by=user)

    assert not ConflictOfInterest.objects.exists()


def test_nobody_declares_for_another(db: None) -> None:
    reviewer = ReviewerFactory.create()

    with pytest.raises(Reviewer.DoesNotExist):
        conflicts.declare(reviewer, "Ana", by=organizer_of(reviewer.round.cohort))


def test_pin_ends_an_open_reading_and_twice_changes_nothing(db: None) -> None:
    reading = AssignmentFactory.create()
    organizer = organizer_of(reading.application.round.cohort)

    for _time in range(2):
        conflicts.pin(reading.reviewer, reading.application, reason="They are cousins.", by=organizer)

    reading.refresh_from_db()
    assert reading.state == AssignmentState.RECUSED
    assert ConflictOfInterest.objects.get().origin == ConflictOrigin.PINNED


def test_pin_needs_a_reason(db: None) -> None:
    reading = AssignmentFactory.create()

    with pytest.raises(RuleViolation, match="what the conflict is"):
        conflicts.pin(
            reading.reviewer, reading.application, reason=" ", by=organizer_of(reading.application.round.cohort)
        )


def test_lift_lasts(db: None) -> None:
    application = applicant(name="Ana Santos")
    reviewer_called("Ben Santos", "ben@demo.test", application)
    conflicts.detect(application.round)
    found = ConflictOfInterest.objects.get()
    organizer = organizer_of(application.round.cohort)

    for _time in range(2):
        conflicts.lift(found, by=organizer)

    assert conflicts.detect(application.round) == 0
    assert not ConflictOfInterest.objects.exists()
    assert ConflictWaiver.objects.get().reason == "same surname: santos"


def test_lift_refuses_what_a_person_said(db: None) -> None:
    reading = AssignmentFactory.create()
    found = conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.DECLARED)

    with pytest.raises(RuleViolation, match="A person said so"):
        conflicts.lift(found, by=organizer_of(reading.application.round.cohort))


def test_an_organizer_lifts_nothing_of_their_own(db: None) -> None:
    application = applicant(name="Ana Santos")
    organizer = MembershipFactory.create(
        cohort=application.round.cohort, role=Role.ORGANIZER, user__is_staff=True, user__name="Ben Santos"
    )
    reviewers.appoint(application.round, organizer, by=None)

    with pytest.raises(RuleViolation, match="Somebody else must decide"):
        conflicts.lift(ConflictOfInterest.objects.get(), by=organizer.user)
