"""What must hold for every history: raising never locks, every lock names a way on, and the ledger says it all."""

import contextlib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mastery import attempts, correctives, gating, ledger, marking, queue
from mastery.choices import AttemptState
from mastery.gating import Place
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent
from mastery.outcomes import reaches, smallest_pass
from tests.factories.mastery import Course, code, make_course, numeric, written
from whitebox.errors import RuleViolation

FORMS: dict[str, list[dict[str, Any]]] = {
    form: [
        numeric(f"{form}-n1", "first", points=1),
        numeric(f"{form}-n2", "first", points=4),
        written(f"{form}-w", "second", points=2),
        code(f"{form}-c", "second", points=3),
    ]
    for form in "AB"
}
STEP = st.one_of(
    st.tuples(st.just("take"), st.booleans(), st.booleans(), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("corrective"), st.integers(0, 5)),
    st.tuples(st.just("correct"), st.integers(0, 20), st.integers(0, 4)),
    st.tuples(st.just("lose"), st.booleans()),
)


def play(course: Course, step: tuple[Any, ...]) -> None:
    """Do one step where the rules allow it."""
    with contextlib.suppress(RuleViolation):
        DEEDS[step[0]](course, *step[1:])


def take(course: Course, one: bool, four: bool, level: int, runs: bool) -> None:
    attempt = course.start()
    form = attempt.form
    attempts.submit(attempt, {f"{form}-n1": "4" if one else "5", f"{form}-n2": "4" if four else "5"}, by=course.user)
    job = queue.claim(attempt.jobs.get().pk, now=attempt.opened_at)
    assert job is not None
    queue.finish(job, [Mark(f"{form}-c", 3 if runs else 0)])
    marking.mark(attempt, f"{form}-w", Judgement(level), by=course.mentor.user)


def do_corrective(course: Course, place: int) -> None:
    found = list(CorrectiveAssignment.objects.filter(attempt__membership=course.participant, done_at=None))
    if found:
        correctives.finish(found[place % len(found)], by=course.user)


def correct(course: Course, place: int, points: int) -> None:
    found = list(GradeEvent.objects.filter(attempt__membership=course.participant, superseded_by=None).order_by("pk"))
    if found:
        event = found[place % len(found)]
        ledger.correct(event, min(points, event.total), by=course.mentor.user, reason="Looked again.")


def lose(course: Course, is_broken: bool) -> None:
    """The grader fails: the attempt must not count."""
    attempt = course.start()
    attempts.submit(attempt, {}, by=course.user)
    job = queue.claim(attempt.jobs.get().pk, now=attempt.opened_at)
    assert job is not None
    queue.spoil(job, "broken")


DEEDS: dict[str, Callable[..., None]] = {
    "take": take,
    "corrective": do_corrective,
    "correct": correct,
    "lose": lose,
}


class Histories(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=st.lists(STEP, max_size=7))
    def test_replaying_the_ledger_gives_the_same_state_after_every_step(self, steps: list[tuple[Any, ...]]) -> None:
        course = make_course(FORMS)
        had: set[int] = set()

        for step in steps:
            play(course, step)
            now = ledger.stored(course.participant)

            assert ledger.replay(course.participant) == now
            assert had <= set(now)
            had = set(now)

        for check in course.checks:
            found = gating.standing(course.participant, check)
            assert found.next_step
            assert found.place == Place.DONE or found.address

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(first=st.tuples(*[st.booleans()] * 2, st.integers(0, 2), st.booleans()), item=st.integers(0, 3))
    def test_raising_a_grade_never_locks(self, first: tuple[bool, bool, int, bool], item: int) -> None:
        course = make_course(FORMS)
        take(course, *first)
        before = [gating.standing(course.participant, check) for check in course.checks]
        event = list(GradeEvent.objects.order_by("pk"))[item]

        ledger.correct(event, event.total, by=course.mentor.user, reason="The key was wrong.")

        after = [gating.standing(course.participant, check) for check in course.checks]
        for old, new in zip(before, after, strict=True):
            assert openness(old.place) <= openness(new.place)
            met = [one.is_met for one in old.conditions]
            assert not any(was and not one.is_met for was, one in zip(met, new.conditions, strict=False))

    @settings(max_examples=10, deadline=None)
    @given(steps=st.lists(STEP, max_size=5))
    def test_an_attempt_lost_by_us_never_takes_a_form_away(self, steps: list[tuple[Any, ...]]) -> None:
        course = make_course(FORMS)
        for step in steps:
            play(course, step)
        counted = Attempt.objects.filter(membership=course.participant, for_check=course.check.for_check).exclude(
            state=AttemptState.VOID
        )

        assert len({attempt.form for attempt in counted}) == len(counted)


def openness(place: Place) -> int:
    order = [Place.LOCKED, Place.CORRECTIVE, Place.READY, Place.DONE]
    return order.index(place)


@given(total=st.integers(1, 500), percent=st.integers(1, 100))
def test_the_smallest_pass_passes_and_one_less_does_not(total: int, percent: int) -> None:
    needed = smallest_pass(total, percent)

    assert reaches(needed, total, percent)
    assert not reaches(needed - 1, total, percent)


@given(points=st.integers(0, 100), percent=st.integers(1, 100))
def test_more_points_never_pass_less(points: int, percent: int) -> None:
    assert not reaches(points, 100, percent) or reaches(points + 1, 100, percent)
