"""Talks from the offer to the ledger: who may, when, how often, and what is never seen before."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mastery import booking, conflicts, drawing, examiners, examining, ledger
from mastery.choices import AttemptState, TalkState
from mastery.examining import Said
from mastery.models import GradeEvent, ObjectiveMastery
from mastery.talks import DrawnQuestion, OralSlot, SecondExaminer, Talk
from tests.factories.mastery import Course, make_course, numeric, oral
from tests.factories.people import MembershipFactory
from tests.factories.talks import NOT_YET, WELL, begin, book, hand_in, hold_talk, hours, make_slot, oral_course, soon
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people import membership as memberships
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return oral_course()


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def other_mentor(course: Course) -> Membership:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)


def test_an_attempt_waits_for_its_talk_once_the_rest_is_graded(course: Course) -> None:
    attempt = hand_in(course)

    assert attempt.state == AttemptState.NEEDS_TALK
    assert [one.slug for one in booking.still_to_talk(attempt)] == ["a-talk"]
    assert not GradeEvent.objects.filter(attempt=attempt, item="a-talk").exists()


def test_a_series_keeps_the_wall_time_when_the_clocks_change(course: Course) -> None:
    start = hours(date(2027, 3, 22), time(14), time(15), zone="Europe/Berlin")
    now = datetime(2027, 3, 1, tzinfo=UTC)

    made = [
        len(booking.open_slots(course.mentor, start.weekly(2), place="Room", by=course.mentor.user, now=now))
        for _ in range(2)
    ]

    assert made == [2, 0]
    rows = OralSlot.objects.order_by("starts_at").values_list("on", "at", "starts_at", "zone")
    assert [(on, at, moment.hour, zone) for on, at, moment, zone in rows] == [
        (date(2027, 3, 22), time(14), 13, "Europe/Berlin"),
        (date(2027, 3, 29), time(14), 12, "Europe/Berlin"),
    ]


def test_times_that_overlap_or_are_past_open_nothing(course: Course) -> None:
    by = course.mentor.user
    booking.open_slots(course.mentor, [hours()], place="Room", by=by)

    with pytest.raises(RuleViolation, match="overlap"):
        booking.open_slots(course.mentor, [hours(first=time(9, 15))], place="Room", by=by)
    with pytest.raises(RuleViolation, match="future"):
        booking.open_slots(course.mentor, [hours(date(2020, 1, 1))], place="Room", by=by)
    with pytest.raises(RuleViolation, match="Only those who teach"):
        booking.open_slots(course.participant, [hours()], place="Room", by=course.user)

    assert OralSlot.objects.count() == 3


def test_booking_twice_books_once_and_tells_both(course: Course) -> None:
    attempt, slot = hand_in(course), make_slot(course.mentor)

    first, second = (booking.book(attempt, slot, by=course.user) for _ in range(2))

    assert first == second
    assert kinds() == ["talk-booked", "talk-booked-staff"]


def test_a_time_is_taken_once(course: Course) -> None:
    attempt, slot = hand_in(course), make_slot(course.mentor)
    book(course, attempt, slot)
    other = MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor)
    peer = Course(other, course.mentor, course.version, course.modules, course.checks)
    theirs = hand_in(peer)

    with pytest.raises(RuleViolation, match="Somebody else has just taken"):
        booking.book(theirs, slot, by=other.user)
    with pytest.raises(IntegrityError, match=r"oral_slot_taken_once|mastery_talk.slot_id"), transaction.atomic():
        Talk.objects.create(slot=slot, attempt=theirs, seed=1)


def test_only_the_person_books_and_only_what_waits(course: Course) -> None:
    attempt, slot = hand_in(course), make_slot(course.mentor)

    with pytest.raises(RuleViolation, match="Only the person"):
        booking.book(attempt, slot, by=course.mentor.user)
    book(course, attempt, slot)
    hold_talk(course, Talk.objects.get())
    with pytest.raises(RuleViolation, match="Nothing of this attempt"):
        booking.book(attempt, make_slot(course.mentor, soon(hours=2)), by=course.user)


def test_any_mentor_of_the_cohort_can_be_chosen_and_nobody_else(course: Course) -> None:
    attempt = hand_in(course)
    near, far = make_slot(other_mentor(course)), make_slot(MembershipFactory.create(role=Role.MENTOR))
    in_an_hour = make_slot(course.mentor, timezone.now() + timedelta(hours=1))

    offered = list(booking.free(course.participant, timezone.now()))

    assert offered == [near]
    for slot in (far, in_an_hour):
        with pytest.raises(RuleViolation, match="Somebody else has just taken"):
            booking.book(attempt, slot, by=course.user)


def test_nobody_examines_themselves(course: Course) -> None:
    teaches_too = MembershipFactory.create(cohort=course.participant.cohort, user=course.user, role=Role.MENTOR)
    attempt, own = hand_in(course), make_slot(teaches_too)
    talk = book(course, attempt)

    assert not booking.free(course.participant, timezone.now()).filter(pk=own.pk).exists()
    with pytest.raises(RuleViolation):
        booking.book(attempt, own, by=course.user)
    with pytest.raises(RuleViolation, match="nobody in their own"):
        examining.join(talk, by=course.user)
    with pytest.raises(RuleViolation, match="Only those who hold or join"):
        examining.begin(talk, by=course.user, now=talk.slot.starts_at)
    assert not examiners.may_examine(course.user, attempt)


def test_nobody_examines_where_a_conflict_is_declared(course: Course) -> None:
    attempt, talk_time = hand_in(course), make_slot(course.mentor)
    talk = book(course, attempt, talk_time)
    friend = other_mentor(course)
    make_slot(friend, soon(hours=3))

    for marker in (course.mentor.user, friend.user):
        conflicts.declare(marker, course.participant, reason="We are cousins.", by=marker)

    assert not booking.free(course.participant, timezone.now()).exists()
    with pytest.raises(RuleViolation, match="Only those who hold or join"):
        examining.begin(talk, by=course.mentor.user, now=talk.slot.starts_at)
    with pytest.raises(RuleViolation, match="with a conflict"):
        examining.join(talk, by=friend.user)
    assert booking.let_fall(timezone.now()) == 1
    talk.refresh_from_db()
    assert talk.state == TalkState.CANCELLED


def test_a_talk_is_moved_until_the_limit(course: Course) -> None:
    attempt = hand_in(course)
    slots = [make_slot(course.mentor, soon(hours=hour)) for hour in range(5)]

    for slot in slots[:4]:
        booking.book(attempt, slot, by=course.user)

    assert booking.moves_left(attempt) == 0
    with pytest.raises(RuleViolation, match="as often as you can"):
        booking.book(attempt, slots[4], by=course.user)
    assert Talk.objects.booked().get().slot == slots[3]
    assert "talk-given-back-staff" in kinds()


def test_a_talk_that_is_close_is_not_moved(course: Course) -> None:
    attempt = hand_in(course)
    talk, later = book(course, attempt), make_slot(course.mentor, soon(hours=5))

    with pytest.raises(RuleViolation, match="too close"):
        booking.book(attempt, later, by=course.user, now=talk.slot.starts_at - timedelta(hours=5))
    with pytest.raises(RuleViolation, match="too close"):
        booking.cancel(talk, by=course.user, now=talk.slot.starts_at - timedelta(hours=5))


def test_giving_a_time_back_twice_changes_nothing(course: Course) -> None:
    talk = book(course, hand_in(course))

    for _ in range(2):
        booking.cancel(talk, by=course.user)

    talk.refresh_from_db()
    assert (talk.state, talk.is_own_choice) == (TalkState.CANCELLED, True)
    assert kinds().count("talk-given-back-staff") == 1
    assert booking.free(course.participant, timezone.now()).get() == talk.slot


def test_a_mentor_takes_a_booked_time_back_with_a_reason(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)

    with pytest.raises(RuleViolation, match="Say why"):
        booking.take_back(talk.slot, reason=" ", by=course.mentor.user)
    with pytest.raises(RuleViolation, match="Only who offers"):
        booking.take_back(talk.slot, reason="Ill.", by=other_mentor(course).user)
    for _ in range(2):
        booking.take_back(talk.slot, reason="I am ill.", by=course.mentor.user)

    talk.refresh_from_db()
    assert (talk.state, talk.reason, talk.is_own_choice) == (TalkState.CANCELLED, "I am ill.", False)
    assert booking.moves_left(attempt) == booking.MOVES
    assert kinds().count("talk-cancelled") == 1


def test_the_question_is_drawn_at_the_start_and_never_before(course: Course) -> None:
    talk = book(course, hand_in(course))
    assert not DrawnQuestion.objects.exists()

    with pytest.raises(RuleViolation, match="not before"):
        examining.begin(talk, by=course.mentor.user, now=talk.slot.starts_at - timedelta(seconds=1))
    assert not DrawnQuestion.objects.exists()
    for _ in range(2):
        examining.begin(talk, by=course.mentor.user, now=talk.slot.starts_at)

    drawn = DrawnQuestion.objects.get()
    assert drawn.question in drawn.chosen_from


def test_the_draw_can_be_repeated_from_what_is_stored(course: Course) -> None:
    talk = begin(course, book(course, hand_in(course)))

    drawn = talk.drawn.get()

    assert drawn.chosen_from == ["one", "three", "two"]
    assert drawing.chosen(talk.seed, drawn.item, drawn.chosen_from) == drawn.question


def test_the_draw_is_the_same_on_any_machine() -> None:
    assert [drawing.chosen(7, item, ["one", "three", "two"]) for item in ("a", "b", "c", "d")] == [
        drawing.chosen(7, item, ["one", "three", "two"]) for item in ("a", "b", "c", "d")
    ]
    assert drawing.candidates(["b", "a", "c"], {"a": 1}) == ["b", "c"]
    assert drawing.candidates(["b", "a"], {"a": 2, "b": 1}) == ["b"]


def test_nobody_is_asked_the_same_question_again_while_there_is_another(course: Course) -> None:
    attempt = hand_in(course)
    asked = []
    for hour in range(3):
        talk = begin(course, book(course, attempt, make_slot(course.mentor, soon(hours=hour))))
        asked.append(talk.drawn.get().question)
        examining.miss(talk, by=course.mentor.user, now=talk.slot.ends_at)

    assert sorted(asked) == ["one", "three", "two"]


def test_two_items_that_draw_from_one_bank_get_two_questions() -> None:
    course = make_course({form: [oral(f"{form}-x", "first"), oral(f"{form}-y", "second")] for form in "AB"})
    attempt = course.take({})

    talk = begin(course, book(course, attempt))

    assert len(set(talk.drawn.values_list("question", flat=True))) == 2


def test_the_outcome_goes_into_the_ledger_once_and_moves_the_attempt_on(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)

    hold_talk(course, talk)
    examining.judge(talk, {"a-talk": NOT_YET}, by=course.mentor.user)

    event = GradeEvent.objects.get(item="a-talk")
    assert (event.points, event.by, event.detail["level"]) == (2, course.mentor.user, 2)
    assert event.detail["comment"] == "Clear."
    assert "SECRET" in event.detail["asked_html"]
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED
    assert set(ObjectiveMastery.objects.values_list("objective__slug", flat=True)) == {"first", "second"}
    assert ledger.replay(course.participant) == ledger.stored(course.participant)


def test_not_yet_in_a_talk_gives_a_corrective_and_form_b_asks_another_question(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)

    hold_talk(course, talk, NOT_YET)

    first = talk.drawn.get().question
    assignment = attempt.assignments.get()
    assert assignment.objective.slug == "second"
    assignment.done_at = timezone.now()
    assignment.save()
    again = hand_in(course, "b")
    assert again.form == "B"
    second = begin(course, book(course, again, make_slot(course.mentor, soon(hours=3)))).drawn.get().question
    assert first != second


def test_an_outcome_needs_a_level_for_each_objective_and_a_talk_that_began(course: Course) -> None:
    talk = book(course, hand_in(course))

    with pytest.raises(RuleViolation, match="Begin the talk first"):
        examining.judge(talk, {"a-talk": WELL}, by=course.mentor.user)
    begin(course, talk)
    with pytest.raises(RuleViolation, match="each objective"):
        examining.judge(talk, {}, by=course.mentor.user)
    with pytest.raises(RuleViolation, match="levels of the rubric"):
        examining.judge(talk, {"a-talk": Said(9)}, by=course.mentor.user)
    assert not GradeEvent.objects.filter(item="a-talk").exists()


def test_a_no_show_is_recorded_and_costs_no_attempt(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)

    with pytest.raises(RuleViolation, match="not begun yet"):
        examining.miss(talk, by=course.mentor.user)
    for _ in range(2):
        examining.miss(talk, by=course.mentor.user, now=talk.slot.ends_at)

    talk.refresh_from_db()
    attempt.refresh_from_db()
    assert (talk.state, attempt.state) == (TalkState.NO_SHOW, AttemptState.NEEDS_TALK)
    assert attempt.__class__.objects.count() == 1
    again = book(course, attempt, make_slot(course.mentor, soon(hours=4)))
    assert again.state == TalkState.BOOKED


def test_a_second_mentor_joins_and_may_give_the_outcome(course: Course) -> None:
    second = other_mentor(course)
    talk = book(course, hand_in(course))

    with pytest.raises(RuleViolation, match="Only those who hold or join"):
        examining.begin(talk, by=second.user, now=talk.slot.starts_at)
    joined = [examining.join(talk, by=second.user) for _ in range(2)]
    with pytest.raises(RuleViolation, match="Somebody else joins"):
        examining.join(talk, by=other_mentor(course).user)
    begun = examining.begin(talk, by=second.user, now=talk.slot.starts_at)
    examining.keep_notes(begun, "Calm.", by=second.user)
    examining.judge(begun, {"a-talk": WELL}, by=second.user)

    assert joined[0] == joined[1]
    assert GradeEvent.objects.get(item="a-talk").by == second.user


def test_somebody_who_left_a_talk_sees_and_does_nothing_more(course: Course) -> None:
    second = other_mentor(course)
    talk = book(course, hand_in(course))
    examining.join(talk, by=second.user)

    for _ in range(2):
        examining.leave(talk, by=second.user)

    with pytest.raises(RuleViolation, match="Only those who hold or join"):
        examining.begin(talk, by=second.user, now=talk.slot.starts_at)
    examining.join(talk, by=other_mentor(course).user)
    assert SecondExaminer.objects.filter(talk=talk, left_at=None).count() == 1


def test_notes_are_kept_only_once_the_talk_began(course: Course) -> None:
    talk = book(course, hand_in(course))

    with pytest.raises(RuleViolation, match="Begin the talk"):
        examining.keep_notes(talk, "Early.", by=course.mentor.user)
    begin(course, talk)
    examining.keep_notes(talk, "Good\x00.", by=course.mentor.user)

    talk.refresh_from_db()
    assert talk.notes == "Good."


def test_a_time_that_passed_with_nobody_there_can_be_booked_again(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)
    Talk.objects.filter(pk=talk.pk).update(booked_at=timezone.now() - timedelta(days=9))
    OralSlot.objects.filter(pk=talk.slot_id).update(starts_at=timezone.now() - timedelta(hours=3))

    again = book(course, attempt, make_slot(course.mentor))

    talk.refresh_from_db()
    assert (talk.state, talk.is_own_choice, again.state) == (TalkState.CANCELLED, False, TalkState.BOOKED)


def test_talks_that_have_lost_their_sense_fall(course: Course) -> None:
    talk = book(course, hand_in(course))
    assert booking.let_fall(timezone.now()) == 0

    Membership.objects.filter(pk=course.mentor.pk).update(state=MembershipState.WITHDRAWN)
    fallen = [booking.let_fall(timezone.now()) for _ in range(2)]

    talk.refresh_from_db()
    assert fallen == [1, 0]
    assert talk.state == TalkState.CANCELLED
    assert kinds().count("talk-cancelled") == 1


def test_a_deferred_person_talks_with_mentors_of_the_new_cohort(course: Course) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)
    away = MembershipFactory.create(role=Role.MENTOR)
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    memberships.defer(course.participant, away.cohort, by=organizer.user, reason="A new job.")

    booking.let_fall(timezone.now())
    talk.refresh_from_db()
    again = book(course, attempt, make_slot(away))

    assert talk.state == TalkState.CANCELLED
    assert examiners.may_examine(away.user, attempt)
    assert not examiners.may_examine(course.mentor.user, attempt)
    assert again.slot.mentor == away


def test_a_written_part_is_marked_before_the_attempt_waits_for_its_talk_alone() -> None:
    forms = {form: [numeric(f"{form}-n", "first"), oral(f"{form}-t", "second")] for form in "AB"}
    course = make_course(forms)
    attempt = course.take({"A-n": "5"})

    assert attempt.state == AttemptState.NEEDS_TALK
    hold_talk(course, book(course, attempt))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED
    assert set(ObjectiveMastery.objects.values_list("objective__slug", flat=True)) == {"second"}
