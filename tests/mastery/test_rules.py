"""The rules of mastery learning, each under its name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from mastery import attempts, correctives, gating, ledger, overrides, reading
from mastery.choices import AttemptState
from mastery.gating import Place
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent
from mastery.outcomes import chance
from tests.factories.mastery import HALF, RIGHT, Course, make_course, numeric
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort


def do_correctives(course: Course) -> None:
    for assignment in CorrectiveAssignment.objects.filter(attempt__membership=course.participant, done_at=None):
        correctives.finish(assignment, by=course.user)


def mastered(course: Course) -> set[str]:
    return set(course.participant.mastered.values_list("objective__slug", flat=True))


def test_rule_1_a_result_is_given_per_objective(db: None) -> None:
    course = make_course()

    attempt = course.take(HALF)

    found = ledger.results(attempt, attempt.events.all())
    assert {slug: (one.points, one.total, one.is_reached) for slug, one in found.items()} == {
        "first": (1, 1, True),
        "second": (0, 1, False),
    }
    assert mastered(course) == {"first"}


def test_rule_2_the_second_attempt_uses_a_form_not_seen(db: None) -> None:
    course = make_course()
    first = course.take(HALF)
    do_correctives(course)

    second = course.take(HALF)

    assert (first.form, second.form, second.number) == ("A", "B", 2)


def test_rule_2_after_the_last_form_only_an_override_opens_one_again(db: None) -> None:
    course = make_course()
    course.take(HALF)
    do_correctives(course)
    last = course.take(HALF)
    do_correctives(course)
    with pytest.raises(RuleViolation, match="seen every form"):
        course.start()

    overrides.reuse_form(last, by=course.mentor.user, reason="We talked it through.")

    assert course.start().form == "A"


@pytest.mark.parametrize(("right", "state"), [(4, True), (3, False)])
def test_rule_3_exactly_at_the_threshold_passes(db: None, right: int, state: bool) -> None:
    items = [numeric(f"a-{number}", "first") for number in range(5)]
    course = make_course({"A": items, "B": items}, threshold=80)

    attempt = course.take({f"a-{number}": "4" if number < right else "5" for number in range(5)})

    assert ledger.results(attempt, attempt.events.all())["first"].is_reached is state


def test_rule_3_the_threshold_of_the_cohort_holds_for_every_attempt(db: None) -> None:
    course = make_course(threshold=90)

    attempt = course.start()

    assert attempt.threshold_percent == 90


def test_rule_3_a_checks_own_threshold_counts_where_it_was_there_before_the_start(db: None) -> None:
    course = make_course(threshold=80, check_threshold=50)
    Cohort.objects.filter(pk=course.participant.cohort_id).update(started_at=timezone.now())

    attempt = course.start()

    assert attempt.threshold_percent == 50


def test_rule_3_a_threshold_that_came_after_the_start_is_ignored(db: None) -> None:
    course = make_course(threshold=80, check_threshold=50)
    before = course.version.loaded_at - timedelta(days=1)
    Cohort.objects.filter(pk=course.participant.cohort_id).update(started_at=before)

    attempt = course.start()

    assert attempt.threshold_percent == 80


def test_rule_4_not_yet_assigns_a_corrective_for_each_missed_objective(db: None) -> None:
    course = make_course()

    attempt = course.take(HALF)

    assert [(one.objective.slug, one.corrective.slug) for one in attempt.assignments.all()] == [("second", "way-1")]


def test_rule_4_an_objective_of_another_week_with_the_same_name_is_another_one(db: None) -> None:
    course = make_course()
    course.take(RIGHT)

    attempt = course.take(HALF, course.checks[1])

    assert [(one.objective.module_id, one.objective.slug) for one in attempt.assignments.all()] == [
        (course.modules[1].module_id, "second")
    ]
    shown = reading.result(attempt, course.user)
    assert [one.is_mastered for one in shown.objectives] == [True, False]


def test_rule_4_the_next_form_waits_for_the_corrective(db: None) -> None:
    course = make_course()
    course.take(HALF)

    with pytest.raises(RuleViolation, match="Do “Way 1 to second”"):
        course.start()

    do_correctives(course)
    assert course.start().form == "B"


def test_rule_4_an_override_opens_the_next_form(db: None) -> None:
    course = make_course()
    attempt = course.take(HALF)

    overrides.open_next_form(attempt, by=course.mentor.user, reason="Explained it to me at the board.")

    assert course.start().form == "B"


def test_rule_4_a_second_not_yet_brings_another_corrective(db: None) -> None:
    course = make_course()
    course.take(HALF)
    do_correctives(course)

    second = course.take(HALF)

    assert [one.corrective.slug for one in second.assignments.all()] == ["way-2"]


def test_rule_5_the_best_outcome_counts_and_nothing_is_unlearnt(db: None) -> None:
    course = make_course()
    course.take(HALF)
    do_correctives(course)

    second = course.take({"b-one": "5", "b-two": "4"})

    assert mastered(course) == {"first", "second"}
    assert second.assignments.count() == 0


def test_rule_5_attempts_are_appended(db: None) -> None:
    course = make_course()
    course.take(HALF)
    do_correctives(course)
    course.take(RIGHT)

    assert list(Attempt.objects.values_list("number", "state")) == [
        (1, AttemptState.GRADED),
        (2, AttemptState.GRADED),
    ]


def test_rule_6_the_next_modules_checks_open_with_the_blocking_objectives(db: None) -> None:
    course = make_course()
    course.take(HALF)
    locked = gating.standing(course.participant, course.checks[1])

    do_correctives(course)
    course.take(RIGHT)

    assert (locked.place, [one.is_met for one in locked.conditions]) == (Place.LOCKED, [True, False])
    assert gating.standing(course.participant, course.checks[1]).place == Place.READY


def test_rule_6_starting_a_locked_check_is_refused_with_the_next_step(db: None) -> None:
    course = make_course()

    with pytest.raises(RuleViolation, match=r"Locked: 2 objectives .* Start form A when you are ready"):
        course.start(course.checks[1])


def test_rule_6_an_objective_that_does_not_block_keeps_nothing_closed(db: None) -> None:
    course = make_course(blocking=False)

    assert gating.standing(course.participant, course.checks[1]).place == Place.READY


def test_rule_6_an_organizer_opens_a_module_with_a_reason(db: None) -> None:
    course = make_course()
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    with pytest.raises(RuleViolation, match="Only an organizer"):
        overrides.open_module(course.participant, course.modules[1].module, by=course.mentor.user, reason="x")
    with pytest.raises(RuleViolation, match="Give a reason"):
        overrides.open_module(course.participant, course.modules[1].module, by=organizer, reason=" ")

    first = overrides.open_module(course.participant, course.modules[1].module, by=organizer, reason="Joined late.")
    again = overrides.open_module(course.participant, course.modules[1].module, by=organizer, reason="Again.")

    assert first == again
    assert gating.standing(course.participant, course.checks[1]).place == Place.READY


def test_rule_10_nobody_grades_their_own_work(db: None) -> None:
    course = make_course()
    event = course.take(HALF).events.get(item="a-two")

    with pytest.raises(RuleViolation, match="own work"):
        ledger.correct(event, 1, by=course.user, reason="I was right.")


def test_correction_appends_and_raises(db: None) -> None:
    course = make_course()
    event = course.take(HALF).events.get(item="a-two")

    ledger.correct(event, 1, by=course.mentor.user, reason="The key was wrong.")

    assert mastered(course) == {"first", "second"}
    assert GradeEvent.objects.get(pk=event.pk).points == 0
    assert gating.standing(course.participant, course.check).place == Place.DONE


def test_correction_twice_is_refused_where_it_differs(db: None) -> None:
    course = make_course()
    event = course.take(HALF).events.get(item="a-two")
    ledger.correct(event, 1, by=course.mentor.user, reason="The key was wrong.")

    with pytest.raises(RuleViolation, match="corrected meanwhile"):
        ledger.correct(event, 1, by=course.mentor.user, reason="Once more.")


def test_starting_twice_with_one_token_gives_one_attempt(db: None) -> None:
    course = make_course()
    first = attempts.start(course.participant, course.check, token="same", by=course.user)
    attempts.submit(first, HALF, by=course.user)
    do_correctives(course)

    late_second_click = attempts.start(course.participant, course.check, token="same", by=course.user)

    assert late_second_click == first
    assert Attempt.objects.count() == 1


def test_starting_again_returns_the_open_attempt(db: None) -> None:
    course = make_course()

    assert course.start() == course.start()


def test_submitting_twice_keeps_the_first(db: None) -> None:
    course = make_course()
    attempt = course.start()

    attempts.submit(attempt, HALF, by=course.user)
    attempts.submit(attempt, RIGHT, by=course.user)

    assert attempt.events.count() == 2
    assert attempts.answers_of(attempt)["a-two"] == "5"


def test_a_draft_after_submission_is_refused(db: None) -> None:
    course = make_course()
    attempt = course.take(HALF)

    with pytest.raises(RuleViolation, match="What you had sent by then is kept"):
        attempts.save(attempt, RIGHT, by=course.user)


def test_somebody_else_can_neither_start_save_nor_submit(db: None) -> None:
    course, stranger = make_course(), UserFactory.create()
    attempt = course.start()

    acts: list[Callable[[], Attempt]] = [
        lambda: attempts.start(course.participant, course.check, token="x", by=stranger),
        lambda: attempts.save(attempt, RIGHT, by=stranger),
        lambda: attempts.submit(attempt, RIGHT, by=stranger),
    ]

    for act in acts:
        with pytest.raises(RuleViolation, match="Only the person"):
            act()


@pytest.mark.parametrize(
    ("items", "threshold", "chances"), [(5, 80, [19, 34, 92]), (10, 80, [5, 17, 93]), (12, 83, [2, 8, 89])]
)
def test_rule_3_says_what_a_threshold_means(items: int, threshold: int, chances: list[int]) -> None:
    assert [chance(items, threshold, right) for right in (5, 6, 9)] == chances
