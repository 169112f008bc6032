import pytest

from curriculum.models import Corrective
from mastery import conflicts, ledger, marking
from mastery.choices import AttemptState
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import User

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


def corrected(
    attempt: Attempt, level: int, by: User, *, comment: str = "", reason: str = "I misread it."
) -> GradeEvent:
    event = GradeEvent.objects.get(attempt=attempt, item="A-words", superseded_by=None)
    return marking.correct(event, Judgement(level, comment), by=by, reason=reason)


def test_a_correction_stands_beside_the_mark_it_replaces(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(1, "Not the mechanism."), by=course.mentor.user)
    first = GradeEvent.objects.get(item="A-words")

    second = corrected(attempt, 2, course.mentor.user, comment="It is there.")

    first.refresh_from_db()
    assert (first.points, first.detail["comment"]) == (1, "Not the mechanism.")
    assert (second.supersedes, second.points, second.detail["level"]) == (first, 2, 2)
    assert course.participant.mastered.filter(objective__slug="second").exists()
    assert [letter.kind for letter in Letter.objects.order_by("pk")] == ["attempt-not-yet", "mark-corrected"]


def test_a_correction_twice_is_one(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(1), by=course.mentor.user)
    event = GradeEvent.objects.get(item="A-words")

    for _click in range(2):
        marking.correct(event, Judgement(2, "Yes."), by=course.mentor.user, reason="I misread it.")

    assert GradeEvent.objects.filter(item="A-words").count() == 2
    assert Letter.objects.filter(kind="mark-corrected").count() == 1


def test_another_comment_alone_is_a_correction_without_a_letter(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(2, "Claer."), by=course.mentor.user)

    second = corrected(attempt, 2, course.mentor.user, comment="Clear.", reason="A slip of the pen.")

    assert second.detail["comment"] == "Clear."
    assert not Letter.objects.filter(kind="mark-corrected").exists()


def test_what_is_mastered_stays_mastered_when_a_mark_is_lowered(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(2), by=course.mentor.user)

    corrected(attempt, 0, course.mentor.user)

    assert course.participant.mastered.filter(objective__slug="second").exists()
    assert ledger.stored(course.participant) == ledger.replay(course.participant)


def test_a_correction_needs_a_reason_and_ones_own_mark(course: Course, attempt: Attempt) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    marking.mark(attempt, "A-words", Judgement(1), by=course.mentor.user)

    with pytest.raises(RuleViolation, match="Give a reason"):
        corrected(attempt, 2, course.mentor.user, reason=" ")
    with pytest.raises(RuleViolation, match="only marks that you gave"):
        corrected(attempt, 2, organizer)
    assert GradeEvent.objects.filter(item="A-words").count() == 1


def test_a_mark_that_was_replaced_cannot_be_corrected_again(course: Course, attempt: Attempt) -> None:
    marking.mark(attempt, "A-words", Judgement(0), by=course.mentor.user)
    stale = GradeEvent.objects.get(item="A-words")
    corrected(attempt, 1, course.mentor.user)

    with pytest.raises(RuleViolation, match="corrected meanwhile"):
        marking.correct(stale, Judgement(2), by=course.mentor.user, reason="Late.")


def test_nobody_marks_the_work_of_a_person_with_whom_they_have_a_conflict(course: Course, attempt: Attempt) -> None:
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    conflicts.declare(course.mentor.user, course.participant, reason="My cousin.", by=course.mentor.user)

    with pytest.raises(RuleViolation, match="without a conflict"):
        marking.mark(attempt, "A-words", Judgement(2), by=course.mentor.user)

    assert not marking.waiting(course.mentor.user).exists()
    assert list(marking.waiting(organizer)) == [attempt]


def test_what_waits_is_asked_for_in_the_words_of_its_index() -> None:
    """SQLite looks through every attempt there ever was where a partial index's condition comes as parameters."""
    [index] = [one for one in Attempt._meta.indexes if one.name == "attempts_waiting"]

    sql, _parameters = Attempt.objects.markable().query.sql_with_params()

    states = dict(index.condition.children)["state__in"]
    assert "IN ({})".format(", ".join(f"'{state}'" for state in states)) in sql
