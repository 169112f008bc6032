"""A gate explained to those who teach: rule, evidence row by row, who made an exception; the same as is enforced."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mastery import gating, ledger, overrides
from mastery.gating import Place
from mastery.models import CorrectiveAssignment, Override
from tests.factories.mastery import HALF, RIGHT, Course, make_course
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import User

QUERIES = 14


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


@pytest.fixture
def organizer(course: Course) -> User:
    user: User = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ORGANIZER).user
    return user


def address(course: Course, week: int = 2) -> str:
    return reverse("mastery:gate", args=[course.participant.pk, course.modules[week - 1].module.slug])


def shown(client: Client, user: User, where: str) -> str:
    client.force_login(user)
    return client.get(where).content.decode()


def test_the_mentor_reads_rule_evidence_and_what_the_person_reads(course: Course, client: Client) -> None:
    attempt = course.take(HALF)
    ledger.correct(attempt.events.get(item="a-one"), 0, by=course.mentor.user, reason="A slip of mine.")

    text = shown(client, course.mentor.user, address(course))

    assert "every blocking objective of week 1" in text
    assert "0 of 1 points; 80 % of 1 are 1." in text
    assert "(replaces the one before)" in text
    assert "A slip of mine." in text
    assert "The person reads: “Check of week 1: Do “Way 1 to second”, about 10 min." in text


def test_label_and_enforcement_are_one_function(course: Course, client: Client, organizer: User) -> None:
    for act in (lambda: course.take(HALF), lambda: correct(course), lambda: None):
        act()
        standing = gating.standing(course.participant, course.checks[1])
        text = shown(client, course.mentor.user, address(course))
        assert ('data-state="locked"' in text) is (standing.place == Place.LOCKED)
        assert standing.next_step in text.replace("&quot;", '"')


def correct(course: Course) -> None:
    event = course.participant.attempts.get().events.get(item="a-two")
    ledger.correct(event, 1, by=course.mentor.user, reason="The key was wrong.")


def test_an_exception_is_named_with_who_made_it(course: Course, client: Client, organizer: User) -> None:
    overrides.open_module(course.participant, course.modules[1].module, by=organizer, reason="Joined late.")

    text = shown(client, course.mentor.user, address(course))

    assert "Joined late." in text
    assert organizer.called in text


def test_an_organizer_opens_the_week_on_the_page(course: Course, client: Client, organizer: User) -> None:
    client.force_login(organizer)
    assert client.post(address(course), {"kind": "module", "reason": ""}).status_code == 422

    for _click in range(2):
        client.post(address(course), {"kind": "module", "reason": "Joined late."})

    assert Override.objects.count() == 1
    assert gating.standing(course.participant, course.checks[1]).place == Place.READY


def test_a_mentor_opens_the_next_form_but_no_week(course: Course, client: Client) -> None:
    course.take(HALF)
    client.force_login(course.mentor.user)

    client.post(address(course, 1), {"kind": "next-form", "reason": "We talked it through."})
    refused = client.post(address(course), {"kind": "module", "reason": "x"})

    assert gating.standing(course.participant, course.check).place == Place.READY
    assert "Only an organizer of the cohort can open a module" in refused.content.decode()


def test_a_form_that_was_seen_is_opened_again(course: Course, client: Client) -> None:
    for values in (HALF, HALF):
        course.take(values)
        CorrectiveAssignment.objects.update(done_at="2026-01-01T00:00:00Z")
    client.force_login(course.mentor.user)

    client.post(address(course, 1), {"kind": "seen-form", "reason": "We talked it through."})

    assert gating.standing(course.participant, course.check).place == Place.READY


def test_an_adviser_reads_and_makes_no_exception(course: Course, client: Client) -> None:
    adviser = MembershipFactory.create(cohort=course.participant.cohort, role=Role.ADVISER).user
    text = shown(client, adviser, address(course))

    assert "Make this exception" not in text
    assert client.post(address(course), {"kind": "module", "reason": "x"}).status_code == 404


def test_the_person_and_strangers_find_no_such_page(course: Course, client: Client) -> None:
    peer = MembershipFactory.create(cohort=course.participant.cohort).user
    other = MembershipFactory.create(cohort=course.participant.cohort, role=Role.MENTOR).user

    for user in (course.user, peer, other):
        client.force_login(user)
        assert client.get(address(course)).status_code == 404


def test_a_week_without_checks_has_no_gate(course: Course, client: Client) -> None:
    client.force_login(course.mentor.user)
    assert client.get(reverse("mastery:gate", args=[course.participant.pk, "no-such-week"])).status_code == 404


@pytest.mark.parametrize("attempts", [1, 2])
def test_the_page_asks_a_constant_number_of_queries(
    course: Course, client: Client, django_assert_num_queries: Any, attempts: int
) -> None:
    for _number in range(attempts):
        course.take(HALF)
        CorrectiveAssignment.objects.update(done_at="2026-01-01T00:00:00Z")
    client.force_login(course.mentor.user)
    client.get(address(course))

    with django_assert_num_queries(QUERIES):
        client.get(address(course))


def test_a_week_that_is_open_says_so(course: Course, client: Client) -> None:
    course.take(RIGHT)

    assert 'data-state="locked"' not in shown(client, course.mentor.user, address(course))
