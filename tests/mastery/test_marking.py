import pytest

from curriculum.models import Corrective
from mastery import marking
from mastery.choices import AttemptState
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def attempt(course: Course) -> Attempt:
    return course.take({"A-one": "4", "A-words": "Because."})


def test_written_work_waits_on_the_mentors_desk(course: Course, attempt: Attempt) -> None:
    other = make_course(ITEMS).mentor.user

    assert attempt.state == AttemptState.NEEDS_MARK
    assert list(marking.waiting(course.mentor.user)) == [attempt]
    assert not marking.waiting(other).exists()
    assert not marking.waiting(course.user).exists()


def test_a_mark_at_the_level_of_mastery_gives_all_points(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(2, " Clear. "), by=course.mentor.user)

    event = GradeEvent.objects.get(item="A-words")
    attempt.refresh_from_db()
    assert (event.points, event.by, event.detail["comment"]) == (2, course.mentor.user, "Clear.")
    assert attempt.state == AttemptState.GRADED
    assert Letter.objects.get().kind == "attempt-graded"


def test_a_mark_below_it_assigns_the_corrective_that_was_picked(course: Course, attempt: Attempt) -> None:
    picked = Corrective.objects.get(
        objective_version__objective__slug="second",
        objective_version__module_version__week=1,
        slug="way-2",
    )

    marking.mark(attempt, "A-words", Judgement(1, "Not the mechanism.", picked), by=course.mentor.user)

    assert [one.corrective for one in attempt.assignments.all()] == [picked]
    assert GradeEvent.objects.get(item="A-words").points == 1
    assert Letter.objects.get().kind == "attempt-not-yet"


def test_marking_twice_keeps_the_first_mark(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(2), by=course.mentor.user)
    marking.mark(attempt, "A-words", Judgement(0), by=course.mentor.user)

    assert [event.points for event in GradeEvent.objects.filter(item="A-words")] == [2]


def test_nobody_marks_their_own_work(course: Course, attempt: Attempt) -> None:
    MembershipFactory.create(user=course.user, cohort=course.participant.cohort, role=Role.ORGANIZER)

    with pytest.raises(RuleViolation, match="own work"):
        marking.mark(attempt, "A-words", Judgement(2), by=course.user)


def test_a_stranger_marks_nothing(attempt: Attempt) -> None:
    with pytest.raises(RuleViolation, match="mentor or an organizer"):
        marking.mark(attempt, "A-words", Judgement(2), by=UserFactory.create())


def test_a_quiz_item_is_not_marked_by_hand(course: Course, attempt: Attempt) -> None:
    with pytest.raises(RuleViolation, match="not marked by hand"):
        marking.mark(attempt, "A-one", Judgement(2), by=course.mentor.user)


def test_a_level_that_the_rubric_lacks_is_refused(course: Course, attempt: Attempt) -> None:
    with pytest.raises(RuleViolation, match="levels of the rubric"):
        marking.mark(attempt, "A-words", Judgement(3), by=course.mentor.user)


def test_an_organizer_marks_in_the_own_cohort(course: Course, attempt: Attempt) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user

    marking.mark(attempt, "A-words", Judgement(2), by=organizer)

    assert GradeEvent.objects.get(item="A-words").by == organizer


def test_comments_come_back_for_the_same_item(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(2, "Clear."), by=course.mentor.user)

    assert marking.earlier_comments(course.mentor.user, "A-words") == ["Clear."]
    assert marking.earlier_comments(course.mentor.user, "B-words") == []
