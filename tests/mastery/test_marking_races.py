"""Marks, second marks and decisions that come at the same moment, on a database with row locks."""

import pytest

from mastery import conflicts, disputing, ledger, marking, phrases, second_marks
from mastery.disputing import Ruling
from mastery.judgements import Dispute, MarkingConflict, ReusableComment, SecondMark
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from mastery.second_marks import Settlement
from tests.factories.mastery import Course, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory
from tests.mastery.test_races import together
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import User

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


def colleague(course: Course, role: Role) -> User:
    return MembershipFactory.create(cohort=course.participant.cohort, role=role).user


def marked(course: Course, level: int) -> Attempt:
    attempt = course.take({"A-one": "4", "A-words": "Because."})
    marking.mark(attempt, "A-words", Judgement(level), by=course.mentor.user)
    attempt.refresh_from_db()
    return attempt


def test_two_markers_leave_one_mark_and_one_draw() -> None:
    course = make_course(ITEMS)
    organizer, _other = colleague(course, Role.ORGANIZER), colleague(course, Role.MENTOR)
    read_twice(course)
    phrases.keep("Clear.", by=organizer, cohort=course.participant.cohort)
    attempt = course.take({"A-one": "4", "A-words": "Because."})

    together(
        lambda: marking.mark(attempt, "A-words", Judgement(2, "Clear."), by=organizer),
        lambda: marking.mark(attempt, "A-words", Judgement(0, "Clear."), by=course.mentor.user),
    )

    assert GradeEvent.objects.filter(item="A-words").count() == SecondMark.objects.count() == 1
    assert ReusableComment.objects.get().uses == 1
    assert SecondMark.objects.get().marker != GradeEvent.objects.get(item="A-words").by


def test_two_settlers_write_one_grade_and_one_letter() -> None:
    course = make_course(ITEMS)
    other = colleague(course, Role.MENTOR)
    one, two = (colleague(course, Role.ORGANIZER) for _organizer in range(2))
    read_twice(course)
    marked(course, 1)
    second = second_marks.give(SecondMark.objects.get(), 2, "", by=other)

    together(
        lambda: second_marks.settle(second, Settlement(2, "It is there."), by=one),
        lambda: second_marks.settle(second, Settlement(0, "It is not.", may_lower=True), by=two),
    )

    assert GradeEvent.objects.filter(item="A-words").count() == 2
    assert Letter.objects.filter(kind="mark-settled").count() == 1


def test_a_correction_and_a_decision_leave_a_chain_and_nothing_lowered() -> None:
    course = make_course(ITEMS)
    organizer = colleague(course, Role.ORGANIZER)
    attempt = marked(course, 1)
    event = GradeEvent.objects.get(item="A-words")
    dispute = disputing.open_one(attempt, "A-words", "It is there.", by=course.user)
    disputing.answer(dispute, "Let us see.", by=course.mentor.user)

    together(
        lambda: marking.correct(event, Judgement(2), by=course.mentor.user, reason="They are right."),
        lambda: disputing.decide(dispute, Ruling(2, "They are right."), by=organizer),
    )

    chain = list(GradeEvent.objects.filter(item="A-words").order_by("pk"))
    assert [one.points for one in chain] == [1, 2]
    assert chain[1].supersedes == chain[0]
    assert ledger.stored(course.participant) == ledger.replay(course.participant)


def test_double_clicks_open_one_dispute_and_declare_one_conflict() -> None:
    course = make_course(ITEMS)
    attempt = marked(course, 1)

    opened = together(*[lambda: disputing.open_one(attempt, "A-words", "It is there.", by=course.user)] * 3)
    mentor = course.mentor.user
    together(*[lambda: conflicts.declare(mentor, course.participant, reason="A friend.", by=mentor)] * 3)

    assert not [one for one in opened if isinstance(one, RuleViolation)]
    assert Dispute.objects.count() == Dispute.objects.get().entries.count() == 1
    assert MarkingConflict.objects.count() == 1
