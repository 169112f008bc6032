"""A sample of marks is given twice, blind; who is drawn follows from the ledger; differences are settled by a third."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mastery import attempts, conflicts, double_marking, invariants, ledger, marking, second_marks
from mastery.choices import SecondMarkState
from mastery.judgements import SecondMark, SecondMarkShare
from mastery.marking import Judgement
from mastery.models import Attempt, GradeEvent
from mastery.second_marks import Settlement
from tests.factories.mastery import Course, make_course, numeric, read_twice, written
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import Letter
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def other(course: Course) -> User:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user


@pytest.fixture
def third(course: Course) -> User:
    return MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user


def marked(course: Course, level: int = 2, member: Membership | None = None) -> Attempt:
    """Let somebody take form A and their mentor mark its written answer."""
    someone = member or course.participant
    attempt = attempts.start(someone, course.check, token="t", by=someone.user)
    attempts.submit(attempt, {"A-one": "4", "A-words": "Because."}, by=someone.user)
    marking.mark(attempt, "A-words", Judgement(level, "Said by the first."), by=course.mentor.user)
    attempt.refresh_from_db()
    return attempt


def differing(course: Course, first: int = 1, second: int = 2) -> SecondMark:
    read_twice(course)
    marked(course, first)
    drawn = SecondMark.objects.get()
    assert drawn.marker is not None
    return second_marks.give(drawn, second, "Said by the second.", by=drawn.marker)


def test_a_drawn_mark_goes_to_another_mentor_and_the_grade_counts_at_once(
    course: Course, other: User, third: User
) -> None:
    read_twice(course)

    attempt = marked(course)

    drawn = SecondMark.objects.get()
    assert (drawn.marker, drawn.state, drawn.first.by) == (other, SecondMarkState.WAITING, course.mentor.user)
    assert attempt.state == "graded"
    assert list(second_marks.waiting_for(other)) == [drawn]
    assert not second_marks.waiting_for(third).exists()


def test_nothing_is_drawn_at_a_share_of_zero_and_code_by_a_machine_never(course: Course, other: User) -> None:
    marked(course)

    assert not SecondMark.objects.exists()


def test_second_marks_are_shared_out_evenly(course: Course, other: User) -> None:
    another = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user
    read_twice(course)
    for _person in range(4):
        marked(course, member=MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor))

    counts = [SecondMark.objects.filter(marker=one).count() for one in (other, another)]

    assert counts == [2, 2]


def test_the_organizer_reads_where_no_other_mentor_is(course: Course, third: User) -> None:
    read_twice(course)
    marked(course)

    assert SecondMark.objects.get().marker == third


def test_without_anybody_able_it_waits_until_somebody_comes(course: Course) -> None:
    read_twice(course)
    marked(course)
    assert SecondMark.objects.get().marker is None
    assert second_marks.hand_over(timezone.now()) == 0

    newcomer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user

    assert [second_marks.hand_over(timezone.now()) for _tick in range(2)] == [1, 0]
    assert SecondMark.objects.get().marker == newcomer


def test_a_reader_who_leaves_or_has_a_conflict_is_replaced(course: Course, other: User, third: User) -> None:
    read_twice(course)
    marked(course)
    Membership.objects.filter(user=other).update(state=MembershipState.WITHDRAWN)
    second_marks.hand_over(timezone.now())
    assert SecondMark.objects.get().marker == third

    conflicts.declare(third, course.participant, reason="A neighbour.", by=third)

    assert SecondMark.objects.get().marker is None
    assert second_marks.hand_over(timezone.now()) == 0  # nobody is left


@given(st.integers(1, 10**9), st.from_regex(r"[a-z]{1,8}", fullmatch=True))
def test_the_sample_grows_with_the_share_and_never_swaps(attempt: int, item: str) -> None:
    drawn = [
        second_marks.is_drawn(SecondMarkShare(percent=percent, seed="s"), attempt, item) for percent in (0, 10, 60, 100)
    ]

    assert drawn == sorted(drawn)
    assert (drawn[0], drawn[-1]) == (False, True)


def test_a_share_of_the_answers_is_drawn() -> None:
    share = SecondMarkShare(percent=20, seed="a seed")

    found = sum(second_marks.is_drawn(share, attempt, "words") for attempt in range(5_000))

    assert 900 < found < 1_100


def test_the_sample_follows_from_the_ledger(course: Course, other: User, third: User) -> None:
    people = (
        MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor) for _one in itertools.count()
    )
    cohort, now = course.participant.cohort, timezone.now()
    for place, percent in enumerate((0, 50, 100)):
        with time_machine.travel(now + timedelta(hours=place), tick=True):
            second_marks.set_share(cohort, percent, by=third)
            marked(course, member=next(people))  # under the share before
        with time_machine.travel(now + timedelta(hours=place, minutes=2), tick=True):
            for _person in range(4):
                marked(course, member=next(people))

    assert SecondMark.objects.count() >= 4
    assert double_marking.redrawn(cohort).is_same
    assert {event.pk for event in second_marks.draws(cohort)} == set(SecondMark.objects.values_list("first", flat=True))
    call_command("second_marks", cohort.slug, "--json")

    SecondMark.objects.filter(pk=SecondMark.objects.first().pk).delete()  # type: ignore[union-attr]  # one is there
    with pytest.raises(SystemExit):
        call_command("second_marks", cohort.slug)


def test_the_share_is_set_by_organizers_and_twice_is_once(course: Course, other: User, third: User) -> None:
    cohort = course.participant.cohort
    before = SecondMarkShare.objects.count()
    for _click in range(2):
        second_marks.set_share(cohort, 30, by=third)

    assert SecondMarkShare.objects.count() == before + 1
    for percent, by in ((30, other), (101, third), (-1, third)):
        with pytest.raises(RuleViolation):
            second_marks.set_share(cohort, percent, by=by)


def test_the_same_points_agree_and_nothing_more_happens(course: Course, other: User) -> None:
    second = differing(course, first=2, second=2)

    assert second.state == SecondMarkState.AGREES
    assert GradeEvent.objects.filter(item="A-words").count() == 1


def test_a_second_mark_is_given_once_and_by_its_marker_only(course: Course, other: User, third: User) -> None:
    read_twice(course)
    marked(course, 1)
    drawn = SecondMark.objects.get()
    for stranger in (third, course.mentor.user, course.user):
        with pytest.raises(RuleViolation, match="somebody else"):
            second_marks.give(drawn, 2, "", by=stranger)
    with pytest.raises(RuleViolation, match="levels of the rubric"):
        second_marks.give(drawn, 9, "", by=other)

    second_marks.give(drawn, 2, "First.", by=other)
    again = second_marks.give(drawn, 0, "Second.", by=other)

    assert (again.level, again.comment, again.state) == (2, "First.", SecondMarkState.DIFFERS)


def test_a_difference_is_settled_by_a_third_person_and_told_once(course: Course, other: User, third: User) -> None:
    second = differing(course, first=1, second=2)
    Letter.objects.all().delete()

    for _click in range(2):
        second_marks.settle(second, Settlement(2, "The mechanism is in the last line."), by=third)

    second.refresh_from_db()
    assert second.state == SecondMarkState.SETTLED
    assert second.outcome is not None
    assert (second.outcome.points, second.outcome.by) == (2, third)
    assert course.participant.mastered.filter(objective__slug="second").exists()
    (letter,) = Letter.objects.all()
    assert (letter.kind, letter.recipient) == ("mark-settled", course.user)
    assert "The mechanism is in the last line." in letter.text
    assert ledger.stored(course.participant) == ledger.replay(course.participant)


def test_a_lower_level_leaves_the_grade_unless_it_is_lowered_on_purpose(
    course: Course, other: User, third: User
) -> None:
    second = differing(course, first=2, second=0)

    second_marks.settle(second, Settlement(0, "It says nothing."), by=third)

    second.refresh_from_db()
    assert (second.outcome, second.settled_level) == (None, 0)
    assert ledger.points_of(second.attempt.events.all())["A-words"] == 2


def test_a_grade_is_lowered_on_purpose(course: Course, other: User, third: User) -> None:
    second = differing(course, first=2, second=0)

    second_marks.settle(second, Settlement(1, "It is copied.", may_lower=True), by=third)

    assert ledger.points_of(second.attempt.events.all())["A-words"] == 1


def test_nobody_settles_their_own_mark_while_a_third_person_is_there(course: Course, other: User, third: User) -> None:
    second = differing(course)

    for one in (course.mentor.user, other, course.user):
        with pytest.raises(RuleViolation, match="third person"):
            second_marks.settle(second, Settlement(2, "Mine is right."), by=one)
    with pytest.raises(RuleViolation, match="Give a reason"):
        second_marks.settle(second, Settlement(2, " "), by=third)
    assert second_marks.to_settle(third) == [second]
    assert second_marks.to_settle(other) == second_marks.to_settle(course.mentor.user) == []


def test_in_a_team_of_two_the_organizer_settles(course: Course, third: User) -> None:
    second = differing(course)

    assert second_marks.settlers(second) == [third]
    assert second_marks.to_settle(third) == [second]
    second_marks.settle(second, Settlement(2, "Looked at again."), by=third)


def test_marks_that_differ_cannot_be_corrected_before_they_are_settled(
    course: Course, other: User, third: User
) -> None:
    differing(course)

    with pytest.raises(RuleViolation, match="third person settles"):
        marking.correct(
            GradeEvent.objects.get(item="A-words"), Judgement(2), by=course.mentor.user, reason="Now I know."
        )


def test_the_second_marker_sees_neither_name_nor_first_mark(
    course: Course, other: User, third: User, client: Client
) -> None:
    Membership.objects.filter(pk=course.participant.pk).update(mentor=None)
    course.participant.refresh_from_db()
    Membership.objects.filter(user=other).update(role=Role.ORGANIZER)  # one who could read the result
    read_twice(course)
    User.objects.filter(pk=course.user.pk).update(name="Zenaida Quirante")
    attempt = attempts.start(course.participant, course.check, token="t", by=course.user)
    attempts.submit(attempt, {"A-one": "4", "A-words": "Because **so**."}, by=course.user)
    marking.mark(attempt, "A-words", Judgement(1, "Said by the first."), by=third)
    drawn = SecondMark.objects.get()
    SecondMark.objects.update(marker=other)
    client.force_login(other)

    page = client.get(reverse("mastery:second_mark", args=[drawn.pk])).content.decode()
    result = client.get(reverse("mastery:attempt", args=[attempt.pk]), follow=True).content.decode()
    desk = client.get(reverse("mastery:desk")).content.decode()

    assert "<strong>so</strong>" in page
    for text in (page, desk):
        assert "Zenaida" not in text
        assert "Said by the first." not in text
    assert "Said by the first." not in result
    assert "Its grades open to you when your mark is in." in result

    client.post(reverse("mastery:second_mark", args=[drawn.pk]), {"verdict": "mastered"})

    assert "Said by the first." in client.get(reverse("mastery:attempt", args=[attempt.pk])).content.decode()


def test_invariants_find_second_marks_by_the_wrong_person(course: Course, other: User) -> None:
    differing(course)
    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []

    SecondMark.objects.update(marker=course.mentor.user)

    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == [
        "a second mark is by somebody else, on the same answer"
    ]


def test_a_second_mark_leads_to_the_next_and_a_second_click_says_so(
    course: Course, other: User, client: Client
) -> None:
    read_twice(course)
    marked(course)
    marked(course, member=MembershipFactory.create(cohort=course.participant.cohort, mentor=course.mentor))
    first, second = SecondMark.objects.order_by("pk")
    client.force_login(other)
    address = reverse("mastery:second_mark", args=[first.pk])

    after = client.post(address, {"verdict": "not_yet", "comment": "No."})
    again = client.post(address, {"verdict": "mastered"}, follow=True)

    assert after.headers["Location"] == reverse("mastery:second_mark", args=[second.pk])
    assert "has its second mark" in again.content.decode()
    first.refresh_from_db()
    assert (first.level, first.state) == (1, SecondMarkState.DIFFERS)


def test_the_settling_page_is_there_for_a_third_person_only(
    course: Course, other: User, third: User, client: Client
) -> None:
    second = differing(course)
    address = reverse("mastery:settle", args=[second.pk])
    answers: dict[str, Any] = {}
    for name, user in (("mentor", course.mentor.user), ("second", other), ("learner", course.user), ("third", third)):
        client.force_login(user)
        answers[name] = client.get(address).status_code

    assert answers == {"mentor": 404, "second": 404, "learner": 404, "third": 200}
    assert client.post(address, {"level": "2"}).status_code == 422
    page = client.post(address, {"level": "2", "reason": "It is there."}, follow=True).content.decode()
    assert "settled it at level 2" in page
    assert "Said by the first." in page
    assert "Said by the second." in page
