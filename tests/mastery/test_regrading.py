"""A fixed check, applied to what was graded before: looked at first, never lower by default, one letter a person."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mastery import comparing, gating, ledger, marking, regrade_table, regrading, sweeps, working
from mastery.choices import Direction, RegradeJobState, RegradeState
from mastery.gating import Place
from mastery.grading import code as grading
from mastery.grading.base import Verdict
from mastery.grading.code import CodeGrade, SandboxUnavailable
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from mastery.regrades import Regrade, RegradeJob
from tests.factories.mastery import HALF, RIGHT, Course, code, make_course, make_fixed, numeric, two_items, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

FIXED = {"A": [numeric("a-one", "first"), numeric("a-two", "second", answer="5")], "B": two_items("b")}
LOWER = {"A": [numeric("a-one", "first", answer="9"), numeric("a-two", "second", answer="5")], "B": two_items("b")}


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


@pytest.fixture
def organizer(course: Course) -> User:
    user: User = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    return user


def begun(course: Course, organizer: User, forms: dict[str, Any] = FIXED) -> Regrade:
    fixed = make_fixed(course, forms)
    return regrading.begin(course.participant.cohort, fixed, by=organizer, reason="The key of item 2 was wrong.")


def worked(run: Regrade) -> Regrade:
    while regrading.step(run.pk, timezone.now()):
        pass
    run.refresh_from_db()
    return run


def points(attempt: Attempt) -> dict[str, int]:
    return ledger.points_of(attempt.events.all())


def another(course: Course) -> Course:
    """Somebody else in the same cohort."""
    member = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
    return Course(member, course.mentor, course.version, course.modules, course.checks)


def test_the_dry_run_changes_nothing_and_says_who_changes(course: Course, organizer: User) -> None:
    attempt = course.take(HALF)
    another(course).take(RIGHT)

    run = worked(begun(course, organizer))

    assert run.state == RegradeState.COMPARED
    assert points(attempt) == {"a-one": 1, "a-two": 0}
    assert [(job.direction, job.state) for job in run.jobs.order_by("attempt")] == [
        (Direction.UP, RegradeJobState.COMPARED),
        (Direction.DOWN, RegradeJobState.COMPARED),
    ]
    up = run.jobs.get(attempt=attempt).change
    assert (len(up["gained"]), up["opens"]) == (1, [2])
    assert not Letter.objects.filter(kind="attempt-regraded").exists()


def test_applying_raises_and_never_lowers(course: Course, organizer: User) -> None:
    raised, right = course.take(HALF), another(course).take(RIGHT)
    run = worked(begun(course, organizer))

    regrading.apply(run, by=organizer)
    worked(run)

    assert run.state == RegradeState.DONE
    assert (points(raised)["a-two"], points(right)["a-two"]) == (1, 1)
    assert [job.state for job in run.jobs.order_by("attempt")] == [RegradeJobState.APPLIED, RegradeJobState.KEPT]
    event = raised.events.get(regrade=run)
    assert (event.reason, event.supersedes is not None, event.check_version_id) == (
        "The key of item 2 was wrong.",
        True,
        run.check_version_id,
    )


def test_a_raised_mark_opens_the_next_week(course: Course, organizer: User) -> None:
    course.take(HALF)
    assert gating.standing(course.participant, course.checks[1]).place == Place.LOCKED
    run = worked(begun(course, organizer))

    regrading.apply(run, by=organizer)
    worked(run)

    assert gating.standing(course.participant, course.checks[1]).place == Place.READY
    assert ledger.replay(course.participant) == ledger.stored(course.participant)


def test_lowering_on_purpose_keeps_what_is_mastered(course: Course, organizer: User) -> None:
    attempt = course.take(RIGHT)
    run = worked(begun(course, organizer))

    regrading.apply(run, by=organizer, may_lower=True)
    worked(run)

    assert points(attempt)["a-two"] == 0
    assert course.participant.mastered.count() == 2
    assert gating.standing(course.participant, course.checks[1]).place == Place.READY


def test_each_changed_person_gets_one_letter(course: Course, organizer: User) -> None:
    course.take(HALF)
    for assignment in Attempt.objects.get().assignments.all():
        assignment.done_at = timezone.now()
        assignment.save()
    course.take({"b-one": "4", "b-two": "5"})
    another(course).take(RIGHT)
    both = FIXED | {"B": [numeric("b-one", "first"), numeric("b-two", "second", answer="5")]}
    run = worked(begun(course, organizer, both))

    regrading.apply(run, by=organizer)
    regrading.apply(run, by=organizer)
    worked(run)

    letters = Letter.objects.filter(kind="attempt-regraded")
    assert [(letter.recipient, letter.text.count("Attempt")) for letter in letters] == [(course.user, 2)]


def test_a_mark_by_a_person_is_left_alone(course: Course, organizer: User) -> None:
    attempt = course.take(HALF)
    ledger.correct(attempt.events.get(item="a-two"), 1, by=course.mentor.user, reason="Said it aloud.")

    run = worked(begun(course, organizer))

    assert run.jobs.get().state == RegradeJobState.UNCHANGED


def test_a_mark_that_changed_since_the_dry_run_is_left_alone(course: Course, organizer: User) -> None:
    attempt = course.take(HALF)
    run = worked(begun(course, organizer))
    ledger.correct(attempt.events.get(item="a-two"), 1, by=course.mentor.user, reason="Said it aloud.")

    regrading.apply(run, by=organizer)
    worked(run)

    assert run.jobs.get().state == RegradeJobState.KEPT
    assert attempt.events.count() == 3


def test_a_written_answer_keeps_its_mark_and_the_rest_still_waits(db: None) -> None:
    forms = {form: [numeric(f"{form}-n", "first"), written(f"{form}-w", "second")] for form in "AB"}
    course = make_course(forms)
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    attempt = course.take({"A-n": "5", "A-w": "Because."})
    fixed = {form: [numeric(f"{form}-n", "first", answer="5"), written(f"{form}-w", "second")] for form in "AB"}
    run = worked(begun(course, organizer, fixed))

    regrading.apply(run, by=organizer)
    worked(run)

    assert (points(attempt), course.participant.mastered.count()) == ({"A-n": 1}, 0)
    marking.mark(attempt, "A-w", Judgement(2), by=course.mentor.user)
    assert course.participant.mastered.count() == 2


def test_a_run_goes_on_where_a_killed_worker_stopped(
    course: Course, organizer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "PEOPLE", 1)
    people = [course, another(course), another(course)]
    for one in people:
        one.take(HALF)
    run = begun(course, organizer)
    assert regrading.step(run.pk, timezone.now())
    regrading._leased(run, RegradeJobState.WAITING, timezone.now())  # a worker that dies now

    assert [worked(run).state, run.jobs.filter(state=RegradeJobState.WAITING).count()] == [RegradeState.COMPARING, 1]
    later = timezone.now() + regrading.LEASE
    while regrading.step(run.pk, later):
        pass

    run.refresh_from_db()
    assert run.state == RegradeState.COMPARED
    assert run.jobs.filter(state=RegradeJobState.COMPARED).count() == 3


def test_two_workers_never_apply_one_job_twice(course: Course, organizer: User) -> None:
    attempt = course.take(HALF)
    run = worked(begun(course, organizer))
    regrading.apply(run, by=organizer)
    jobs = regrading._leased(run, RegradeJobState.COMPARED, timezone.now())
    run.refresh_from_db()

    regrading._apply_to(run, jobs)
    regrading._apply_to(run, jobs)  # its lease had run out, and the other worker was first

    assert attempt.events.filter(regrade=run).count() == 1


def test_code_runs_again_only_where_its_exercise_changed(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    ran: list[str] = []

    def graded(source: str, *_: Any, patience: float | None = None) -> CodeGrade:
        ran.append(source)
        return CodeGrade(Verdict.PASSED if "right" in source else Verdict.NOT_YET, "Not yet.")

    monkeypatch.setattr(grading, "grade", graded)
    course = make_course({form: [code(f"{form}-c", "first"), numeric(f"{form}-n", "second")] for form in "AB"})
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    with django_capture_on_commit_callbacks(execute=True):
        course.take({"A-c": "wrong", "A-n": "4"})
    same = {form: [code(f"{form}-c", "first"), numeric(f"{form}-n", "second", answer="5")] for form in "AB"}
    worked(begun(course, organizer, same))
    assert ran == ["wrong"]
    regrading.withdraw(Regrade.objects.get(), by=organizer)
    exercise = {**code("x", "first")["exercise"], "compare": {"rtol": 0.1}}
    other = {form: [code(f"{form}-c", "first", exercise=exercise), numeric(f"{form}-n", "second")] for form in "AB"}

    worked(begun(course, organizer, other))

    assert ran == ["wrong", "wrong"]


def test_a_broken_fixed_exercise_is_told_and_changes_nothing(
    course: Course, organizer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.take(HALF)

    def broken(*_: Any) -> Any:
        raise working.BrokenExercise("cases.py raised")

    monkeypatch.setattr(comparing, "_marked", broken)
    run = worked(begun(course, organizer))

    assert run.state == RegradeState.COMPARED
    assert [(job.state, job.error) for job in run.jobs.all()] == [(RegradeJobState.FAILED, "cases.py raised")]


def test_without_a_sandbox_a_run_waits_and_the_tick_asks_again(
    course: Course, organizer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.take(HALF)

    def unavailable(*_: Any) -> Any:
        raise SandboxUnavailable("no bubblewrap")

    run = begun(course, organizer)
    with monkeypatch.context() as patched:
        patched.setattr(comparing, "_marked", unavailable)
        assert not regrading.step(run.pk, timezone.now())
    assert run.jobs.get().lease_until is None

    assert regrading.hand_out in sweeps.SWEEPS
    assert worked(run).state == RegradeState.COMPARED
    assert regrading.hand_out(timezone.now()) == 0


def test_beginning_twice_gives_one_run(course: Course, organizer: User) -> None:
    course.take(HALF)
    run = begun(course, organizer)

    again = regrading.begin(course.participant.cohort, run.check_version, by=organizer, reason="Again.")

    assert again == run
    with pytest.raises(RuleViolation, match="Apply or withdraw that first"):
        begun(course, organizer, LOWER)


def test_a_run_is_refused_without_rights_reason_or_work(course: Course, organizer: User) -> None:
    fixed, cohort = make_fixed(course, FIXED), course.participant.cohort
    with pytest.raises(RuleViolation, match="Nothing in this cohort"):
        regrading.begin(cohort, fixed, by=organizer, reason="x")
    course.take(HALF)
    with pytest.raises(RuleViolation, match="Only an organizer"):
        regrading.begin(cohort, fixed, by=course.mentor.user, reason="x")
    with pytest.raises(RuleViolation, match="Give a reason"):
        regrading.begin(cohort, fixed, by=organizer, reason=" ")
    assert not Regrade.objects.exists()


def test_a_withdrawn_run_cannot_be_applied(course: Course, organizer: User) -> None:
    course.take(HALF)
    run = worked(begun(course, organizer))

    regrading.withdraw(run, by=organizer)
    regrading.withdraw(run, by=organizer)

    with pytest.raises(RuleViolation, match="cannot be applied"):
        regrading.apply(run, by=organizer)
    assert not GradeEvent.objects.filter(regrade=run).exists()


def test_an_applied_run_cannot_be_withdrawn(course: Course, organizer: User) -> None:
    course.take(HALF)
    run = worked(begun(course, organizer))
    regrading.apply(run, by=organizer)

    with pytest.raises(RuleViolation, match="applied already"):
        regrading.withdraw(run, by=organizer)


def test_the_command_shows_and_applies(course: Course, organizer: User) -> None:
    attempt = course.take(HALF)
    fixed = make_fixed(course, FIXED)
    slug, told = course.check.for_check.slug, StringIO()
    options = {"cohort": course.participant.cohort.slug, "by": organizer.email, "pack_version": fixed.version.number}

    call_command("regrade", slug, reason="The key was wrong.", stdout=told, **options)
    assert "a-two 0/1 -> 1/1; newly mastered: 1.2 Do the second thing; week 2 opens" in told.getvalue()
    assert points(attempt)["a-two"] == 0

    call_command("regrade", slug, reason="The key was wrong.", apply=True, stdout=StringIO(), **options)
    assert points(attempt)["a-two"] == 1
    with pytest.raises(CommandError, match="Only an organizer"):
        call_command("regrade", slug, reason="x", **{**options, "by": course.user.email})


@pytest.mark.parametrize("people", [1, 3])
def test_the_table_asks_a_constant_number_of_queries(
    course: Course, organizer: User, client: Client, django_assert_num_queries: Any, people: int
) -> None:
    for _number in range(people):
        another(course).take(HALF)
    run = worked(begun(course, organizer))
    client.force_login(organizer)
    address = reverse("mastery:regrade", args=[course.participant.cohort.slug, run.pk])
    client.get(address)

    with django_assert_num_queries(TABLE_QUERIES):
        page = client.get(address)

    text = page.content.decode()
    assert text.count("newly mastered: 1.2 Do the second thing") == people
    assert text.count("the checks of week 2 open") == people


TABLE_QUERIES = 11


def test_the_pages_begin_apply_and_withdraw(course: Course, organizer: User, client: Client) -> None:
    attempt = course.take(HALF)
    fixed = make_fixed(course, FIXED)
    client.force_login(organizer)
    start = reverse("mastery:regrades", args=[course.participant.cohort.slug])

    assert client.post(start, {"version": fixed.pk, "reason": ""}).status_code == 422
    page = client.post(start, {"version": fixed.pk, "reason": "The key was wrong."}, follow=True)
    run = worked(Regrade.objects.get())
    assert "being compared" in page.content.decode()

    look = reverse("mastery:regrade", args=[run.cohort.slug, run.pk])
    assert "Apply, and write to everybody who changes" in client.get(look).content.decode()
    client.post(f"{look}apply/")
    worked(run)
    assert points(attempt)["a-two"] == 1
    refused = client.post(f"{look}withdraw/", follow=True)
    assert "This run is applied already." in refused.content.decode()


@pytest.mark.parametrize("runs", [1, 3])
def test_the_list_of_runs_asks_a_constant_number_of_queries(
    course: Course, organizer: User, client: Client, django_assert_num_queries: Any, runs: int
) -> None:
    course.take(HALF)
    for _number in range(runs):
        regrading.withdraw(begun(course, organizer), by=organizer)
    client.force_login(organizer)
    address = reverse("mastery:regrades", args=[course.participant.cohort.slug])
    client.get(address)

    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(address)

    assert page.content.decode().count("withdrawn, nothing was changed") == runs


LIST_QUERIES = 8


def test_strangers_find_no_run(course: Course, organizer: User, client: Client) -> None:
    course.take(HALF)
    run = begun(course, organizer)
    address = reverse("mastery:regrade", args=[run.cohort.slug, run.pk])

    for user in (course.user, course.mentor.user, UserFactory.create()):
        client.force_login(user)
        assert client.get(address).status_code == 404
        assert client.post(f"{address}apply/").status_code == 404


def test_only_other_wordings_can_be_chosen(course: Course, organizer: User) -> None:
    cohort = course.participant.cohort
    assert not regrade_table.fixed_versions(cohort).exists()
    course.take(HALF)
    fixed = make_fixed(course, FIXED)

    assert list(regrade_table.fixed_versions(cohort)) == [fixed]


def test_many_leases_end_by_themselves(course: Course, organizer: User) -> None:
    course.take(HALF)
    run = begun(course, organizer)
    now = timezone.now()
    first = regrading._leased(run, RegradeJobState.WAITING, now)

    assert not regrading._leased(run, RegradeJobState.WAITING, now + timedelta(minutes=1))
    assert regrading._leased(run, RegradeJobState.WAITING, now + regrading.LEASE) == first
    assert Membership.objects.filter(regrade_jobs__in=RegradeJob.objects.all()).count() == 1
