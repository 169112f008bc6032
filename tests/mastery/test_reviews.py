"""Reviews of what is mastered: when, what, how many, and that nothing ever closes because of one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from fsrs import Rating
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curriculum import syllabus
from curriculum.models import Objective
from mastery import (
    attempts,
    gating,
    ledger,
    marking,
    questions,
    remembering,
    review_items,
    review_reminders,
    reviewing,
    scheduling,
    variants,
)
from mastery.cards import RetentionCard, Review, ReviewAnswer
from mastery.choices import AttemptState, Recall
from mastery.gating import Place
from mastery.marking import Judgement
from mastery.models import Attempt, CorrectiveAssignment, GradeEvent, ObjectiveMastery
from mastery.reviewing import Given
from mastery.scheduling import Memory
from tests.factories.mastery import HALF, RIGHT, Course, code, make_course, numeric, written
from tests.factories.people import MembershipFactory
from tests.mastery.grading.exercises import SOFTMAX
from whitebox.errors import RuleViolation
from whitebox.packs.models import Adoption
from whitebox.people import membership as memberships
from whitebox.people.choices import Role

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def intervals(*ratings: Rating) -> list[int]:
    """Review each time when it is due and return the days until the next."""
    memory, at, found = None, START, []
    for rating in ratings:
        memory = scheduling.reviewed(memory, rating, at)
        found.append((memory.due_at - at).days)
        at = memory.due_at
    return found


def test_the_known_value_of_fsrs_six() -> None:
    assert intervals(Rating.Good, Rating.Good, Rating.Good, Rating.Again, Rating.Good) == [2, 11, 46, 3, 8]


def test_help_brings_an_objective_back_earlier() -> None:
    assert intervals(Rating.Good, Rating.Hard)[-1] < intervals(Rating.Good, Rating.Good)[-1]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no mistake of ours
@given(st.lists(st.tuples(st.sampled_from([1, 2, 3]), st.integers(0, 90 * 24 * 60)), min_size=1, max_size=12))
def test_the_same_log_always_gives_the_same_dates(steps: list[tuple[int, int]]) -> None:
    at, log, memory = START, [], None
    for rating, minutes in steps:
        at += timedelta(minutes=minutes)
        log.append((rating, at))
        memory = scheduling.reviewed(memory, Rating(rating), at)

    again = scheduling.replayed(log)

    assert again == memory
    assert memory is not None
    assert memory.due_at > memory.reviewed_at == at
    assert memory.due_at.tzinfo is UTC


pytestdb = pytest.mark.django_db


def mastered(course: Course) -> None:
    """Let the participant master both objectives of week 1 by form A, and the cards follow."""
    course.take(RIGHT)
    remembering.follow(START)


def move_due(course: Course, now: datetime) -> None:
    RetentionCard.objects.filter(membership=course.participant).update(
        reviewed_at=now - timedelta(days=3), due_at=now - timedelta(hours=1)
    )


def session(course: Course, now: datetime) -> reviewing.Session:
    return reviewing.session(course.participant, syllabus.present(course.participant.cohort_id), now)


def asked(course: Course, card: RetentionCard) -> review_items.Candidate:
    found = review_items.chosen(card, syllabus.present(course.participant.cohort_id))
    assert found is not None
    return found


def answer(course: Course, card: RetentionCard, value: Any, now: datetime, **more: Any) -> ReviewAnswer:
    card.refresh_from_db()
    return reviewing.answer(card, Given(card.number, asked(course, card).name, value, **more), by=course.user, now=now)


@pytestdb
def test_a_card_is_made_for_each_objective_when_it_is_mastered() -> None:
    course = make_course()
    course.take(HALF)
    assert not RetentionCard.objects.exists()

    made = [remembering.follow(START) for _ in range(2)]

    card = RetentionCard.objects.get()
    assert made == [1, 0]
    assert card.objective.slug == "first"
    at = ObjectiveMastery.objects.get().at
    assert list(card.reviews.values_list("number", "rating", "at")) == [(0, Recall.GOOD, at)]
    assert (card.due_at - at).days == 2


@pytestdb
def test_what_was_mastered_after_a_corrective_counts_as_with_help() -> None:
    course = make_course()
    course.take(HALF)
    CorrectiveAssignment.objects.update(done_at=START)
    course.take(RIGHT)

    remembering.follow(START)

    ratings = dict(Review.objects.values_list("card__objective__slug", "rating"))
    assert ratings == {"first": Recall.GOOD, "second": Recall.HARD}


@pytestdb
def test_a_review_asks_an_item_of_a_form_that_was_not_seen() -> None:
    course = make_course()
    mastered(course)

    for card in RetentionCard.objects.all():
        found = asked(course, card)
        assert (found.form, found.question.objective) == ("B", card.objective.slug)


@pytestdb
def test_a_review_never_asks_what_is_being_worked_on() -> None:
    course = make_course()
    course.take(HALF)
    remembering.follow(START)
    CorrectiveAssignment.objects.update(done_at=START)
    attempt = course.start()

    card = RetentionCard.objects.get()

    assert attempt.form == "B"
    assert asked(course, card).form == "A"


@pytestdb
def test_passed_comes_back_later_and_a_second_click_counts_once() -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=40)
    move_due(course, now)
    card = session(course, now).cards[0]
    sent = Given(card.number, asked(course, card).name, "4")

    answers = [reviewing.answer(card, sent, by=course.user, now=now) for _ in range(2)]

    card.refresh_from_db()
    assert answers[0] == answers[1]
    assert list(card.reviews.values_list("rating", flat=True)) == [Recall.GOOD, Recall.GOOD]
    assert card.due_at > now + timedelta(days=2)
    assert card.lapsed_at is None


@pytestdb
@pytest.mark.parametrize(
    ("value", "more", "rating"),
    [
        ("4", {}, Recall.GOOD),
        ("4", {"is_helped": True}, Recall.HARD),
        ("5", {}, Recall.AGAIN),
        ("", {"is_unknown": True}, Recall.AGAIN),
    ],
)
def test_the_rating_follows_from_the_answer(value: str, more: dict[str, bool], rating: Recall) -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=40)
    move_due(course, now)

    given_answer = answer(course, session(course, now).cards[0], value, now, **more)

    assert given_answer.review.rating == rating


@pytestdb
def test_a_lapse_asks_for_practice_and_closes_nothing() -> None:
    course = make_course()
    mastered(course)
    second = course.checks[1]
    assert gating.standing(course.participant, second).place == Place.READY
    before = ledger.stored(course.participant), GradeEvent.objects.count()
    now = START + timedelta(days=40)
    move_due(course, now)
    card = session(course, now).cards[0]

    answer(course, card, "5", now)

    found = session(course, now)
    assert [one.pk for one in found.lapsed] == [card.pk]
    way = reviewing.practice(card, syllabus.present(course.participant.cohort_id))
    assert way is not None
    assert way.title == f"Way 1 to {card.objective.slug}"
    assert gating.standing(course.participant, second).place == Place.READY
    assert (ledger.stored(course.participant), GradeEvent.objects.count()) == before
    for _ in range(2):
        reviewing.practised(card, by=course.user)
    assert session(course, now).lapsed == []


@pytestdb
def test_three_a_day_by_the_reader_s_clock() -> None:
    course = make_course({form: [numeric(f"{form}-{part}", "first") for part in "xyz"] for form in "AB"})
    course.take({f"A-{part}": "4" for part in "xyz"})
    remembering.follow(START)
    first = RetentionCard.objects.get()
    now = datetime(2027, 5, 3, 15, 30, tzinfo=UTC)  # half an hour before midnight in Manila
    for _time in range(3):
        move_due(course, now)
        answer(course, first, "4", now)
    move_due(course, now)

    found, tomorrow = session(course, now), session(course, now + timedelta(hours=1))

    assert (list(found.cards), found.due, found.done) == ([], 1, 3)
    assert len(tomorrow.cards) == 1
    with pytest.raises(RuleViolation, match="today's reviews are done"):
        answer(course, first, "4", now)


@pytestdb
def test_a_session_has_three_at_most() -> None:
    course = make_course()
    mastered(course)
    move_due(course, START + timedelta(days=50))
    assert len(session(course, START + timedelta(days=50)).cards) == 2
    attempt = course.take(RIGHT, course.checks[1])
    for stated in course.modules[1].objectives.all():
        ObjectiveMastery.objects.get_or_create(
            membership=course.participant, objective=stated.objective, defaults={"attempt": attempt, "at": START}
        )
    remembering.follow(START)
    move_due(course, START + timedelta(days=50))

    found = session(course, START + timedelta(days=50))

    assert (len(found.cards), found.due) == (3, 4)


@pytestdb
def test_only_the_person_reviews_and_only_what_is_asked_and_due() -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=40)
    card = RetentionCard.objects.order_by("pk").first()
    assert card is not None
    name = asked(course, card).name
    RetentionCard.objects.update(reviewed_at=now, due_at=now + timedelta(days=1))

    with pytest.raises(RuleViolation, match="Only the person"):
        reviewing.answer(card, Given(1, name, "4"), by=course.mentor.user, now=now)
    with pytest.raises(RuleViolation, match="not due now"):
        reviewing.answer(card, Given(1, name, "4"), by=course.user, now=now)
    with pytest.raises(RuleViolation, match="Another question"):
        reviewing.answer(card, Given(1, "1:A:other", "4"), by=course.user, now=now)
    assert not ReviewAnswer.objects.exists()


@pytestdb
def test_an_open_item_is_judged_by_oneself_after_the_answer_is_kept() -> None:
    course = make_course({form: [written(f"{form}-why", "first")] for form in "AB"})
    attempt = course.take({"A-why": "Because."})
    marking.mark(attempt, "A-why", Judgement(2), by=course.mentor.user)
    remembering.follow(START)
    now = START + timedelta(days=400)
    move_due(course, now)
    card = RetentionCard.objects.get()

    given_answer = answer(course, card, "It follows.", now)

    assert session(course, now).unjudged == given_answer
    assert not Review.objects.filter(answer=given_answer).exists()
    with pytest.raises(RuleViolation, match="levels of the rubric"):
        reviewing.judge(given_answer, 9, by=course.user)
    with pytest.raises(RuleViolation, match="Only the person"):
        reviewing.judge(given_answer, 2, by=course.mentor.user)
    logged = [reviewing.judge(given_answer, level, by=course.user, now=now) for level in (2, 0)]
    assert logged[0] == logged[1]
    assert logged[0].rating == Recall.GOOD


@pytestdb
def test_an_open_item_without_a_good_answer_is_not_asked() -> None:
    silent = written("A-why", "first") | {"explanation_html": ""}
    course = make_course({"A": [silent], "B": [silent | {"slug": "B-why"}]})
    followed = syllabus.present(course.participant.cohort_id)
    objective = course.modules[0].objectives.get(objective__slug="first").objective
    card = RetentionCard(membership=course.participant, objective=objective, seed=1, number=1, due_at=START)

    assert not review_items.has_items(card, followed)
    assert review_items.chosen(card, followed) is None


@pytestdb
def test_code_is_judged_by_oneself_beside_a_right_solution() -> None:
    """From the form that was handed in: the solution of the other one is not shown to who may hand it to others."""
    course = make_course({form: [code(f"{form}-code", "first")] for form in "AB"})
    course.take({"A-code": SOFTMAX.reference})
    objective = course.modules[0].objectives.get(objective__slug="first").objective
    remembered(course, objective)
    now = START + timedelta(days=400)
    move_due(course, now)
    card = RetentionCard.objects.get()

    assert asked(course, card).question.slug == "A-code"
    given_answer = answer(course, card, "def softmax(x):\n    return x\n", now)

    assert session(course, now).unjudged == given_answer
    with pytest.raises(RuleViolation, match="levels"):
        reviewing.judge(given_answer, 2, by=course.user)
    assert reviewing.judge(given_answer, 0, by=course.user, now=now).rating == Recall.AGAIN


def remembered(course: Course, objective: Objective) -> None:
    """Let an objective be mastered by an attempt whose code was graded, without running it."""
    attempt = Attempt.objects.get(membership=course.participant)
    ObjectiveMastery.objects.create(membership=course.participant, objective=objective, attempt=attempt, at=START)
    Attempt.objects.filter(pk=attempt.pk).update(state=AttemptState.GRADED, graded_at=START)
    remembering.follow(START)


@pytestdb
def test_each_review_of_a_generated_item_shows_other_numbers() -> None:
    changing = numeric("A-sum", "first") | {
        "prompt_html": variants.marked("<p>[[n]]?</p>", ["n"]),
        "answer": "n",
        "values": {"n": [str(number) for number in range(2, 400)]},
    }
    course = make_course({"A": [changing], "B": [changing | {"slug": "B-sum"}]})
    attempt = course.start()
    [shown] = questions.of_attempt(attempt)
    attempts.submit(attempt, {"A-sum": str(shown.answer)}, by=course.user)
    remembering.follow(START)
    card = RetentionCard.objects.get()

    found = [asked(course, RetentionCard.objects.get()).question.prompt_html]
    for _review in range(4):
        RetentionCard.objects.filter(pk=card.pk).update(number=F("number") + 1)
        found.append(asked(course, RetentionCard.objects.get()).question.prompt_html)

    assert len(set(found)) > 2


@pytestdb
def test_a_card_rests_while_its_objective_is_not_mastered() -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=40)
    move_due(course, now)
    lost = ObjectiveMastery.objects.filter(objective__slug="first")
    lost_ones = list(lost)

    lost.delete()

    assert [one.objective.slug for one in session(course, now).cards] == ["second"]
    ObjectiveMastery.objects.bulk_create(lost_ones)
    assert remembering.follow(now) == 0
    assert len(session(course, now).cards) == 2


@pytestdb
def test_cards_go_on_after_a_deferral() -> None:
    course = make_course()
    mastered(course)
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    away = MembershipFactory.create(role=Role.MENTOR)
    Adoption.objects.create(cohort=away.cohort, version=course.version)
    present = memberships.defer(course.participant, away.cohort, by=organizer.user, reason="A new job.")
    now = START + timedelta(days=40)
    move_due(course, now)

    found = reviewing.session(present, syllabus.present(present.cohort_id), now)

    assert remembering.follow(now) == 0
    assert len(found.cards) == 2
    answer(course, found.cards[0], "4", now)


@pytestdb
def test_reviews_are_switched_off_and_on_by_their_reader() -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=40)
    move_due(course, now)
    assert [one.kind for one in review_reminders.due(now + timedelta(days=3))] == ["reviews-due"]

    for _ in range(2):
        remembering.switch(course.participant, off=True, by=course.user)

    assert session(course, now).is_off
    assert list(review_reminders.due(now + timedelta(days=3))) == []
    remembering.switch(course.participant, off=False, by=course.user)
    assert len(session(course, now).cards) == 2


@pytestdb
def test_a_reminder_comes_once_a_week_and_names_objectives_only() -> None:
    course = make_course()
    mastered(course)
    now = datetime(2027, 5, 3, 6, tzinfo=UTC)
    move_due(course, now)

    early = list(review_reminders.due(now + timedelta(days=1)))
    requests = [next(iter(review_reminders.due(now + timedelta(days=days)))) for days in (3, 4, 10)]

    assert early == []
    assert requests[0].context["items"] == ["Objective 1.1", "Objective 1.2"]
    keys = [one.dedup_key for one in requests]
    assert keys[0] == keys[1] != keys[2]


@pytestdb
def test_the_row_is_what_its_log_says() -> None:
    course = make_course()
    mastered(course)
    now = START + timedelta(days=400)
    for value in ("4", "5", "4"):
        card = RetentionCard.objects.order_by("pk").first()
        assert card is not None
        RetentionCard.objects.filter(pk=card.pk).update(due_at=now)
        answer(course, card, value, now)
        now += timedelta(days=30)

    for card in RetentionCard.objects.all():
        worked_out = remembering.worked_out(card)
        assert isinstance(worked_out, Memory)
        assert worked_out.stability == pytest.approx(remembering.stored(card).stability)
        assert worked_out.due_at == remembering.stored(card).due_at
