"""An organizer hands out or erases one person's data, in two steps and on record."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import conflicts
from applicants.choices import ConflictOrigin
from applicants.models import Application, Identity
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, ReviewerFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people import contact
from whitebox.people.choices import MembershipState
from whitebox.people.models import Cohort, ContactNote, User
from whitebox.programme import data_requests
from whitebox.programme.models import DataRequest

EMAIL = "ana@example.test"
PAGE = "admin:programme_person"


@pytest.fixture
def cohort(db: None) -> Cohort:
    made: Cohort = CohortFactory.create()
    return made


@pytest.fixture
def organizer(cohort: Cohort) -> User:
    return organizer_of(cohort)


@pytest.fixture
def desk(client: Client, organizer: User) -> Client:
    client.force_login(organizer)
    return client


@pytest.fixture
def applicant(cohort: Cohort) -> Application:
    made: Application = ApplicationFactory.create(round=RoundFactory.create(cohort=cohort), parts__email=EMAIL)
    return made


def looked(desk: Client, email: str = EMAIL) -> Any:
    return desk.post(reverse(PAGE), {"email": email})


def confirmed(desk: Client, page: Any, **changed: str) -> Any:
    sent = {"email": EMAIL, "again": EMAIL, "erase": "1", "token": page.context["erase_form"]["token"].value()}
    return desk.post(reverse(PAGE), sent | changed, follow=True)


def test_looking_changes_nothing_and_says_what_would_go_and_what_would_stay(
    desk: Client, applicant: Application, organizer: User, cohort: Cohort
) -> None:
    member = MembershipFactory.create(cohort=cohort, user__email=EMAIL, state=MembershipState.WITHDRAWN)
    contact.note(member, "In confidence.", by=organizer)

    page = looked(desk).content.decode()

    assert "applicants: applications: 1" in page
    assert "people: contact notes: 1" in page
    assert "without a name" in page
    assert Identity.objects.filter(email=EMAIL).exists()
    assert ContactNote.objects.exists()
    assert not DataRequest.objects.exists()


def test_an_export_is_a_file_and_on_record(desk: Client, applicant: Application, organizer: User) -> None:
    answer = desk.post(reverse(PAGE), {"email": EMAIL.upper(), "export": "1"})

    data = json.loads(answer.content)
    row = DataRequest.objects.get()
    assert data["data"]["applicants"]["applications"][0]["code"] == applicant.code
    assert "attachment" in answer["Content-Disposition"]
    assert (row.kind, row.by, row.counts["applicants: applications"]) == ("export", organizer, 1)
    assert row.address_digest == data_requests.digest(EMAIL)
    assert EMAIL not in str(row.counts)


def test_erasing_takes_two_steps_and_is_on_record(
    desk: Client, applicant: Application, organizer: User, cohort: Cohort
) -> None:
    page = looked(desk)
    done = confirmed(desk, page)
    again = confirmed(desk, page)

    row = DataRequest.objects.get()
    assert "What was done is on record" in done.content.decode()
    assert "store nothing about this address" in again.content.decode()
    assert not Identity.objects.filter(email=EMAIL).exists()
    assert (row.kind, row.by, list(row.cohorts.all())) == ("erasure", organizer, [cohort])


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"again": "eve@example.test"}, "not the address above"),
        ({"token": "forged"}, "too long ago"),
        ({"again": ""}, "required"),
        ({"email": "eve@example.test"}, "not"),
    ],
)
def test_what_was_not_shown_and_confirmed_is_not_erased(
    desk: Client, applicant: Application, changed: dict[str, str], why: str
) -> None:
    page = confirmed(desk, looked(desk), **changed)

    assert why in page.content.decode()
    assert Identity.objects.filter(email=EMAIL).exists()
    assert not DataRequest.objects.exists()


def test_what_changed_since_the_look_is_looked_at_again(
    desk: Client, applicant: Application, organizer: User, cohort: Cohort
) -> None:
    page = looked(desk)
    member = MembershipFactory.create(cohort=cohort, user__email=EMAIL, state=MembershipState.WITHDRAWN)
    contact.note(member, "New.", by=organizer)

    answer = confirmed(desk, page).content.decode()

    assert "has changed since you looked" in answer
    assert Identity.objects.filter(email=EMAIL).exists()


def test_somebody_of_another_cohort_is_not_found(desk: Client) -> None:
    ApplicationFactory.create(parts__email=EMAIL)

    known, unknown = looked(desk), looked(desk, "nobody@example.test")

    texts = [page.context["form"].errors["__all__"][0] for page in (known, unknown)]
    assert texts == ["The cohorts you organize store nothing about this address."] * 2


def test_what_spans_other_cohorts_is_not_for_one_organizer(desk: Client, applicant: Application) -> None:
    MembershipFactory.create(user__email=EMAIL, state=MembershipState.WITHDRAWN)

    assert "manage.py privacy" in looked(desk).content.decode()


def test_whoever_takes_part_is_not_erased(desk: Client, cohort: Cohort) -> None:
    MembershipFactory.create(cohort=cohort, user__email=EMAIL)

    page = looked(desk).content.decode()

    assert "End that membership first" in page
    assert "Erase it for good" not in page


def test_a_conflict_of_interest_and_the_own_account_are_for_somebody_else(
    desk: Client, applicant: Application, organizer: User, cohort: Cohort
) -> None:
    held = organizer.memberships.get()
    reviewer = ReviewerFactory.create(round=applicant.round, membership=held)
    conflicts.record(reviewer, applicant, origin=ConflictOrigin.PINNED)

    with pytest.raises(RuleViolation, match="conflict of interest"):
        data_requests.export(EMAIL, by=organizer)
    with pytest.raises(RuleViolation, match="your own account"):
        data_requests.look(organizer.email, by=organizer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_has_a_fixed_number_of_queries(
    desk: Client, organizer: User, cohort: Cohort, django_assert_num_queries: Any, rows: int
) -> None:
    for _row in range(rows):
        DataRequest.objects.create(kind="export", address_digest="d", by=organizer).cohorts.add(cohort)
    address = reverse("admin:programme_datarequest_changelist")
    desk.get(address)

    with django_assert_num_queries(7):
        response = desk.get(address)

    assert len(response.context["cl"].result_list) == rows
