"""Reusable comments: own and shared, most used first, changed by their author or an organizer."""

import pytest
from django.test import Client
from django.urls import reverse

from mastery import marking, phrases
from mastery.judgements import ReusableComment
from mastery.marking import Judgement
from tests.factories.mastery import Course, make_course, numeric, written
from tests.factories.people import MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, User

ITEMS = {form: [numeric(f"{form}-one", "first"), written(f"{form}-words", "second")] for form in "AB"}


@pytest.fixture
def course(db: None) -> Course:
    return make_course(ITEMS)


@pytest.fixture
def mentor(course: Course) -> User:
    user: User = course.mentor.user
    return user


@pytest.fixture
def cohort(course: Course) -> Cohort:
    return course.participant.cohort


@pytest.fixture
def other(cohort: Cohort) -> User:
    return MembershipFactory.create(cohort=cohort, role=Role.MENTOR).user


def test_own_comments_are_private_and_shared_ones_are_the_cohorts(
    course: Course, mentor: User, other: User, cohort: Cohort
) -> None:
    own = phrases.keep("Clear.", by=mentor)
    shared = phrases.keep("Say why.", by=mentor, cohort=cohort)

    assert set(phrases.for_marking(mentor, cohort)) == {own, shared}
    assert set(phrases.for_marking(other, cohort)) == {shared}
    assert set(phrases.for_marking(make_course().mentor.user, make_course().participant.cohort)) == set()


def test_keeping_twice_keeps_one_and_bad_texts_are_refused(course: Course, mentor: User, cohort: Cohort) -> None:
    assert phrases.keep("Clear.", by=mentor) == phrases.keep(" Clear.\r\n", by=mentor)
    for text in ("", " \x00 ", "x" * 1_001):
        with pytest.raises(RuleViolation):
            phrases.keep(text, by=mentor)
    with pytest.raises(RuleViolation, match="Only those who mark"):
        phrases.keep("Hello.", by=course.user)
    with pytest.raises(RuleViolation, match="Only those who mark"):
        phrases.keep("Hello.", by=mentor, cohort=make_course().participant.cohort)


def test_the_most_used_comes_first(course: Course, mentor: User, cohort: Cohort) -> None:
    phrases.keep("Seldom.", by=mentor)
    often = phrases.keep("Name the mechanism.", by=mentor)
    attempt = course.take({"A-one": "4", "A-words": "Because."})

    marking.mark(attempt, "A-words", Judgement(1, "Good start.\nName the mechanism."), by=mentor)

    assert phrases.for_marking(mentor, cohort).first() == often
    assert [one.uses for one in phrases.for_marking(mentor, cohort)] == [1, 0]


def test_a_second_click_on_a_mark_counts_no_second_use(course: Course, mentor: User, cohort: Cohort) -> None:
    phrases.keep("Clear.", by=mentor)
    attempt = course.take({"A-one": "4", "A-words": "Because."})

    for _click in range(2):
        marking.mark(attempt, "A-words", Judgement(2, "Clear."), by=mentor)

    assert ReusableComment.objects.get().uses == 1


def test_shared_comments_are_changed_by_author_or_organizer(
    course: Course, mentor: User, other: User, cohort: Cohort
) -> None:
    organizer = MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER).user
    shared = phrases.keep("Say why.", by=mentor, cohort=cohort)

    with pytest.raises(RuleViolation, match="Only its author"):
        phrases.change(shared, "No.", by=other, cohort=cohort)
    with pytest.raises(RuleViolation, match="Only its author"):
        phrases.remove(shared, by=other)
    phrases.change(shared, "Say why it is so.", by=organizer, cohort=cohort)
    with pytest.raises(RuleViolation, match="take a comment back"):
        phrases.change(shared, "Mine now.", by=organizer)
    shared.refresh_from_db()
    assert shared.text == "Say why it is so."
    phrases.remove(shared, by=organizer)
    assert not ReusableComment.objects.exists()


def test_the_page_keeps_changes_and_deletes(course: Course, mentor: User, cohort: Cohort, client: Client) -> None:
    client.force_login(mentor)
    assert client.post(reverse("mastery:comments"), {"text": ""}).status_code == 422
    client.post(reverse("mastery:comments"), {"text": "Clear.", "cohort": ""})
    made = ReusableComment.objects.get()
    address = reverse("mastery:comment", args=[made.pk])

    client.post(address, {"text": "Clear and short.", "cohort": cohort.pk})
    page = client.get(reverse("mastery:comments")).content.decode()
    assert "Clear and short." in page
    assert "all who mark in" in page

    client.force_login(UserFactory.create())
    assert client.get(address).status_code == 404
    client.force_login(mentor)
    client.post(address, {"delete": "1"})
    assert not ReusableComment.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_comments_query_count(
    course: Course, mentor: User, cohort: Cohort, client: Client, django_assert_num_queries: object, rows: int
) -> None:
    for row in range(rows):
        phrases.keep(f"Comment {row}.", by=mentor, cohort=cohort)
    client.force_login(mentor)

    with django_assert_num_queries(7):  # type: ignore[operator]  # a fixture
        page = client.get(reverse("mastery:comments"))

    assert len(page.context["comments"]) == rows
