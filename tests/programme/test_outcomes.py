"""What became of people: placements, questions after months, certificates."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import signing
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import CohortFactory, MembershipFactory
from tests.factories.programme import CertificateFactory, PlacementFactory, finished
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.models import Letter
from whitebox.people import membership
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership
from whitebox.programme import certificates, conditions, evidence, follow_ups, personal, placements
from whitebox.programme.choices import Doing, PlacementKind, Work
from whitebox.programme.models import Certificate, FollowUp, Placement
from whitebox.programme.periods import EVER, Period
from whitebox.programme.placements import Outcome

OUTCOME = Outcome(
    PlacementKind.FELLOWSHIP, Work.SAFETY, "MATS", date(2026, 10, 1), evidence_url="https://example.test/"
)
DONE = datetime(2026, 5, 31, 4, tzinfo=UTC)


def organizer_of(member: Membership) -> Client:
    client = Client()
    client.force_login(MembershipFactory.create(cohort=member.cohort, role=Role.ORGANIZER).user)
    return client


def counted(member: Membership, period: Period = EVER) -> dict[str, float | None]:
    found = {fact.slug: fact.value for fact in evidence.facts(member.cohort, period)}
    return {slug: found[slug] for slug in ("placed", "placed_safety", "placed_other", "placed_capabilities")}


# Placements


def test_a_placement_is_recorded_once(db: None) -> None:
    member = MembershipFactory.create()
    by = MembershipFactory.create(cohort=member.cohort, role=Role.ORGANIZER).user

    first, again = (placements.record(member, OUTCOME, by=by) for _turn in range(2))

    assert first == again
    assert Placement.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"organisation": " "}, "where they went"),
        ({"evidence_url": ""}, "what shows it"),
        ({"ends_on": date(2026, 9, 30)}, "ends after it starts"),
    ],
)
def test_a_placement_needs_its_parts(db: None, wrong: dict[str, object], words: str) -> None:
    member = MembershipFactory.create()
    parts = {name: getattr(OUTCOME, name) for name in OUTCOME.__slots__} | wrong

    with pytest.raises(RuleViolation, match=words):
        placements.record(member, Outcome(**parts), by=member.user)

    assert not Placement.objects.exists()


def test_mentors_have_no_placements(db: None) -> None:
    mentor = MembershipFactory.create(role=Role.MENTOR)

    with pytest.raises(RuleViolation, match="participants"):
        placements.record(mentor, OUTCOME, by=mentor.user)


@pytest.mark.parametrize(
    ("kind", "work", "slug"),
    [
        ("fellowship", "safety", "placed"),
        ("other", "safety", "placed_safety"),
        ("position", "other", "placed_other"),
        ("position", "capabilities", "placed_capabilities"),
    ],
)
def test_reports_tell_work_on_safety_from_other_work(db: None, kind: str, work: str, slug: str) -> None:
    placed = PlacementFactory.create(kind=kind, work=work)

    found = counted(placed.membership)

    assert found == dict.fromkeys(found, 0) | {slug: 1}


def test_what_was_taken_back_counts_nowhere(db: None) -> None:
    placed = PlacementFactory.create()

    placements.take_back(placed, by=placed.membership.user)
    placements.take_back(placed, by=placed.membership.user)

    assert set(counted(placed.membership).values()) == {0}
    assert Placement.objects.count() == 1


def test_a_placement_counts_in_the_period_in_which_it_began(db: None) -> None:
    placed = PlacementFactory.create(starts_on=date(2026, 10, 1))
    zone = placed.membership.cohort.tz

    there = counted(placed.membership, Period.of_days(date(2026, 10, 1), date(2026, 10, 1), zone))
    before = counted(placed.membership, Period.of_days(date(2026, 9, 1), date(2026, 9, 30), zone))

    assert (there["placed"], before["placed"]) == (1, 0)


def test_an_organizer_records_and_takes_back_on_the_page(db: None) -> None:
    member = MembershipFactory.create()
    client = organizer_of(member)
    page = reverse("programme:outcome", args=[member.cohort.slug, member.pk])
    sent = {"kind": "position", "work": "safety", "organisation": "Institute", "starts_on": "2026-10-01"}

    refused = client.post(page, sent)
    client.post(page, sent | {"evidence": "The contract was seen."})
    placed = Placement.objects.get()
    client.post(reverse("programme:placement_take_back", args=[member.cohort.slug, member.pk, placed.pk]))

    assert refused.status_code == 422
    assert Placement.objects.get().taken_back_at is not None


# Questions after months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 31), 3, date(2026, 8, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert follow_ups.asked_on(day, months) == expected


def asked(now: datetime) -> list[str]:
    with travel(now, tick=False):
        letters.queue_all(list(follow_ups.due(now)))
    return list(Letter.objects.order_by("pk").values_list("dedup_key", flat=True))


def test_everybody_who_finished_is_asked_three_times_and_no_more(db: None) -> None:
    LetterTemplateFactory.create(kind="follow-up", body="{{ months }} {{ link }}")
    member = finished(DONE)
    MembershipFactory.create(cohort=member.cohort)

    days = [DONE + timedelta(days=days) for days in (91, 92, 93, 183, 184, 365, 366)]
    found = [asked(day) for day in days]

    keys = [f"follow-up:{member.pk}:{months}" for months in (3, 6, 12)]
    assert [len(some) for some in found] == [0, 1, 1, 2, 2, 3, 3]
    assert found[-1] == keys


def test_who_could_not_be_asked_in_time_is_not_asked_late(db: None) -> None:
    LetterTemplateFactory.create(kind="follow-up", body="{{ link }}")
    finished(DONE)

    assert asked(DONE + timedelta(days=92 + 31)) == []


def test_who_came_back_is_not_asked(db: None) -> None:
    LetterTemplateFactory.create(kind="follow-up", body="{{ link }}")
    member = finished(DONE)
    membership.reinstate(member, by=member.user, reason="One more week.")

    assert asked(DONE + timedelta(days=92)) == []


def test_the_link_of_the_letter_takes_an_answer_without_an_account(db: None, client: Client) -> None:
    LetterTemplateFactory.create(kind="follow-up", body="{{ link }}")
    now = timezone.now()
    member = finished(now - timedelta(days=100))
    letters.queue_all(list(follow_ups.due(now)))
    link = re.search(r"https?://[^/]+(/follow-up/\S+/)", Letter.objects.get().text)
    assert link is not None

    shown = client.get(link[1])
    client.post(link[1], {"doing": "research", "work": "safety", "organisation": "Institute"})
    client.post(link[1], {"doing": "job"})

    answer = FollowUp.objects.get()
    assert member.user.get_short_name() in shown.content.decode()
    assert (answer.membership, answer.months, answer.doing, answer.organisation) == (member, 3, Doing.JOB, "")


def test_a_link_runs_out(db: None) -> None:
    member = finished()
    with travel(timezone.now() - timedelta(days=61), tick=False):
        old = follow_ups.token(member, 3)

    with pytest.raises(Http404):
        follow_ups.opened_or_404(old)
    assert follow_ups.opened_or_404(follow_ups.token(member, 3)) == (member, 3)


def test_another_link_opens_nothing(db: None) -> None:
    member = finished()
    others = ["", "x", "a:b:c", signing.dumps([member.pk, 3]), signing.dumps(5, salt=follow_ups.SALT)]

    for token in [*others, signing.dumps([member.pk, 4], salt=follow_ups.SALT)]:
        with pytest.raises(Http404):
            follow_ups.opened_or_404(token)


def test_a_link_opens_nothing_of_somebody_who_is_not_finished_or_erased(db: None) -> None:
    studying, erased = MembershipFactory.create(), finished()
    erased.user.is_active = False
    erased.user.save()

    for member in (studying, erased):
        with pytest.raises(Http404):
            follow_ups.opened_or_404(follow_ups.token(member, 3))


# Certificates


def test_each_condition_says_why_there_is_no_certificate(db: None, client: Client) -> None:
    member = MembershipFactory.create()
    client.force_login(member.user)

    page = client.get(reverse("programme:certificate", args=[member.cohort.slug])).content.decode()

    assert "An organizer has recorded that the programme is completed." in page
    assert "Ask them if you think they forgot." in page


def test_nothing_is_issued_before_every_condition_is_met(db: None) -> None:
    member = MembershipFactory.create()

    with pytest.raises(RuleViolation, match="Not yet: An organizer has recorded"):
        certificates.issue(member, by=member.user)

    assert not Certificate.objects.exists()


def test_a_certificate_is_issued_once_and_verified_by_its_code(db: None, client: Client) -> None:
    member = finished()
    organizer = organizer_of(member)
    address = reverse("programme:issue", args=[member.cohort.slug, member.pk])

    for _turn in range(2):
        organizer.post(address)

    certificate = Certificate.objects.get()
    assert re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", certificate.code)
    page = client.get(reverse("programme:verify", args=[certificate.code.upper()])).content.decode()
    assert "This certificate is genuine" in page
    assert member.user.name in page
    assert client.get(reverse("programme:verify", args=["2345-2345-2345-2345"])).status_code == 404


def test_a_revoked_certificate_says_so_and_not_why(db: None, client: Client) -> None:
    certificate = CertificateFactory.create(membership=finished())
    organizer = organizer_of(certificate.membership)
    address = reverse("programme:revoke", args=[certificate.membership.cohort.slug, certificate.membership_id])

    organizer.post(address, {"reason": ""})
    was_valid = Certificate.objects.get().is_valid
    organizer.post(address, {"reason": "Copied from somebody."})

    page = client.get(reverse("programme:verify", args=[certificate.code])).content.decode()
    assert was_valid
    assert "no longer valid" in page
    assert "Copied" not in page
    with pytest.raises(RuleViolation, match="revoked"):
        certificates.issue(certificate.membership, by=certificate.membership.user)


def test_without_conditions_nothing_is_certified() -> None:
    assert not conditions.is_met([])


# Pages and privacy


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_as_often_for_few_as_for_many(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    cohort = CohortFactory.create()
    for _one in range(people):
        PlacementFactory.create(membership=finished(cohort=cohort))
    client = organizer_of(Membership.objects.filter(cohort=cohort)[0])

    with django_assert_num_queries(11):
        client.get(reverse("programme:outcomes", args=[cohort.slug]))


def test_erasing_leaves_numbers_and_no_person(db: None, client: Client) -> None:
    member = finished()
    PlacementFactory.create(membership=member, organisation="Institute", starts_on=date(2026, 10, 1))
    PlacementFactory.create(membership=member, organisation="Another", starts_on=date(2026, 10, 1))
    FollowUp.objects.create(membership=member, months=3, doing=Doing.JOB, text="I moved to Cebu.")
    certificate = CertificateFactory.create(membership=member)

    first, again = personal.erase(member.user.email), personal.erase(member.user.email)

    assert {"programme: placements", "programme: certificates"} <= first.erased.keys()
    assert not any(what.startswith("programme") for what in again.erased)
    kept = [str(list(model.objects.values())) for model in (Placement, FollowUp, Certificate)]
    for word in ("Institute", "Another", "example.test", "Cebu", "Ana"):
        assert word not in "".join(kept)
    assert counted(member)["placed"] == 1
    assert client.get(reverse("programme:verify", args=[certificate.code])).status_code == 404


def test_an_export_holds_outcomes(db: None) -> None:
    member = finished()
    PlacementFactory.create(membership=member)
    FollowUp.objects.create(membership=member, months=3, doing=Doing.JOB)
    CertificateFactory.create(membership=member)

    found = personal.export(member.user.email)["programme"]

    assert {"placements", "follow_ups", "certificates"} <= found.keys()


def test_completing_by_the_verb_starts_the_clock(db: None) -> None:
    member = MembershipFactory.create()
    membership.complete(member, by=member.user)

    [first, *_rest] = follow_ups.of_cohort(member.cohort)

    assert member.state == MembershipState.ACTIVE or first.months == 3
    assert not first.was_sent
