from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from curriculum.models import Extension, Session
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.people.choices import Role
from whitebox.people.models import User

BEFORE = datetime(2026, 9, 8, tzinfo=UTC)


@pytest.fixture
def world(db: None) -> World:
    return running()


@pytest.fixture
def organizer(world: World, client: Client) -> User:
    user = MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER, user__is_staff=True).user
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", ["moduleversion", "session", "extension"])
def test_organizer_opens_the_lists(client: Client, organizer: User, model: str) -> None:
    assert client.get(reverse(f"admin:curriculum_{model}_changelist")).status_code == 200


def test_organizer_reads_content_and_cannot_change_it(client: Client, organizer: User, world: World) -> None:
    page = client.get(reverse("admin:curriculum_moduleversion_change", args=[world.module.pk]))

    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()


def test_session_is_read_only_but_leads_to_where_it_moves(client: Client, organizer: User, world: World) -> None:
    page = client.get(reverse("admin:curriculum_session_change", args=[world.session.pk])).content.decode()

    assert 'name="_save"' not in page
    assert reverse("admin:curriculum_session_move", args=[world.session.pk]) in page


@travel(BEFORE, tick=False)
def test_sessions_are_cancelled_and_restored_by_actions(client: Client, organizer: User, world: World) -> None:
    address = reverse("admin:curriculum_session_changelist")
    for action, expected in (("cancel", True), ("restore", False)):
        client.post(address, {"action": action, "_selected_action": [world.session.pk]})

        assert Session.objects.get().is_cancelled is expected


def test_plan_page_plans_the_own_cohort_only(client: Client, organizer: User, world: World) -> None:
    foreign = running()
    Session.objects.all().delete()
    address = reverse("admin:curriculum_plan_sessions")

    assert client.get(address).status_code == 200
    client.post(address, {"cohort": foreign.cohort.pk})
    assert not Session.objects.exists()
    client.post(address, {"cohort": world.cohort.pk})

    assert Session.objects.get().cohort == world.cohort


@travel(BEFORE, tick=False)
def test_extension_is_made_by_the_verb_in_the_cohorts_zone(client: Client, organizer: User, world: World) -> None:
    answer = client.post(
        reverse("admin:curriculum_extension_add"),
        {
            "membership": world.participant.pk,
            "module": world.module.module_id,
            "item": "check",
            "due_on": "2026-09-20",
            "due_time": "18:00",
            "reason": "Ill.",
        },
    )

    assert answer.status_code == 302
    made = Extension.objects.get()
    assert (made.due_at, made.by) == (datetime(2026, 9, 20, 10, tzinfo=UTC), organizer)
    assert client.get(reverse("admin:curriculum_extension_change", args=[made.pk])).status_code == 200


def test_other_cohorts_are_not_found(client: Client, organizer: User) -> None:
    foreign = running()

    answer = client.get(reverse("admin:curriculum_session_change", args=[foreign.session.pk]))

    assert answer.status_code == 302  # Django's admin leads away from what it does not find.
    assert "Room 304" not in client.get(reverse("admin:curriculum_session_changelist")).content.decode().replace(
        "Room 304", "", 1
    )


@pytest.mark.parametrize("page", ["session_changelist", "plan_sessions"])
def test_participants_stay_outside(client: Client, world: World, page: str) -> None:
    client.force_login(world.participant.user)

    assert client.get(reverse(f"admin:curriculum_{page}")).status_code in {302, 403}
