from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants.choices import DecisionCode
from applicants.judgements import Assignment, Decision, Offer, Reviewer
from applicants.models import Round
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, DecisionFactory, ReviewerFactory, RoundFactory
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.outbox.models import Letter
from whitebox.packs.models import Adoption
from whitebox.people.choices import Role
from whitebox.people.models import Cohort

PAGES = ("pipeline", "letters", "readings")


@pytest.fixture
def round_(db: None) -> Round:
    return RoundFactory.create()


@pytest.fixture
def desk(client: Client, round_: Round) -> Client:
    client.force_login(organizer_of(round_.cohort))
    return client


def address(name: str, round_: Round) -> str:
    return reverse(f"admin:applicants_{name}", args=[round_.slug])


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_round_have_a_fixed_number_of_queries(
    letters: None, desk: Client, round_: Round, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        application = ApplicationFactory.create(round=round_)
        DecisionFactory.create(application=application, code=DecisionCode.DECLINE)
        ReviewerFactory.create(round=round_)

    with django_assert_num_queries(11):
        desk.get(address("pipeline", round_))
    with django_assert_num_queries(8):
        desk.get(address("letters", round_))
    with django_assert_num_queries(11):
        desk.get(address("readings", round_))


def test_many_are_decided_in_two_steps_and_released_in_a_third(letters: None, desk: Client, round_: Round) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    act = {"act": "decide:offer", "reason": "Both good.", "pick": [one.pk for one in found]}

    preview = desk.post(address("preview", round_), act)
    desk.post(address("commit", round_), {"token": preview.context["token"]})
    shown = desk.get(address("letters", round_))
    for _twice in range(2):
        desk.post(address("letters", round_), {"token": shown.context["token"]})

    assert [row.code for row in preview.context["rows"]] == [one.code for one in found]
    assert len(shown.context["letters"]) == 2
    assert Decision.objects.filter(released_at__isnull=False).count() == 2
    assert (Offer.objects.count(), Letter.objects.filter(kind="offer").count()) == (2, 2)


def test_a_decision_is_taken_back_before_its_release(letters: None, desk: Client, round_: Round) -> None:
    decision = DecisionFactory.create(application=ApplicationFactory.create(round=round_))

    desk.post(address("retract", round_), {"decision": decision.pk})

    assert desk.get(address("letters", round_)).context["letters"] == []


def test_the_pipeline_filters(desk: Client, round_: Round) -> None:
    found = [ApplicationFactory.create(round=round_) for _ in range(2)]
    DecisionFactory.create(application=found[0], code=DecisionCode.DECLINE, released_at=found[0].submitted_at)

    filtered = desk.get(address("pipeline", round_), {"decision": "decline"})

    assert [row.code for row in filtered.context["page"]] == [found[0].code]


def test_readings_are_handed_out_as_proposed_once(desk: Client, round_: Round) -> None:
    for _ in range(2):
        ReviewerFactory.create(round=round_)
    ApplicationFactory.create(round=round_)
    token = desk.get(address("readings", round_)).context["token"]

    for _twice in range(2):
        desk.post(address("readings", round_), {"token": token})

    assert Assignment.objects.count() == 2


def test_a_member_is_appointed(desk: Client, round_: Round) -> None:
    mentor = MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR)

    desk.post(address("appoint", round_), {"membership": mentor.pk})

    assert Reviewer.objects.get().membership == mentor


def test_an_organizer_reads_who_applied(desk: Client, round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)

    text = desk.get(reverse("admin:applicants_answers", args=[application.code])).content.decode()

    assert "Ana Applicant" in text
    assert "Hours a week" in text


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["organizer of another cohort", "superuser", "mentor"])
def test_pages_of_a_round_are_404_for(client: Client, round_: Round, name: str, who: str) -> None:
    if who == "organizer of another cohort":
        user = organizer_of(CohortFactory.create())
    elif who == "superuser":
        user = UserFactory.create(is_staff=True, is_superuser=True)
    else:
        user = MembershipFactory.create(cohort=round_.cohort, role=Role.MENTOR, user__is_staff=True).user
    client.force_login(user)

    assert client.get(address(name, round_)).status_code == 404


@pytest.mark.parametrize("model", ["round", "application", "identity", "decision", "offer", "reviewer", "formversion"])
def test_an_organizer_finds_the_rows_of_the_own_cohorts_only(desk: Client, round_: Round, model: str) -> None:
    own, other = ApplicationFactory.create(round=round_), ApplicationFactory.create()

    response = desk.get(reverse(f"admin:applicants_{model}_changelist"))

    assert response.status_code == 200
    assert other.code not in response.content.decode()
    assert model != "application" or own.code in response.content.decode()


def test_an_organizer_opens_a_round_in_the_admin(desk: Client, round_: Round) -> None:
    Adoption.objects.create(cohort=round_.cohort, version=round_.form.version)
    given = {
        "title": "Another round",
        "slug": "another",
        "cohort": round_.cohort.pk,
        "opens_at_0": "2027-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2027-02-01",
        "closes_at_1": "09:00",
        "grace_minutes": "30",
        "offer_days": "5",
    }

    response = desk.post(reverse("admin:applicants_round_add"), given)

    opened = Round.objects.get(slug="another")
    assert response.status_code == 302
    assert (opened.form, opened.zone, opened.offer_days) == (round_.form, round_.cohort.zone, 5)


@pytest.mark.parametrize(("count", "is_open"), [(1, True), (2, False)])
def test_a_letter_that_waits_alone_is_open(
    letters: None, desk: Client, round_: Round, count: int, is_open: bool
) -> None:
    for _ in range(count):
        DecisionFactory.create(application=ApplicationFactory.create(round=round_), code=DecisionCode.DECLINE)

    text = desk.get(address("letters", round_)).content.decode()

    assert ('<details class="letter" open>' in text) is is_open


def test_more_offers_than_seats_are_told_before_the_release(letters: None, desk: Client, round_: Round) -> None:
    DecisionFactory.create(application=ApplicationFactory.create(round=round_), code=DecisionCode.OFFER)
    Cohort.objects.filter(pk=round_.cohort_id).update(seats=0)

    text = desk.get(address("letters", round_)).content.decode()

    assert "More offers wait (1) than seats are free (0)" in text
