"""What two people heard in one talk: a mark each, blind; and what the person can object to."""

import pytest
from django.test import Client
from django.urls import reverse

from mastery import conflicts, disputing, double_marking, examining, heard, marking, second_marks
from mastery.choices import DisputeState, SecondMarkState
from mastery.disputing import Ruling
from mastery.judgements import SecondMark
from mastery.marking import Judgement
from mastery.models import GradeEvent
from mastery.second_marks import Settlement
from mastery.talks import Talk
from tests.factories.mastery import Course
from tests.factories.people import MembershipFactory
from tests.factories.talks import NOT_YET, WELL, begin, book, hand_in, hold_talk, oral_course
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return oral_course()


def joined(course: Course) -> tuple[Talk, Membership]:
    """Return a talk that has begun and that a second mentor hears."""
    second = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    talk = book(course, hand_in(course))
    examining.join(talk, by=second.user)
    return begin(course, talk), second


def organizer(course: Course) -> Membership:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)


def test_who_heard_the_talk_too_is_asked_for_a_mark_of_their_own(course: Course) -> None:
    talk, second = joined(course)

    examining.judge(talk, {"a-talk": WELL}, by=course.mentor.user)

    asked = SecondMark.objects.get()
    assert (asked.marker, asked.state, asked.first.item) == (second.user, SecondMarkState.WAITING, "a-talk")
    assert double_marking.redrawn(course.participant.cohort).is_same


def test_where_the_second_mentor_gives_the_outcome_the_first_is_asked(course: Course) -> None:
    talk, second = joined(course)

    examining.judge(talk, {"a-talk": WELL}, by=second.user)

    assert SecondMark.objects.get().marker == course.mentor.user


def test_a_talk_that_one_person_heard_is_marked_once(course: Course) -> None:
    hold_talk(course, book(course, hand_in(course)))

    assert not SecondMark.objects.exists()


def test_the_second_marker_of_a_talk_sees_neither_mark_nor_notes(course: Course, client: Client) -> None:
    talk, second = joined(course)
    examining.keep_notes(talk, "Strong on the residual stream.", by=course.mentor.user)
    examining.judge(talk, {"a-talk": NOT_YET}, by=course.mentor.user)
    client.force_login(second.user)
    own = reverse("mastery:second_mark", args=[SecondMark.objects.get().pk])

    before = client.get(reverse("mastery:talk", args=[talk.pk])).content.decode()
    blind = client.get(own).content.decode()
    client.post(own, {"level": "2", "verdict": "mastered"})
    after = client.get(reverse("mastery:talk", args=[talk.pk])).content.decode()

    assert own in before
    for page in (before, blind):
        assert "residual stream" not in page
        assert "of 2 points" not in page
    assert "SECRET" in blind  # the question that was asked
    assert "residual stream" in after
    assert SecondMark.objects.get().state == SecondMarkState.DIFFERS


def test_two_marks_of_a_talk_that_differ_are_settled_by_a_third_person(course: Course) -> None:
    talk, second = joined(course)
    examining.judge(talk, {"a-talk": NOT_YET}, by=course.mentor.user)
    third = organizer(course)

    given = second_marks.give(SecondMark.objects.get(), 2, "It was there.", by=second.user)
    settled = second_marks.settle(given, Settlement(2, "Both parts were said."), by=third.user)

    assert settled.outcome is not None
    assert (settled.outcome.points, settled.outcome.detail["in_talk"]) == (settled.outcome.total, True)


def test_who_was_not_there_after_all_is_asked_no_longer(course: Course) -> None:
    talk, second = joined(course)
    examining.judge(talk, {"a-talk": WELL}, by=course.mentor.user)
    asked = SecondMark.objects.get()

    for _each in range(2):
        heard.decline(asked, by=second.user)

    assert not SecondMark.objects.exists()


def test_a_second_mark_of_a_talk_is_handed_to_nobody_else(course: Course) -> None:
    talk, second = joined(course)
    MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    examining.judge(talk, {"a-talk": WELL}, by=course.mentor.user)
    kept = second_marks.hand_over(talk.slot.ends_at)

    conflicts.declare(second.user, course.participant, reason="A friend.", by=second.user)
    gone = second_marks.hand_over(talk.slot.ends_at)

    assert (kept, gone) == (0, 1)
    assert not SecondMark.objects.exists()


def test_the_mark_of_a_talk_can_be_disputed_and_raised(course: Course, client: Client) -> None:
    attempt = hand_in(course)
    talk = book(course, attempt)
    hold_talk(course, talk, NOT_YET)
    examining.keep_notes(talk, "Between us.", by=course.mentor.user)
    judge = organizer(course)
    client.force_login(course.user)
    address = reverse("mastery:open_dispute", args=[attempt.pk, "a-talk"])

    result = client.get(reverse("mastery:attempt", args=[attempt.pk])).content.decode()
    page = client.get(address).content.decode()
    client.post(address, {"text": "I did say it."})
    dispute = attempt.disputes.get()
    client.force_login(course.mentor.user)
    beside = client.get(reverse("mastery:dispute", args=[dispute.pk])).content.decode()
    disputing.answer(dispute, "You said half of it.", by=course.mentor.user)
    decided = disputing.decide(dispute, Ruling(2, "The notes say so."), by=judge.user)

    assert address in result
    assert "SECRET" in page
    assert "Between us." not in page
    assert "Between us." in beside
    assert decided.state == DisputeState.CHANGED
    present = GradeEvent.objects.get(item="a-talk", superseded_by=None)
    assert (present.points, present.detail["asked_html"]) == (present.total, talk_question(attempt.pk))


def talk_question(attempt: int) -> str:
    return str(GradeEvent.objects.get(attempt=attempt, item="a-talk", supersedes=None).detail["asked_html"])


def test_who_gave_the_mark_of_a_talk_may_correct_it(course: Course) -> None:
    hold_talk(course, book(course, hand_in(course)), NOT_YET)
    event = GradeEvent.objects.get(item="a-talk")

    corrected = marking.correct(event, Judgement(2, "I misheard."), by=course.mentor.user, reason="Heard again.")

    assert corrected.points == corrected.total
    assert corrected.detail["asked_html"] == event.detail["asked_html"]


def test_a_talk_is_no_work_for_the_desk_before_its_outcome(course: Course, client: Client) -> None:
    attempt = hand_in(course)
    client.force_login(course.mentor.user)

    shown = client.get(reverse("mastery:mark", args=[attempt.pk, "a-talk"]))

    assert shown.status_code == 404
    with pytest.raises(RuleViolation, match="not marked by hand"):
        marking.mark(attempt, "a-talk", Judgement(2), by=course.mentor.user)
