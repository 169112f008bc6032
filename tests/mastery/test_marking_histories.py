"""Whatever mentors, second markers, learners and organizers do: the ledger says it all, and nobody loses a mastery."""

import contextlib
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mastery import attempts, disputing, double_marking, invariants, ledger, marking, second_marks
from mastery.disputing import Ruling
from mastery.judgements import Dispute, SecondMark
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from mastery.second_marks import Settlement
from tests.factories.mastery import Course, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import User

ITEMS: dict[str, list[dict[str, Any]]] = {
    form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"
}
LEVEL = st.integers(0, 2)
STEP = st.one_of(
    st.tuples(st.just("take"), LEVEL),
    st.tuples(st.just("second"), LEVEL),
    st.tuples(st.just("settle"), LEVEL, st.booleans()),
    st.tuples(st.just("correct"), LEVEL),
    st.tuples(st.just("dispute")),
    st.tuples(st.just("answer")),
    st.tuples(st.just("decide"), LEVEL, st.booleans()),
)


class School:
    """A course with one more mentor and one organizer."""

    def __init__(self) -> None:
        self.course: Course = make_course(ITEMS)
        cohort = self.course.participant.cohort
        self.other: User = MembershipFactory.create(cohort=cohort, role=Role.MENTOR).user
        self.organizer: User = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user
        read_twice(self.course)

    @property
    def mentor(self) -> User:
        user: User = self.course.mentor.user
        return user

    def take(self, level: int) -> None:
        attempt = self.course.start()
        attempts.submit(attempt, {f"{attempt.form}-one": "4", f"{attempt.form}-words": "a"}, by=self.course.user)
        marking.mark(attempt, f"{attempt.form}-words", Judgement(level), by=self.mentor)

    def second(self, level: int) -> None:
        for one in second_marks.waiting_for(self.other):
            second_marks.give(one, level, "", by=self.other)

    def settle(self, level: int, may_lower: bool) -> None:
        for one in second_marks.to_settle(self.organizer):
            second_marks.settle(one, Settlement(level, "Looked.", may_lower), by=self.organizer)

    def correct(self, level: int) -> None:
        for event in GradeEvent.objects.filter(by=self.mentor, superseded_by=None):
            marking.correct(event, Judgement(level), by=self.mentor, reason="Again.")

    def dispute(self) -> None:
        for attempt in Attempt.objects.filter(membership=self.course.participant):
            disputing.open_one(attempt, f"{attempt.form}-words", "Why?", by=self.course.user)

    def answer(self) -> None:
        for one in disputing.to_answer(self.mentor):
            disputing.answer(one, "So.", by=self.mentor)

    def decide(self, level: int, may_lower: bool) -> None:
        for one in disputing.to_decide(self.organizer):
            disputing.decide(one, Ruling(level, "Looked.", may_lower), by=self.organizer)


class Histories(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=st.lists(STEP, max_size=8))
    def test_the_ledger_tells_every_history(self, steps: list[tuple[Any, ...]]) -> None:
        school = School()
        person, had = school.course.participant, set[int]()

        for name, *given_ in steps:
            before = points(person.pk)
            deed: Callable[..., None] = getattr(school, name)
            with contextlib.suppress(RuleViolation):
                deed(*given_)
            now = ledger.stored(person)
            assert ledger.replay(person) == now
            assert had <= set(now)
            had = set(now)
            if name in {"settle", "decide"} and not given_[-1]:
                assert all(points(person.pk)[item] >= count for item, count in before.items())

        disputing.escalate(timezone.now())
        assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []
        assert double_marking.redrawn(person.cohort).is_same
        assert SecondMark.objects.count() == GradeEvent.objects.filter(detail__by_person=True, supersedes=None).count()
        assert Dispute.objects.count() <= Attempt.objects.count()


def points(membership_id: int) -> dict[str, int]:
    return ledger.points_of(GradeEvent.objects.filter(attempt__membership=membership_id))
