from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import conflicts
from applicants.choices import AssignmentState, ConflictOrigin
from applicants.judgements import Assignment, ConflictOfInterest
from applicants.models import Identity
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, AssignmentFactory, DecisionFactory, ReviewerFactory
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role


@pytest.fixture
def reading(db: None) -> Assignment:
    return AssignmentFactory.create()


@pytest.fixture
def page(client: Client, reading: Assignment) -> str:
    client.force_login(organizer_of(reading.application.round.cohort))
    return reverse("admin:applicants_conflicts", args=[reading.application.round.slug])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_at_any_length(
    client: Client, page: str, reading: Assignment, django_assert_num_queries: Any, rows: int
) -> None:
    for _row in range(rows):
        other = AssignmentFactory.create(application=ApplicationFactory.create(round=reading.application.round))
        conflicts.record(other.reviewer, other.application, origin=ConflictOrigin.DETECTED, reason="same domain: x.org")

    # session, user, round, the own ones, who declared, readings, all conflicts, returned ones, reviewers; the links
    with django_assert_num_queries(9):
        shown = client.get(page)

    assert len(shown.context["conflicts"]) == len(shown.context["back"]) == rows


def test_an_organizer_settles_what_was_declared_too_late(client: Client, page: str, reading: Assignment) -> None:
    Identity.objects.filter(application=reading.application).update(name="Ana Reyes")
    conflicts.declare(reading.reviewer, "Ana Reyes", by=reading.reviewer.membership.user)
    shown = client.get(page).context["unsettled"]

    client.post(page, {"reviewer": reading.reviewer_id, "code": reading.application.code, "reason": shown[0][1]})

    reading.refresh_from_db()
    assert (shown, reading.state) == ([(reading, "Ana Reyes")], AssignmentState.RECUSED)
    assert client.get(page).context["unsettled"] == []


def test_an_organizer_lifts_a_conflict(client: Client, page: str, reading: Assignment) -> None:
    found = conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.DETECTED)

    client.post(page, {"lift": found.pk})

    assert not ConflictOfInterest.objects.exists()


def test_a_code_of_another_round_is_not_found(client: Client, page: str, reading: Assignment) -> None:
    other = ApplicationFactory.create()

    answer = client.post(page, {"reviewer": reading.reviewer_id, "code": other.code, "reason": "x"}, follow=True)

    assert "Choose a reviewer" in answer.content.decode()
    assert not ConflictOfInterest.objects.exists()


def test_an_organizer_finds_nothing_of_an_own_conflict(client: Client, page: str, reading: Assignment) -> None:
    member = MembershipFactory.create(cohort=reading.application.round.cohort, role=Role.ORGANIZER, user__is_staff=True)
    own = ReviewerFactory.create(round=reading.application.round, membership=member)
    conflicts.record(own, reading.application, origin=ConflictOrigin.DETECTED)
    conflicts.record(reading.reviewer, reading.application, origin=ConflictOrigin.PINNED)
    client.force_login(member.user)

    shown = client.get(page)

    assert (list(shown.context["conflicts"]), list(shown.context["back"])) == ([], [])
    assert reading.application.code not in shown.content.decode()


def test_what_waits_for_its_release_is_hidden_from_a_conflict(
    letters: None, client: Client, page: str, reading: Assignment
) -> None:
    round_ = reading.application.round
    other = ApplicationFactory.create(round=round_)
    pending = [DecisionFactory.create(application=one) for one in (reading.application, other)]
    member = MembershipFactory.create(cohort=round_.cohort, role=Role.ORGANIZER, user__is_staff=True)
    own = ReviewerFactory.create(round=round_, membership=member)
    conflicts.record(own, reading.application, origin=ConflictOrigin.DETECTED)
    client.force_login(member.user)

    waiting = client.get(reverse("admin:applicants_letters", args=[round_.slug]))
    line = client.get(reverse("admin:applicants_waitlist", args=[round_.slug]))
    client.post(reverse("admin:applicants_letters", args=[round_.slug]), {"token": waiting.context["token"]})

    for shown in (waiting, line):
        assert other.code in shown.content.decode()
        assert reading.application.code not in shown.content.decode()
    assert reading.application.identity.email not in waiting.content.decode()
    for decision in pending:
        decision.refresh_from_db()
    assert [decision.released_at is None for decision in pending] == [True, False]


def test_a_reviewer_keeps_a_list_of_whom_they_know(client: Client, reading: Assignment) -> None:
    client.force_login(reading.reviewer.membership.user)
    address = reverse("admin:applicants_desk_known")

    client.post(address, {"knows": "Ana Reyes\nHill School"})

    assert client.get(address).context["knows"] == "Ana Reyes\nHill School"
