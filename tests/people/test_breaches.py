"""Breaches of signed policies: recorded once, flagged when they repeat, decided by two organizers."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import access as research
from sprints.choices import InfohazardLevel
from sprints.publishing import access, levels
from tests.factories.people import CohortFactory, MembershipFactory
from tests.factories.publishing import fresh, make_writeup
from tests.factories.sprints import ExcursionFactory
from whitebox.errors import RuleViolation
from whitebox.people import breaches, policies
from whitebox.people.breaches import Report
from whitebox.people.choices import BreachKind, BreachOutcome, MembershipState, Role
from whitebox.people.conduct import Breach, BreachVoice
from whitebox.people.models import Cohort, Membership, Policy, PolicyVersion, User
from whitebox.people.privacy import PRIVACY
from whitebox.people.subjects import Subject
from whitebox.web import home
from whitebox.web.cards import Viewer

pytestmark = pytest.mark.django_db
LONG_AGO = date(2026, 9, 1)


@pytest.fixture
def organizers() -> list[Membership]:
    cohort = CohortFactory.create(started_at=timezone.now() - timedelta(days=7))
    return MembershipFactory.create_batch(2, cohort=cohort, role=Role.ORGANIZER)


def signer(cohort: Cohort, label: str = "1") -> Membership:
    member: Membership = MembershipFactory.create(cohort=cohort, role=Role.PARTICIPANT)
    policies.sign(policy(label), by=member.user)
    return member


def policy(label: str = "1") -> PolicyVersion:
    return policies.publish(
        "infohazards", title="Infohazards", required_for=["participant"], label=label, source=label, html=label
    )


def report(kind: BreachKind = BreachKind.HONEST, *, on: date | None = None) -> Report:
    slug = Policy.objects.get(slug="infohazards").pk
    return Report(slug, on or timezone.now().date(), kind, "A draft was forwarded.", "Two friends.", "They deleted it.")


def recorded(about: Membership, by: User, kind: BreachKind = BreachKind.HONEST) -> Breach:
    return breaches.record(about, report(kind), key=uuid.uuid4(), by=by)


def test_a_first_honest_mistake_is_recorded_against_the_signature_and_not_flagged(organizers: list[Membership]) -> None:
    person, key = signer(organizers[0].cohort), uuid.uuid4()

    made = breaches.record(person, report(), key=key, by=organizers[0].user)
    again = breaches.record(person, report(), key=key, by=organizers[0].user)

    assert made == again
    assert (made.signature, made.is_flagged) == (person.user.signatures.get(), False)
    with pytest.raises(RuleViolation, match="nothing to decide"):
        breaches.decide(made, may_stay=False, reason="Out.", by=organizers[0].user)


def test_it_is_against_the_wording_that_held_on_the_day(organizers: list[Membership]) -> None:
    person = signer(organizers[0].cohort)
    person.user.signatures.update(signed_at=timezone.now() - timedelta(days=10))
    policies.sign(policy("2"), by=person.user)
    yesterday = timezone.now().date() - timedelta(days=1)

    late = breaches.record(person, report(), key=uuid.uuid4(), by=organizers[0].user)
    early = breaches.record(person, report(on=yesterday), key=uuid.uuid4(), by=organizers[0].user)
    first = breaches.record(person, report(on=LONG_AGO), key=uuid.uuid4(), by=organizers[0].user)

    assert [one.signature.version.label for one in (late, early, first)] == ["2", "1", "1"]


@pytest.mark.parametrize("kind", [BreachKind.QUIET, BreachKind.PURPOSE])
def test_what_is_worse_than_a_mistake_is_flagged_at_once(organizers: list[Membership], kind: BreachKind) -> None:
    assert recorded(signer(organizers[0].cohort), organizers[0].user, kind).is_flagged


def test_a_second_breach_is_flagged_and_one_that_was_taken_back_does_not_count(organizers: list[Membership]) -> None:
    person, by = signer(organizers[0].cohort), organizers[0].user
    mistaken = recorded(person, by)
    breaches.take_back(mistaken, "It was somebody else.", by=by)
    breaches.take_back(mistaken, "It was somebody else.", by=by)

    first, second = recorded(person, by), recorded(person, by)

    assert (first.is_flagged, second.is_flagged) == (False, True)


def test_a_breach_of_another_policy_is_no_repeat(organizers: list[Membership]) -> None:
    person, by = signer(organizers[0].cohort), organizers[0].user
    recorded(person, by)
    other = policies.publish("conduct", title="C", required_for=["participant"], label="1", source="c", html="c")
    policies.sign(other, by=person.user)

    said = Report(other.policy_id, timezone.now().date(), BreachKind.HONEST, "Shouted.")

    assert not breaches.record(person, said, key=uuid.uuid4(), by=by).is_flagged


def test_two_organizers_disqualify_and_nobody_alone(organizers: list[Membership]) -> None:
    person = signer(organizers[0].cohort)
    flagged = recorded(person, organizers[0].user, BreachKind.PURPOSE)

    breaches.decide(flagged, may_stay=False, reason="On purpose.", by=organizers[0].user)
    breaches.decide(flagged, may_stay=False, reason="On purpose.", by=organizers[0].user)
    person.refresh_from_db()
    assert (person.state, Breach.objects.get().outcome) == (MembershipState.ACTIVE, "")
    breaches.decide(flagged, may_stay=False, reason="I heard them.", by=organizers[1].user)

    person.refresh_from_db()
    assert (person.state, Breach.objects.get().outcome) == (MembershipState.DISQUALIFIED, BreachOutcome.LEAVES)
    assert person.changes.get(entered=MembershipState.DISQUALIFIED).by == organizers[1].user
    assert BreachVoice.objects.count() == 2


def test_they_stay_where_one_says_so_and_the_dissent_is_kept(organizers: list[Membership]) -> None:
    person = signer(organizers[0].cohort)
    flagged = recorded(person, organizers[0].user, BreachKind.QUIET)

    breaches.decide(flagged, may_stay=False, reason="Out.", by=organizers[0].user)
    with pytest.raises(RuleViolation, match="said already"):
        breaches.decide(flagged, may_stay=True, reason="Oh.", by=organizers[0].user)
    breaches.decide(flagged, may_stay=True, reason="They told us all.", by=organizers[1].user)

    person.refresh_from_db()
    assert (person.state, Breach.objects.get().outcome) == (MembershipState.ACTIVE, BreachOutcome.STAYS)
    assert [one.may_stay for one in BreachVoice.objects.all()] == [False, True]
    with pytest.raises(RuleViolation, match="has been decided"):
        breaches.take_back(flagged, "Oops.", by=organizers[0].user)


def test_one_organizer_decides_where_there_is_no_second_one() -> None:
    alone = MembershipFactory.create(role=Role.ORGANIZER)
    flagged = recorded(signer(alone.cohort), alone.user, BreachKind.QUIET)

    breaches.decide(flagged, may_stay=True, reason="They told me.", by=alone.user)

    assert Breach.objects.get().outcome == BreachOutcome.STAYS


def test_nobody_judges_themselves_and_strangers_record_nothing(organizers: list[Membership]) -> None:
    person = signer(organizers[0].cohort)
    policies.sign(policy(), by=organizers[0].user)
    flagged = recorded(organizers[0], organizers[1].user, BreachKind.QUIET)

    for about, by in (
        (organizers[0], organizers[0].user),
        (person, person.user),
        (person, signer(CohortFactory.create()).user),
    ):
        with pytest.raises(RuleViolation, match="An organizer of the cohort"):
            recorded(about, by)
    with pytest.raises(RuleViolation, match="never about themselves"):
        breaches.decide(flagged, may_stay=True, reason="I may.", by=organizers[0].user)
    with pytest.raises(RuleViolation, match="never about themselves"):
        breaches.take_back(flagged, "I was not there.", by=organizers[0].user)


def test_what_was_not_signed_or_has_not_happened_is_refused(organizers: list[Membership]) -> None:
    unsigned, person = MembershipFactory.create(cohort=organizers[0].cohort), signer(organizers[0].cohort)
    tomorrow = timezone.now().date() + timedelta(days=2)

    with pytest.raises(RuleViolation, match="not signed"):
        recorded(unsigned, organizers[0].user)
    with pytest.raises(RuleViolation, match="earlier day"):
        breaches.record(person, report(on=tomorrow), key=uuid.uuid4(), by=organizers[0].user)


def test_the_database_keeps_the_rules(organizers: list[Membership]) -> None:
    made = recorded(signer(organizers[0].cohort), organizers[0].user)
    rows = Breach.objects.filter(pk=made.pk)

    for wrong in ({"kind": "quiet"}, {"outcome": "stays"}, {"decided_at": timezone.now()}, {"taken_back_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_nothing_secret_opens_until_it_is_decided(organizers: list[Membership]) -> None:
    person, (first, second) = signer(organizers[0].cohort), (one.user for one in organizers)
    secret, private = (make_writeup(by=person.user, cohort=person.cohort) for _ in range(2))
    excursion = ExcursionFactory.create(claim__membership=person)
    for one in (secret, excursion):
        levels.propose(one, InfohazardLevel.SECRET, "A trick.", by=person.user)

    def opens() -> list[bool]:
        seen = research.visible_excursions(person.user).filter(pk=excursion.pk).exists()
        return [access.may_read(person.user, fresh(secret)), access.may_read(person.user, fresh(private)), seen]

    assert opens() == [True, True, True]
    flagged = recorded(person, first, BreachKind.QUIET)
    assert opens() == [False, True, False]
    for by in (first, second):
        breaches.decide(flagged, may_stay=True, reason="They told us all.", by=by)
    assert opens() == [True, True, True]


def test_the_page_records_and_decides(organizers: list[Membership], client: Client) -> None:
    person = signer(organizers[0].cohort)
    address = reverse("people:breaches", args=[person.cohort.slug])
    sent = {
        "person": person.pk,
        "policy": Policy.objects.get(slug="infohazards").pk,
        "happened_on": timezone.now().date().isoformat(),
        "kind": "quiet",
        "what": "A draft was forwarded.",
        "key": uuid.uuid4(),
    }
    client.force_login(organizers[0].user)
    refused = client.post(address, sent | {"what": ""})
    client.post(address, sent)
    client.post(address, sent)
    made = Breach.objects.get()
    unsaid = client.post(reverse("people:decide_breach", args=[person.cohort.slug, made.pk]), {"answer": "stay"})
    for member in organizers:
        client.force_login(member.user)
        client.post(
            reverse("people:decide_breach", args=[person.cohort.slug, made.pk]), {"answer": "leave", "reason": "Out."}
        )

    shown = client.get(address).content.decode()
    client.force_login(person.user)
    own = client.get(reverse("people:policies")).content.decode()

    assert (refused.status_code, unsaid.status_code) == (422, 422)
    person.refresh_from_db()
    assert person.state == MembershipState.DISQUALIFIED
    assert shown.count("loses the place") == 2
    assert "A draft was forwarded." in own
    assert "disqualified" in own


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_as_often_for_few_as_for_many(
    organizers: list[Membership], client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        recorded(signer(organizers[0].cohort), organizers[0].user, BreachKind.QUIET)
    client.force_login(organizers[0].user)

    with django_assert_num_queries(10):
        client.get(reverse("people:breaches", args=[organizers[0].cohort.slug]))


def test_home_asks_an_organizer_until_they_have_spoken(organizers: list[Membership]) -> None:
    flagged = recorded(signer(organizers[0].cohort), organizers[0].user, BreachKind.QUIET)

    def titles() -> list[str]:
        viewer = Viewer(organizers[0].user, [organizers[0]], None, timezone.now())
        return [card.title for card in home.cards(viewer) if "breach" in card.title]

    assert titles() == ["Decide whether somebody may stay after a breach"]
    breaches.decide(flagged, may_stay=True, reason="Yes.", by=organizers[0].user)
    assert titles() == []


def test_a_person_gets_what_is_recorded_and_an_erasure_keeps_no_words(organizers: list[Membership]) -> None:
    person = signer(organizers[0].cohort)
    recorded(person, organizers[0].user, BreachKind.QUIET)

    told = PRIVACY.export(Subject(person.user.email, person.user))["breaches"]
    done = PRIVACY.erase(Subject(person.user.email, person.user), now=timezone.now())

    assert [(one["kind"], one["what"]) for one in told] == [("quiet", "A draft was forwarded.")]
    assert done.erased["words on breaches"] == 1
    assert [one.count for one in done.kept if one.what == "breaches"] == [1]
    assert (Breach.objects.get().what, Breach.objects.get().is_flagged) == ("", True)
