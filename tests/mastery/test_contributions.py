"""What mastery adds to pages and processes that others own."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curriculum import syllabus
from mastery import (
    correctives,
    disputing,
    gates,
    gating,
    home,
    invariants,
    ledger,
    links,
    marking,
    module_panels,
    progress,
    readiness,
    reminders,
    second_marks,
)
from mastery.judgements import SecondMark
from mastery.marking import Judgement
from mastery.models import Attempt, CorrectiveAssignment, ObjectiveMastery
from mastery.reports import SandboxReport
from tests.factories.mastery import HALF, RIGHT, Course, make_course, make_week, read_twice, two_items, written
from tests.factories.people import MembershipFactory
from whitebox.outbox import letters
from whitebox.outbox.models import LetterTemplate
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership
from whitebox.web import cards, navigation
from whitebox.web.cards import Section


@pytest.fixture
def course(db: None) -> Course:
    course = make_course()
    today = timezone.localdate()
    Cohort.objects.filter(pk=course.participant.cohort_id).update(starts_on=today)
    return course


def fresh(course: Course) -> Membership:
    return Membership.objects.select_related("cohort__adoption__version", "user", "mentor__user").get(
        pk=course.participant.pk
    )


def viewer(membership: Membership, *, studies: bool) -> cards.Viewer:
    return cards.Viewer(membership.user, [membership], membership if studies else None, timezone.now())


def lines(course: Course) -> list[tuple[Section, str, str]]:
    return [(card.section, card.title, card.action) for card in home.cards(viewer(fresh(course), studies=True))]


def test_home_shows_what_can_be_started_and_what_is_locked(course: Course) -> None:
    assert lines(course) == [
        (Section.NEXT, "Check of week 1", "Start"),
        (Section.NOT_YET, "Locked: Check of week 2", "Look"),
    ]


def test_a_corrective_of_a_version_that_is_no_longer_followed_is_found(
    course: Course, django_assert_num_queries: Any
) -> None:
    course.take(HALF)
    newer = make_course().version
    followed = syllabus.of_version(newer.pk, newer.digest)

    with django_assert_num_queries(2):  # what is open, correctives of other versions
        [one] = gating.open_assignments(course.participant, frozenset(), followed)
        number = one.corrective.objective_version.number

    assert (one.corrective.slug, number) == ("way-1", "1.2")


def test_home_shows_the_corrective_until_it_is_done(course: Course) -> None:
    course.take(HALF)

    assert (Section.NOT_YET, "1.2 Do the second thing", "Do it") in lines(course)
    correctives.finish(CorrectiveAssignment.objects.get(), by=course.user)
    assert lines(course)[0] == (Section.NEXT, "Check of week 1", "Start")


@pytest.mark.parametrize("tries", [1, 2])
def test_home_query_count(course: Course, django_assert_num_queries: Any, tries: int) -> None:
    for _try in range(tries):
        attempt = course.take(HALF)
        for assignment in attempt.assignments.all()[: tries - 1]:
            correctives.finish(assignment, by=course.user)
    membership = fresh(course)

    home.cards(viewer(fresh(course), studies=True))  # what the pack says is kept in the process from then on

    # Attempts, open correctives, what lets one pass, sessions, cards of reviews.
    with django_assert_num_queries(5):
        home.cards(viewer(membership, studies=True))


def test_parts_of_one_page_share_one_record(course: Course, django_assert_num_queries: Any) -> None:
    membership = fresh(course)
    home.cards(viewer(membership, studies=True))

    with django_assert_num_queries(0):
        gates.conditions(membership, course.modules)
        progress.states(membership, course.modules)


def test_home_of_a_mentor_counts_what_waits(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    course.take({"A-w": "Because."})

    (card,) = home.cards(viewer(course.mentor, studies=False))

    assert (card.title, card.address) == ("1 attempt waits for your mark", reverse("mastery:desk"))


def test_gates_name_the_objectives_that_are_missing(course: Course) -> None:
    course.take(HALF)

    found = gates.conditions(fresh(course), course.modules)

    first, second = course.modules
    assert found[first.pk] == []
    assert [(one.label, one.is_met) for one in found[second.pk]] == [("objective 1.1", True), ("objective 1.2", False)]
    assert found[second.pk][1].what_to_do.startswith(f"{course.check.title}: Do “Way 1 to second”")


def test_a_week_behind_two_locks_names_only_the_check_that_comes_first(course: Course) -> None:
    make_week(course, 3, {"A": two_items("a")})
    course.take(HALF)

    found = gates.conditions(fresh(course), course.modules)

    assert {one.what_to_do for one in found[course.modules[2].pk]} == {
        one.what_to_do for one in found[course.modules[1].pk] if not one.is_met
    }


def test_progress_tells_mastered_from_not_yet(course: Course) -> None:
    course.take(HALF)

    found = progress.states(fresh(course), course.modules)

    stated = {one.objective_id: one.number for module in course.modules for one in module.objectives.all()}
    assert {stated[pk]: state for pk, state in found.items()} == {"1.1": "mastered", "1.2": "not_yet"}


def test_panels_put_the_mastery_check_after_the_session(course: Course) -> None:
    found = module_panels.panels(fresh(course), course.modules[0])

    rows = {panel.place: panel.context.checks for panel in found}
    assert [len(rows[place]) for place in ("before", "after")] == [0, 1]


def test_the_module_page_shows_the_check(course: Course, client: Client) -> None:
    client.force_login(course.user)

    page = client.get(reverse("curriculum:module", args=[course.participant.cohort.slug, "week-1"]))

    assert reverse("mastery:check", args=[course.check.for_check.slug]) in page.content.decode()


def test_only_those_who_teach_see_the_desk() -> None:
    teaching = navigation.Reader(is_signed_in=True, is_staff=False, roles=frozenset({Role.MENTOR}))
    studying = navigation.Reader(is_signed_in=True, is_staff=False, roles=frozenset({Role.PARTICIPANT}))

    assert [link.address for link in links.items(teaching)] == [reverse("mastery:desk"), reverse("mastery:talk_times")]
    assert links.items(studying) == []


def test_a_corrective_that_stays_open_is_reminded_of_once(course: Course) -> None:
    course.take(HALF)
    now = timezone.now()

    assert list(reminders.due(now)) == []
    found = list(reminders.due(now + timedelta(days=3)))
    assert [(one.kind, one.to) for one in found] == [("corrective-open", course.user)]
    assert letters.queue_all(found + list(reminders.due(now + timedelta(days=4)))) == 1


def test_a_corrective_that_is_no_longer_needed_is_not_reminded_of(course: Course) -> None:
    attempt = course.take(HALF)
    ledger.correct(attempt.events.get(item="a-two"), 1, by=course.mentor.user, reason="The key was wrong.")

    assert list(reminders.due(timezone.now() + timedelta(days=3))) == []


def test_marks_that_wait_are_reminded_of_after_one_and_two_days(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    attempt = course.take({"A-w": "Because."})
    now = timezone.now()

    keys = [[one.dedup_key for one in reminders.due(now + timedelta(hours=hours))] for hours in (23, 25, 30, 49)]

    who = f"mark-waiting:{course.mentor.user_id}:{attempt.pk}"
    assert keys == [[], [f"{who}:24"], [f"{who}:24"], [f"{who}:48"]]


def test_after_two_days_the_organizers_hear_of_marks_that_wait(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    course.take({"A-w": "Because."})
    now = timezone.now()

    found = [[(one.kind, one.to) for one in reminders.due(now + timedelta(hours=hours))] for hours in (25, 49)]

    mentor = course.mentor.user
    assert found == [[("mark-waiting", mentor)], [("mark-waiting", mentor), ("mark-overdue", organizer)]]


def test_second_marks_and_differences_are_reminded_of(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    read_twice(course)
    marking.mark(course.take({"A-w": "Because."}), "A-w", Judgement(2), by=course.mentor.user)
    later = timezone.now() + timedelta(hours=25)

    assert [(one.kind, one.to) for one in reminders.due(later)] == [("second-mark-waiting", other)]
    second_marks.give(SecondMark.objects.get(), 0, "", by=other)
    found = list(reminders.due(later))

    assert [(one.kind, one.to) for one in found] == [("marks-differ", organizer)]
    assert letters.queue_all(found + list(reminders.due(later + timedelta(days=3)))) == 1


def test_a_letter_without_a_wording_keeps_no_other_from_leaving(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    course.take({"A-w": "Because."})
    LetterTemplate.objects.filter(kind="mark-overdue").delete()

    found = list(reminders.due(timezone.now() + timedelta(hours=49)))

    assert [one.kind for one in found] == ["mark-waiting"]


def test_home_says_what_waits_beside_the_marks(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR)
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    read_twice(course)
    attempt = course.take({"A-w": "Because."})
    marking.mark(attempt, "A-w", Judgement(1), by=course.mentor.user)
    attempt.refresh_from_db()
    assert [card.title for card in home.cards(viewer(other, studies=False))] == ["1 second mark waits for you"]

    second_marks.give(SecondMark.objects.get(), 2, "", by=other.user)
    dispute = disputing.open_one(attempt, "A-w", "It is there.", by=course.user)
    asked = [card.title for card in home.cards(viewer(course.mentor, studies=False))]
    disputing.answer(dispute, "No.", by=course.mentor.user)

    assert asked == ["1 dispute waits for your answer"]
    assert [card.title for card in home.cards(viewer(organizer, studies=False))] == [
        "1 dispute waits for your decision",
        "1 pair of marks differs and waits for you",
    ]


def test_marks_of_people_without_a_mentor_go_to_the_organizers(db: None) -> None:
    course = make_course({form: [written(f"{form}-w", "first")] for form in "AB"})
    organizer = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER)
    Membership.objects.filter(pk=course.participant.pk).update(mentor=None)
    course.take({"A-w": "Because."})

    found = list(reminders.due(timezone.now() + timedelta(hours=25)))

    assert [one.to for one in found] == [organizer.user]


@pytest.mark.parametrize(("is_ok", "hours", "expected"), [(True, 0, True), (False, 0, False), (True, 4, False)])
def test_readiness_reads_the_workers_last_self_test(db: None, is_ok: bool, hours: int, expected: bool) -> None:
    SandboxReport.objects.create(is_ok=is_ok, detail="d", at=timezone.now() - timedelta(hours=hours))

    found = readiness.sandbox_state()

    assert (found.name, found.is_ok, found.is_vital) == ("sandbox", expected, False)


def test_invariants_hold_after_a_course_and_find_what_is_broken(course: Course) -> None:
    course.take(HALF)
    assert [one.name for one in invariants.INVARIANTS if one.broken().exists()] == []

    Attempt.objects.update(state="grading", graded_at=None)

    assert "submitted work has a grading job or a mark to come" in [
        one.name for one in invariants.INVARIANTS if one.broken().exists()
    ]


def test_rebuild_finds_and_mends_a_difference(course: Course) -> None:
    course.take(RIGHT)
    before = ledger.stored(course.participant)
    call_command("rebuild_mastery", "--check", stdout=StringIO())
    ObjectiveMastery.objects.first().delete()  # type: ignore[union-attr]  # there are two

    with pytest.raises(CommandError, match="1 of 1 memberships differ"):
        call_command("rebuild_mastery", "--check", stdout=StringIO())
    call_command("rebuild_mastery", stdout=StringIO())

    assert ledger.stored(course.participant) == before
