"""Learners, mentors, regrades, exceptions and deadlines in any order: what must hold, holds after every step.

The number of histories follows the profile of Hypothesis: a twelfth of its examples, so that the default takes some
twenty seconds. `--hypothesis-profile=long` plays thirty times as many.
"""

import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from curriculum import deadlines
from curriculum.choices import ItemKind
from curriculum.models import Session
from mastery import attempts, correctives, due, invariants, ledger, marking, overrides, queue, rebuilding
from mastery import regrading as regrades
from mastery.choices import AttemptState, JobState, RegradeState
from mastery.gating import Place, Record
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, GradeEvent, GradingJob
from mastery.regrades import Regrade
from tests.factories.mastery import Course, code, make_course, make_fixed, numeric, written
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role

START = datetime(2026, 9, 12, 1, tzinfo=UTC)  # of the first session
yes, people, places = st.booleans(), st.integers(0, 1), st.integers(0, 30)


def forms(key: str = "4") -> dict[str, list[dict[str, Any]]]:
    return {
        form: [
            numeric(f"{form}-n1", "first"),
            numeric(f"{form}-n2", "first", points=4, answer=key),
            written(f"{form}-w", "second"),
            code(f"{form}-c", "second", points=3),
        ]
        for form in "AB"
    }


class Engine(RuleBasedStateMachine):
    """Two people of one cohort, their mentor and an organizer. Each history is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.history = transaction.atomic()
        self.history.__enter__()
        self.course = make_course(forms())
        cohort = self.course.participant.cohort
        self.organizer = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user
        second = MembershipFactory.create(cohort=cohort, mentor=self.course.mentor)
        self.learners = [self.course, Course(second, self.course.mentor, self.course.version)]
        self.learners[1].checks, self.learners[1].modules = self.course.checks, self.course.modules
        self.fixed = [make_fixed(self.course, forms(key)) for key in ("5", "6")]
        self.session = Session(
            cohort=cohort, module=self.course.modules[0].module, week=1, on=date(2026, 9, 12), at=time(9), zone="UTC"
        )
        self.session.set_moments()
        self.session.save()
        self.had: list[set[int]] = [set(), set()]
        self.promised: dict[int, datetime] = {}  # by person: the latest moment that was given

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.history.__exit__(None, None, None)

    def tried(self, deed: Callable[[], Any]) -> None:
        """Do what the rules allow; a refusal is a sentence and changes nothing."""
        with contextlib.suppress(RuleViolation), transaction.atomic():
            deed()

    # The people who study

    @rule(who=people, one=yes, four=st.sampled_from("456"), words=yes, hands_in=yes)
    def work(self, who: int, one: bool, four: str, words: bool, hands_in: bool) -> None:
        course = self.learners[who]

        def deed() -> None:
            attempt = course.start()
            form = attempt.form
            values: dict[str, attempts.Value] = {f"{form}-n1": "4" if one else "x", f"{form}-n2": four}
            values |= {f"{form}-w": "Because.", f"{form}-c": f"def f(): return {attempt.number}"} if words else {}
            verb = attempts.submit if hands_in else attempts.save
            verb(attempt, values, by=course.user)

        self.tried(deed)

    @rule(who=people, check=st.integers(0, 1))
    def try_the_second_week(self, who: int, check: int) -> None:
        course = self.learners[who]
        self.tried(lambda: course.take({"a-one": "4", "a-two": "4"}, course.checks[check]))

    @precondition(lambda self: CorrectiveAssignment.objects.filter(done_at=None).exists())
    @rule(place=places)
    def do_a_corrective(self, place: int) -> None:
        found = list(CorrectiveAssignment.objects.filter(done_at=None).order_by("pk"))
        one = found[place % len(found)]
        self.tried(lambda: correctives.finish(one, by=one.attempt.membership.user))

    # Workers

    @precondition(lambda self: GradingJob.objects.live().exists())
    @rule(place=places, runs=yes, fate=st.sampled_from(["finish", "finish", "finish", "die", "spoil", "pause"]))
    def let_a_worker_work(self, place: int, runs: bool, fate: str) -> None:
        jobs = list(GradingJob.objects.live().order_by("pk"))
        job = queue.claim(jobs[place % len(jobs)].pk, now=timezone.now())
        if job is None:
            return
        if fate == "finish":
            queue.finish(job, [Mark(f"{job.attempt.form}-c", 3 if runs else 0)])
        elif fate == "spoil":
            queue.spoil(job, "broken")
        elif fate == "pause":
            queue.pause(job, "no sandbox")

    @precondition(lambda self: GradingJob.objects.filter(state=JobState.LEASED).exists())
    @rule()
    def sweep_leases(self) -> None:
        queue.give_back_expired(timezone.now() + queue.LEASE)

    # Those who teach

    @precondition(lambda self: marking.waiting(self.course.mentor.user).exists())
    @rule(place=places, level=st.integers(0, 2))
    def mark(self, place: int, level: int) -> None:
        mentor = self.course.mentor.user
        waiting = list(marking.waiting(mentor))
        attempt = waiting[place % len(waiting)]
        item = marking.unmarked(attempt, list(attempt.events.all()))[0]
        self.tried(lambda: marking.mark(attempt, item.slug, Judgement(min(level, 1 + bool(item.rubric))), by=mentor))

    @precondition(lambda self: GradeEvent.objects.exists())
    @rule(place=places, points=st.integers(0, 4))
    def correct(self, place: int, points: int) -> None:
        found = list(GradeEvent.objects.filter(superseded_by=None).order_by("pk"))
        event = found[place % len(found)]
        wanted = min(points, event.total)
        self.tried(lambda: ledger.correct(event, wanted, by=self.course.mentor.user, reason="Looked again."))

    @rule(who=people, kind=st.sampled_from(["next", "seen", "module"]))
    def make_an_exception(self, who: int, kind: str) -> None:
        course = self.learners[who]
        last = course.participant.attempts.filter(for_check=course.check.for_check).last()
        module = course.modules[1].module

        def deed() -> None:
            if kind == "module":
                overrides.open_module(course.participant, module, by=self.organizer, reason="Ill.")
            elif last is not None:
                verb = overrides.open_next_form if kind == "next" else overrides.reuse_form
                verb(last, by=course.mentor.user, reason="We talked.")

        self.tried(deed)

    # Regrades

    @rule(which=st.integers(0, 1))
    def begin_a_regrade(self, which: int) -> None:
        cohort = self.course.participant.cohort
        self.tried(lambda: regrades.begin(cohort, self.fixed[which], by=self.organizer, reason="The key was wrong."))

    @precondition(lambda self: Regrade.objects.at_work().exists())
    @rule()
    def go_on_regrading(self) -> None:
        while regrades.step(Regrade.objects.at_work()[0].pk, timezone.now()):
            pass

    @precondition(lambda self: Regrade.objects.filter(state=RegradeState.COMPARED).exists())
    @rule(may_lower=yes, applies=yes)
    def decide_on_a_regrade(self, may_lower: bool, applies: bool) -> None:
        run = Regrade.objects.filter(state=RegradeState.COMPARED)[0]
        if applies:
            regrades.apply(run, by=self.organizer, may_lower=may_lower)
        else:
            regrades.withdraw(run, by=self.organizer)

    # Deadlines

    @rule(days=st.integers(-7, 21))
    def move_the_session(self, days: int) -> None:
        self.session.on = date(2026, 9, 12) + timedelta(days=days)
        self.session.set_moments()
        self.session.save()

    @rule(who=people, days=st.integers(1, 40))
    def give_more_time(self, who: int, days: int) -> None:
        member, module = self.learners[who].participant, self.course.modules[0].module
        until = max(timezone.now(), START) + timedelta(days=days)

        def deed() -> None:
            deadlines.extend(member, module, ItemKind.CHECK, until, reason="Ill.", by=self.course.mentor.user)
            self.promised[who] = until

        self.tried(deed)

    @rule(days=st.integers(0, 60))
    def let_the_time_run_out(self, days: int) -> None:
        due.take_drafts(START + timedelta(days=days))

    # What must hold

    @invariant()
    def the_ledger_says_it_all(self) -> None:
        for who, course in enumerate(self.learners):
            stored = ledger.stored(course.participant)
            assert ledger.replay(course.participant) == stored
            assert rebuilding.differences(course.participant) == []
            assert self.had[who] <= set(stored), "something that was mastered is so no more"
            self.had[who] = set(stored)

    @invariant()
    def no_row_is_out_of_place(self) -> None:
        for one in invariants.INVARIANTS:
            assert not one.broken().exists(), one.name

    @invariant()
    def each_answer_has_one_grade_that_counts(self) -> None:
        counting = GradeEvent.objects.filter(superseded_by=None).values_list("attempt", "item")
        assert len(counting) == len(set(counting))

    @invariant()
    def pages_and_endpoints_agree_and_every_lock_names_a_way(self) -> None:
        for course in self.learners:
            record = Record.of(course.participant)
            for check in course.checks:
                standing = record.standing(check)
                assert standing.next_step
                assert standing.place == Place.DONE or standing.address
                assert self.may_start(course, check) is standing.may_start

    def may_start(self, course: Course, check: CheckVersion) -> bool:
        """Tell whether the endpoint would open an attempt, and open none."""
        before = Attempt.objects.count()
        try:
            with transaction.atomic():
                attempt = attempts.start(course.participant, check, token="probe", by=course.user)
                opened = attempt.state == AttemptState.OPEN and Attempt.objects.count() == before + 1
                transaction.set_rollback(True)
        except RuleViolation as refused:
            return not str(refused).strip()  # A refusal that says nothing is none.
        return opened

    @invariant()
    def no_extension_takes_time_away(self) -> None:
        for who, course in enumerate(self.learners):
            found = deadlines.deadlines_for(course.participant, [course.modules[0].module])
            until = found[course.modules[0].module_id, ItemKind.CHECK]
            assert until.due_at >= until.base_at
            assert who not in self.promised or until.due_at >= self.promised[who]

    @invariant()
    def nobody_has_two_attempts_open_or_two_jobs_running(self) -> None:
        for course in self.learners:
            own = Attempt.objects.filter(membership=course.participant, state=AttemptState.OPEN)
            assert own.count() == own.values("for_check").distinct().count()
            assert GradingJob.objects.filter(learner=course.user, state=JobState.LEASED).count() <= 1

    @invariant()
    def a_lost_attempt_takes_no_form_away(self) -> None:
        for course in self.learners:
            counted = Attempt.objects.filter(membership=course.participant, for_check=course.check.for_check)
            seen = [one.form for one in counted.exclude(state=AttemptState.VOID)]
            overridden = course.participant.overrides.filter(kind="seen-form").count()
            assert len(seen) - len(set(seen)) <= overridden


def test_whatever_happens_the_rules_hold(db: None) -> None:
    profile = settings.get_profile(settings.get_current_profile_name())
    histories = settings(
        max_examples=max(1, profile.max_examples // 12),
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Engine, settings=histories)


@pytest.mark.parametrize("name", ["long"])
def test_more_is_played_by_profile(name: str) -> None:
    assert settings.get_profile(name).max_examples == 3000
