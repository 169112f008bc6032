"""Who opened the data of one person is on record, once a day and page."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applicants.privacy import ApplicantsPrivacy
from tests.factories.applicants import ApplicationFactory
from tests.factories.people import MembershipFactory
from whitebox.people import access_log
from whitebox.people.choices import Role
from whitebox.people.looked import PersonalLook
from whitebox.people.models import Membership
from whitebox.people.privacy import PRIVACY
from whitebox.people.subjects import Subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def organizer() -> Membership:
    return MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True)


@pytest.fixture
def person(organizer: Membership) -> Membership:
    return MembershipFactory.create(cohort=organizer.cohort, role=Role.PARTICIPANT)


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def recorded() -> list[tuple[str, str]]:
    return list(PersonalLook.objects.order_by("pk").values_list("subject", "page"))


@pytest.mark.parametrize("name", ["people:person", "programme:outcome"])
def test_a_page_about_a_person_is_on_record_once_a_day(organizer: Membership, person: Membership, name: str) -> None:
    client, address = signed_in(organizer), reverse(name, args=[person.cohort.slug, person.pk])

    client.get(address)
    client.get(address)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        signed_in(organizer).get(address)

    assert recorded() == [(f"people.membership:{person.pk}", name)] * 2
    look = PersonalLook.objects.latest("pk")
    assert (look.by, look.about, look.cohort) == (organizer.user, person.user, person.cohort)


def test_rows_about_people_in_the_admin_are_on_record(organizer: Membership, person: Membership) -> None:
    client = signed_in(organizer)

    client.get(reverse("admin:people_user_change", args=[person.user_id]))
    client.get(reverse("admin:people_membership_change", args=[person.pk]))
    client.get(reverse("admin:people_membership_history", args=[person.pk]))
    client.get(reverse("admin:people_cohort_change", args=[person.cohort_id]))  # nobody's data

    assert recorded() == [
        (f"people.user:{person.user_id}", "admin:people.user"),
        (f"people.membership:{person.pk}", "admin:people.membership"),
    ]
    assert {look.cohort for look in PersonalLook.objects.all()} == {person.cohort}


def test_who_an_applicant_is_is_on_record_by_its_row(organizer: Membership) -> None:
    identity = ApplicationFactory.create(round__cohort=organizer.cohort).identity

    signed_in(organizer).get(reverse("admin:applicants_identity_change", args=[identity.pk]))

    assert recorded() == [(f"applicants.identity:{identity.pk}", "admin:applicants.identity")]


@pytest.mark.parametrize("name", ["applicants_answers", "applicants_redaction"])
def test_pages_that_name_an_applicant_are_on_record_and_the_applicant_gets_them(
    organizer: Membership, name: str
) -> None:
    application = ApplicationFactory.create(round__cohort=organizer.cohort, submitted_at=timezone.now())
    of = [application.round.slug] if name == "applicants_redaction" else []

    signed_in(organizer).get(reverse(f"admin:{name}", args=[*of, application.code]))

    assert recorded() == [(f"applicants.application:{application.pk}", f"admin:{name}")]
    told = ApplicantsPrivacy().export(Subject(application.identity.email, None))["looks_at_these_data"]
    assert [one["page"] for one in told] == [f"admin:{name}"]
    assert organizer.user.name not in str(told)


def test_strangers_and_looks_at_oneself_leave_no_trace(organizer: Membership, person: Membership) -> None:
    stranger = MembershipFactory.create(role=Role.ORGANIZER, user__is_staff=True)

    signed_in(stranger).get(reverse("people:person", args=[person.cohort.slug, person.pk]))
    signed_in(stranger).get(reverse("admin:people_membership_change", args=[person.pk]))
    signed_in(organizer).get(reverse("admin:people_user_change", args=[organizer.user_id]))

    assert recorded() == []


def test_the_person_gets_the_log_and_it_is_kept_for_two_years(organizer: Membership, person: Membership) -> None:
    access_log.opened(person, "people:person", by=organizer.user)

    told = PRIVACY.export(Subject(person.user.email, person.user))["looks_at_these_data"]
    kept = PRIVACY.erase(Subject(person.user.email, person.user), now=timezone.now()).kept

    assert [(one["page"], one["by__name"]) for one in told] == [("people:person", organizer.user.name)]
    assert [one.count for one in kept if one.what == "looks at these data"] == [1]
    now = timezone.now()
    assert PRIVACY.retain(now + timedelta(days=729)) == 0
    assert PRIVACY.retain(now + timedelta(days=731)) == 1
