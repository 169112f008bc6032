from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mastery.allowances import TimeAllowance
from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, ContactNote, Membership, User


def organizer_of(cohort: Cohort, client: Client) -> User:
    user: User = UserFactory.create()
    membership.enrol(user, cohort, Role.ORGANIZER, by=None)
    client.force_login(user)
    return user


def test_organizer_finds_the_own_cohort_only(db: None, client: Client) -> None:
    mine, other = MembershipFactory.create(), MembershipFactory.create()
    organizer_of(mine.cohort, client)

    assert client.get(reverse("admin:people_membership_change", args=[mine.pk])).status_code == 200
    assert client.get(reverse("admin:people_membership_change", args=[other.pk])).status_code == 302
    assert client.get(reverse("admin:people_membership_step", args=[other.pk])).status_code == 404


def test_participants_do_not_get_into_the_admin(db: None, client: Client) -> None:
    client.force_login(MembershipFactory.create().user)

    assert client.get(reverse("admin:people_membership_changelist")).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_membership_list_query_count(
    db: None, client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = CohortFactory.create()
    organizer_of(cohort, client)
    MembershipFactory.create_batch(rows, cohort=cohort)

    # session, user, organized cohorts, cohorts of the filter, count, stock permissions (2), rows
    with django_assert_num_queries(8):
        client.get(reverse("admin:people_membership_changelist"))


def test_an_organizer_withdraws_somebody_with_a_reason(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    organizer_of(member.cohort, client)

    client.post(
        reverse("admin:people_membership_step", args=[member.pk]), {"step": "withdraw", "reason": "Moved away."}
    )

    member.refresh_from_db()
    assert member.state == MembershipState.WITHDRAWN


def test_a_step_without_a_reason_is_refused_on_the_page(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    organizer_of(member.cohort, client)

    response = client.post(reverse("admin:people_membership_step", args=[member.pk]), {"step": "disqualify"})

    assert "Give a reason" in response.content.decode()
    member.refresh_from_db()
    assert member.state == MembershipState.ACTIVE


def test_an_organizer_assigns_a_mentor(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    mentor = MembershipFactory.create(cohort=member.cohort, role=Role.MENTOR)
    organizer_of(member.cohort, client)

    client.post(reverse("admin:people_membership_step", args=[member.pk]), {"step": "mentor", "mentor": mentor.pk})

    member.refresh_from_db()
    assert member.mentor == mentor


def test_an_organizer_writes_a_contact_note(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    author = organizer_of(member.cohort, client)
    fields = {
        "about": member.pk,
        "kind": "call",
        "at_0": "2026-10-12",
        "at_1": "10:00",
        "text": "Well.",
        "concern": 0,
    }

    client.post(reverse("admin:people_contactnote_add"), fields)

    note = ContactNote.objects.get()
    assert (note.about, note.author, note.text) == (member, author, "Well.")


def test_inviting_a_mentor_makes_account_membership_and_letter(
    db: None, client: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    LetterTemplateFactory.create(kind="invitation", body="{{ link }}")
    cohort = CohortFactory.create()
    organizer_of(cohort, client)
    fields = {"email": "Ben@Example.test", "name": "Ben", "cohort": cohort.pk, "role": "mentor"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:programme_invitation_add"), fields)
        client.post(reverse("admin:programme_invitation_add"), fields)

    joined = Membership.objects.get(role=Role.MENTOR)
    assert (joined.user.email, joined.cohort) == ("ben@example.test", cohort)
    assert [letter.to for letter in mail.outbox] == [["ben@example.test"]]


def test_leaving_as_organizer_closes_the_admin(db: None) -> None:
    user = UserFactory.create()
    joined = membership.enrol(user, CohortFactory.create(), Role.ORGANIZER, by=None)
    assert user.is_staff

    membership.withdraw(joined, by=user, reason="Enough.")

    user.refresh_from_db()
    assert not user.is_staff


def test_an_organizer_cannot_lock_out_who_runs_the_site(db: None, client: Client) -> None:
    member = MembershipFactory.create(user__is_superuser=True)
    organizer_of(member.cohort, client)

    client.post(reverse("admin:people_user_change", args=[member.user_id]), {"name": "Nobody"})

    member.user.refresh_from_db()
    assert (member.user.is_active, member.user.name != "Nobody") == (True, True)


def test_the_profile_keeps_the_chosen_zone_selected(db: None, client: Client) -> None:
    member = MembershipFactory.create(user__zone="Europe/Berlin")
    client.force_login(member.user)

    page = client.get(reverse("people:profile")).content.decode()

    assert page.count(" selected>") == 1
    assert '<option value="Europe/Berlin" selected>Europe/Berlin</option>' in page


def test_deferring_asks_where_to_and_the_list_says_where_they_went(db: None, client: Client) -> None:
    member, other = MembershipFactory.create(), CohortFactory.create(title="Cohort Two")
    organizer_of(member.cohort, client)
    address = reverse("admin:people_membership_step", args=[member.pk])

    refused = client.post(address, {"step": "defer", "reason": "Exams."})
    client.post(address, {"step": "defer", "reason": "Exams.", "cohort": other.pk})

    assert "Choose the cohort to defer to" in refused.content.decode()
    moved = Membership.objects.get(cohort=other, role=Role.PARTICIPANT)
    assert (moved.user, moved.began_as) == (member.user, member)
    page = client.get(reverse("admin:people_membership_changelist")).content.decode()
    assert "deferred to Cohort Two on" in page


def test_lists_call_people_by_their_names(db: None, client: Client) -> None:
    learner = MembershipFactory.create(user__name="Ana Reyes")
    organizer = organizer_of(learner.cohort, client)
    TimeAllowance.objects.create(membership=learner, percent=150, reason="Slow screen.", by=organizer)

    page = client.get(reverse("admin:mastery_timeallowance_changelist")).content.decode()

    assert "Ana Reyes" in page
    assert organizer.called in page
    assert f"membership {learner.pk}<" not in page
