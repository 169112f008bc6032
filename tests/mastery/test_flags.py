from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from curriculum.models import Corrective
from mastery import conflicts, correctives, flags, waiting
from mastery.models import Attempt, CorrectiveAssignment
from tests.factories.mastery import HALF, RIGHT, Course, make_course, numeric, two_items, written
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs import loading
from whitebox.people import load, membership, team, warnings
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency


@pytest.fixture
def course(db: None) -> Course:
    forms = {name.upper(): two_items(name) for name in "abc"}
    return make_course(forms)


def again(course: Course, values: dict[str, str | list[str]] | None = None) -> Attempt:
    """Take the next form after doing what the last one asked for."""
    for one in CorrectiveAssignment.objects.filter(attempt__membership=course.participant, done_at=None):
        correctives.finish(one, by=course.user)
    return course.take(HALF | {"c-one": "4", "c-two": "5"} | (values or {}))


def raised(person: Membership, kind: str, *, later: timedelta = timedelta()) -> list[Flag]:
    people = [Membership.objects.select_related("cohort", "user").get(pk=person.pk)]
    found = flags.raised(people[0].cohort, people, timezone.now() + later)
    return [flag for flag in found if flag.kind == kind]


def test_not_yet_twice_is_stuck(course: Course) -> None:
    course.take(HALF)
    once = raised(course.participant, "stuck")
    again(course)

    [flag] = raised(course.participant, "stuck")

    assert once == []
    assert flag.urgency == Urgency.SOON
    assert flag.reason == "Objective 1.2 is not yet mastered after 2 graded attempts."
    assert flag.since is not None


def test_who_has_seen_every_form_is_named_at_once(course: Course) -> None:
    course.take(HALF)
    again(course)
    again(course)

    [flag] = raised(course.participant, "stuck")

    assert flag.urgency == Urgency.NOW
    assert "Every form has been seen" in flag.reason


def test_mastery_ends_the_warning(course: Course) -> None:
    course.take(HALF)
    again(course)
    again(course, {"c-two": "4"})

    assert raised(course.participant, "stuck") == []


def test_tries_before_a_deferral_count_after_it(course: Course) -> None:
    course.take(HALF)
    again(course)
    moved_to = CohortFactory.create()
    loading.adopt(moved_to, course.version, by=None)
    moved = membership.defer(course.participant, moved_to, by=course.mentor.user, reason="Thesis.")

    assert [flag.person for flag in raised(moved, "stuck")] == [moved.pk]


def test_a_corrective_is_named_after_three_days(course: Course) -> None:
    course.take(HALF)

    early = raised(course.participant, "corrective", later=timedelta(days=2))
    [flag] = raised(course.participant, "corrective", later=timedelta(days=3))

    assert early == []
    assert flag.reason == "“Way 1 to second” for objective 1.2 has been open for 3 days."


@pytest.mark.parametrize("people", [1, 3])
def test_flags_cost_the_same_for_one_and_for_three(
    course: Course, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course.take(HALF)
    again(course)
    MembershipFactory.create_batch(people - 1, cohort=course.participant.cohort)
    members = list(
        Membership.objects.filter(cohort=course.participant.cohort, role="participant").select_related("cohort")
    )
    list(flags.raised(members[0].cohort, members, timezone.now()))
    cohort = Cohort.objects.get(pk=members[0].cohort_id)

    with django_assert_num_queries(6):
        found = list(flags.raised(cohort, members, timezone.now()))

    assert [flag.kind for flag in found] == ["stuck"]


def test_flags_come_together_with_the_most_urgent_first(course: Course) -> None:
    course.take(HALF)
    again(course)
    again(course)
    person = Membership.objects.select_related("cohort", "user", "mentor__user").get(pk=course.participant.pk)

    found = warnings.collect(person.cohort, [person], timezone.now() + timedelta(days=3))[person.pk]

    assert [flag.urgency for flag in found] == sorted((flag.urgency for flag in found), reverse=True)
    assert {"stuck", "corrective"} <= {flag.kind for flag in found}


def test_marks_and_talks_wait_for_the_mentor(db: None) -> None:
    course = make_course({"A": [written("a-w", "first"), numeric("a-n", "second")], "B": [numeric("b", "first")]})
    course.take({"a-w": "Because.", "a-n": "5"})
    other = MembershipFactory.create(cohort=course.participant.cohort)

    found = list(waiting.items([course.participant.pk, other.pk]))

    assert [(duty.person, duty.kind) for duty in found] == [(course.participant.pk, "mark")]
    assert found[0].what == "The mark for Check of week 1, form A"


def test_a_corrective_talk_waits_until_it_is_done(course: Course) -> None:
    Corrective.objects.update(kind="talk")
    course.take(HALF)
    [talk] = waiting.items([course.participant.pk])

    correctives.finish(CorrectiveAssignment.objects.get(), by=course.user)

    assert (talk.kind, talk.what) == ("talk", "A talk about objective 1.2: Way 1 to second")
    assert list(waiting.items([course.participant.pk])) == []


def test_what_was_handed_in_before_a_deferral_waits_for_the_new_mentor(db: None) -> None:
    course = make_course({"A": [written("a-w", "first"), numeric("a-n", "second")], "B": [numeric("b", "first")]})
    course.take({"a-w": "Because.", "a-n": "4"})
    moved = membership.defer(course.participant, CohortFactory.create(), by=course.mentor.user, reason="Thesis.")

    assert [(duty.person, duty.kind) for duty in waiting.items([moved.pk])] == [(moved.pk, "mark")]


def test_a_right_answer_raises_nothing(course: Course) -> None:
    course.take(RIGHT)

    assert raised(course.participant, "stuck") + raised(course.participant, "corrective") == []


def test_a_mark_does_not_wait_for_who_has_a_conflict(db: None) -> None:
    course = make_course({"A": [written("a-w", "first"), numeric("a-n", "second")], "B": [numeric("b", "first")]})
    course.take({"a-w": "Because.", "a-n": "4"})
    conflicts.declare(course.mentor.user, course.participant, reason="A cousin.", by=course.mentor.user)
    cohort = course.participant.cohort
    organizer = MembershipFactory.create(cohort=cohort, role="organizer").user
    people = [Membership.objects.select_related("cohort", "user", "mentor__user").get(pk=course.participant.pk)]

    seen = {
        reader: len(team.whole(cohort, people, timezone.now(), reader=reader)[0].waiting)
        for reader in (course.mentor.user, organizer)
    }

    assert seen == {course.mentor.user: 0, organizer: 1}
    assert [line.marks for line in load.of_cohort(cohort).lines] == [0]
