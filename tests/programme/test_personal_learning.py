"""What a former member studied and researched, shown and erased."""

import uuid

import pytest

from curriculum import attendance
from curriculum.choices import AttendanceState
from curriculum.commitments import Question
from curriculum.models import Tick
from curriculum.register import Attendance, WrongCode
from mastery.models import Answer, GradeEvent
from tests.factories import curriculum, sprints
from tests.factories.mastery import Course, make_course, numeric, written
from whitebox.people.choices import MembershipState
from whitebox.people.models import Membership
from whitebox.programme import personal


@pytest.fixture
def course(db: None) -> Course:
    made = make_course({"A": [numeric("a-one", "first"), written("a-two", "second")], "B": [numeric("b", "first")]})
    made.take({"a-one": "5", "a-two": "An unmistakable answer."}, made.checks[0])
    module = made.modules[0].module
    curriculum.TickFactory.create(membership=made.participant, module=module)
    Question.objects.create(membership=made.participant, module=module, key=uuid.uuid4(), text="Why unmistakable?")
    session = curriculum.SessionFactory.create(cohort=made.participant.cohort, module=module)
    attendance.mark(session, {made.participant.pk}, AttendanceState.LATE, by=made.mentor.user)
    WrongCode.objects.create(session=session, membership=made.participant)
    sprints.ExcursionFactory.create(claim__membership=made.participant, question="An unmistakable question")
    Membership.objects.filter(pk=made.participant.pk).update(state=MembershipState.COMPLETED)
    return made


def test_an_export_holds_study_and_research(course: Course) -> None:
    data = personal.export(course.participant.user.email)

    assert [row["value"] for row in data["mastery"]["answers"]] == ["5", "An unmistakable answer."]
    assert data["mastery"]["marks"]
    assert [row["text"] for row in data["curriculum"]["questions"]] == ["Why unmistakable?"]
    assert [row["state"] for row in data["curriculum"]["attendance"]] == ["late"]
    assert [row["entered"] for row in data["curriculum"]["attendance_history"]] == ["late"]
    assert [row["question"] for row in data["sprints"]["excursions"]] == ["An unmistakable question"]


def test_erasing_takes_words_and_keeps_the_ledger(course: Course) -> None:
    email, marks, user = course.participant.user.email, GradeEvent.objects.count(), course.participant.user

    first = personal.erase(email)
    again = personal.erase(f"erased-{user.pk}@erased.invalid")

    assert (first.refusals, first.erased["mastery: answers"], first.erased["curriculum: questions"]) == ([], 2, 1)
    assert {answer.value for answer in Answer.objects.all()} == {""}
    assert (WrongCode.objects.count(), Attendance.objects.count()) == (0, 1)
    assert (GradeEvent.objects.count(), Tick.objects.count(), Question.objects.count()) == (marks, 1, 0)
    assert {app for app, _kept in first.kept} >= {"mastery", "curriculum"}
    assert again.erased == {}
