from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sprints import calendar, hackathons, reminders, teams
from sprints.choices import HackathonKind
from sprints.contests import Artefact, Draft, Entry, Hackathon
from sprints.hackathons import Facts, Place, Text
from sprints.rosters import Team, TeamMember
from tests.factories.people import MembershipFactory
from tests.factories.sprints import EntryFactory, HackathonFactory, ResearcherFactory, with_criteria
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership

NOW = timezone.now()
FACTS = Facts("Spring", NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=4))
TEXT = Text("A finding", "We asked, and found.")


def team_in(cohort: Cohort, name: str = "Owls") -> tuple[Team, Membership]:
    member = ResearcherFactory.create(cohort=cohort)
    return teams.found(name, by=member.user), member


def running(**facts: object) -> Hackathon:
    """Return a hackathon that has started and ends in an hour."""
    cohort = ResearcherFactory.create().cohort
    return HackathonFactory.create(cohort=cohort, due_at=timezone.now() + timedelta(hours=1), **facts)


def entered(hackathon: Hackathon) -> tuple[Entry, Membership]:
    team, member = team_in(hackathon.cohort)
    return EntryFactory.create(hackathon=hackathon, team=team), member


def test_a_hackathon_is_planned_once_with_weighted_criteria(db: None) -> None:
    organizer = ResearcherFactory.create(role=Role.ORGANIZER)

    made = hackathons.plan(organizer.cohort, FACTS, by=organizer.user)

    assert hackathons.plan(organizer.cohort, FACTS, by=organizer.user) == made
    assert hackathons.criteria_as_text(made) == hackathons.CRITERIA
    [item] = calendar.items(organizer.user)
    assert (item.starts_at, item.ends_at) == (made.starts_at, made.due_at)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (replace(FACTS, title=" "), "a title"),
        (replace(FACTS, due_at=FACTS.starts_at), "starts before its deadline"),
        (replace(FACTS, registers_until=FACTS.due_at + timedelta(hours=1)), "registration ends"),
        (replace(FACTS, late_until=FACTS.due_at), "after the deadline"),
        (replace(FACTS, ratings_each=0), "1 to 20"),
        (replace(FACTS, criteria="Soundness: 6"), "weight from 1 to 5"),
        (replace(FACTS, criteria="Soundness"), "weight from 1 to 5"),
        (replace(FACTS, criteria=""), "1 to 10 criteria"),
    ],
)
def test_refused_plans_say_why(db: None, facts: Facts, words: str) -> None:
    organizer = ResearcherFactory.create(role=Role.ORGANIZER)

    with pytest.raises(RuleViolation, match=words):
        hackathons.plan(organizer.cohort, facts, by=organizer.user)

    assert not Hackathon.objects.exists()


def test_only_organizers_plan_and_change(db: None) -> None:
    hackathon = running()
    mentor = MembershipFactory.create(cohort=hackathon.cohort, role=Role.MENTOR).user

    with pytest.raises(RuleViolation, match="Only organizers"):
        hackathons.plan(hackathon.cohort, FACTS, by=mentor)
    with pytest.raises(RuleViolation, match="Only organizers"):
        hackathons.change(hackathon, FACTS, by=mentor)


def test_criteria_stay_once_the_judges_have_the_entries(db: None) -> None:
    hackathon = with_criteria(running(handed_out_at=timezone.now()))
    organizer = MembershipFactory.create(cohort=hackathon.cohort, role=Role.ORGANIZER).user
    same = replace(FACTS, criteria=hackathons.criteria_as_text(hackathon))

    hackathons.change(hackathon, replace(same, title="Renamed"), by=organizer)
    with pytest.raises(RuleViolation, match="kind and criteria stay"):
        hackathons.change(hackathon, replace(same, criteria="Beauty: 1"), by=organizer)

    assert Hackathon.objects.get().title == "Renamed"


def test_a_team_registers_once_withdraws_and_comes_back(db: None) -> None:
    hackathon = running(registers_until=timezone.now() + timedelta(minutes=5))
    team, member = team_in(hackathon.cohort)

    entry = hackathons.register(hackathon, team, by=member.user)
    assert hackathons.register(hackathon, team, by=member.user) == entry
    hackathons.withdraw(entry, by=member.user)
    hackathons.withdraw(entry, by=member.user)
    assert not Entry.objects.present().exists()

    assert hackathons.register(hackathon, team, by=member.user) == entry
    assert Entry.objects.present().count() == 1


def test_a_person_enters_with_one_team(db: None) -> None:
    hackathon = running(registers_until=timezone.now() + timedelta(minutes=5))
    team, member = team_in(hackathon.cohort)
    hackathons.register(hackathon, team, by=member.user)
    second = teams.found("Ravens", by=member.user)

    with pytest.raises(RuleViolation, match="A person enters with one team"):
        hackathons.register(hackathon, second, by=member.user)


def test_nobody_joins_a_second_team_of_a_hackathon_that_runs(db: None) -> None:
    hackathon = running(registers_until=timezone.now() + timedelta(minutes=5))
    own, member = team_in(hackathon.cohort)
    other, colleague = team_in(hackathon.cohort, "Ravens")
    hackathons.register(hackathon, own, by=member.user)
    entry = hackathons.register(hackathon, other, by=colleague.user)

    with pytest.raises(RuleViolation, match="A person enters with one team"):
        teams.join(other, by=member.user)
    hackathons.withdraw(entry, by=colleague.user)
    teams.join(other, by=member.user)

    assert set(teams.of(member.user)) == {own, other}


def test_a_team_of_a_hackathon_that_is_over_can_be_joined(db: None) -> None:
    hackathon = running(registers_until=timezone.now() + timedelta(minutes=5))
    own, member = team_in(hackathon.cohort)
    other, colleague = team_in(hackathon.cohort, "Ravens")
    hackathons.register(hackathon, own, by=member.user)
    hackathons.register(hackathon, other, by=colleague.user)
    Hackathon.objects.update(handed_out_at=timezone.now())

    teams.join(other, by=member.user)

    assert set(teams.of(member.user)) == {own, other}


def test_who_is_in_a_team_that_entered_is_offered_no_second_one(db: None, client: Client) -> None:
    hackathon = running(registers_until=timezone.now() + timedelta(minutes=5))
    team, member = team_in(hackathon.cohort)
    teams.found("Ravens", by=member.user)
    client.force_login(member.user)
    address = reverse("sprints:hackathon", args=[hackathon.pk])
    assert "Register a team" in client.get(address).content.decode()

    hackathons.register(hackathon, team, by=member.user)

    assert "Register a team" not in client.get(address).content.decode()


def test_who_registers_late_or_for_others_is_refused(db: None) -> None:
    hackathon = running()
    team, member = team_in(hackathon.cohort)

    with pytest.raises(RuleViolation, match="Registration has ended"):
        hackathons.register(hackathon, team, by=member.user)
    with pytest.raises(RuleViolation, match="Only the people of a team"):
        hackathons.register(hackathon, team, by=ResearcherFactory.create(cohort=hackathon.cohort).user)


def test_the_last_saved_draft_counts(db: None) -> None:
    entry, member = entered(running())

    first = hackathons.save_draft(entry, TEXT, by=member.user)
    assert hackathons.save_draft(entry, TEXT, by=member.user) == first
    last = hackathons.save_draft(entry, replace(TEXT, title="Better"), by=member.user)

    assert entry.drafts.first() == last
    assert (Draft.objects.count(), last.is_late) == (2, False)


@pytest.mark.parametrize(("hours", "is_taken"), [(2, True), (None, False)])
def test_after_the_deadline_a_draft_is_late_or_refused(db: None, hours: int | None, is_taken: bool) -> None:
    late = timezone.now() + timedelta(hours=hours) if hours else None
    entry, member = entered(HackathonFactory.create(cohort=ResearcherFactory.create().cohort, late_until=late))

    if is_taken:
        assert hackathons.save_draft(entry, TEXT, by=member.user).is_late
    else:
        with pytest.raises(RuleViolation, match="The deadline has passed"):
            hackathons.save_draft(entry, TEXT, by=member.user)


def test_others_hand_in_nothing(db: None) -> None:
    entry, _member = entered(running())
    fellow = ResearcherFactory.create(cohort=entry.hackathon.cohort).user

    with pytest.raises(RuleViolation, match="Only the people of its team"):
        hackathons.save_draft(entry, TEXT, by=fellow)
    with pytest.raises(RuleViolation, match="Only the people of its team"):
        hackathons.attach(entry, SimpleUploadedFile("a.pdf", b"%PDF-1.4"), by=fellow)


def test_files_are_told_by_their_content(db: None) -> None:
    entry, member = entered(running())

    hackathons.attach(entry, SimpleUploadedFile("../a.pdf", b"%PDF-1.4"), by=member.user)
    with pytest.raises(RuleViolation, match="no PDF, ZIP, PNG or JPEG"):
        hackathons.attach(entry, SimpleUploadedFile("a.pdf", b"<html>"), by=member.user)

    kept = Artefact.objects.get()
    assert (kept.content_type, kept.is_late) == ("application/pdf", False)
    assert "/" not in kept.filename


def test_a_place_elsewhere_is_written_down_with_its_evidence(db: None) -> None:
    hackathon = HackathonFactory.create(cohort=ResearcherFactory.create().cohort, kind=HackathonKind.EXTERNAL)
    entry, member = entered(hackathon)
    found = Place(3, "https://example.test/results", 40)

    hackathons.record_placement(entry, found, by=member.user)
    kept = hackathons.record_placement(entry, replace(found, place=2), by=member.user)

    assert (kept.place, kept.entrants, kept.evidence) == (2, 40, found.evidence)
    with pytest.raises(RuleViolation, match="not beyond the number"):
        hackathons.record_placement(entry, replace(found, place=41), by=member.user)


def test_places_of_ours_come_from_the_judges(db: None) -> None:
    entry, member = entered(HackathonFactory.create(cohort=ResearcherFactory.create().cohort))

    with pytest.raises(RuleViolation, match="come from the judges"):
        hackathons.record_placement(entry, Place(1, "https://example.test/"), by=member.user)


def test_everybody_of_a_team_hears_of_the_deadline_once(db: None) -> None:
    entry, member = entered(running())
    TeamMember.objects.create(team=entry.team, membership=ResearcherFactory.create(cohort=entry.hackathon.cohort))

    sent = list(reminders.due(timezone.now()))

    assert [one.kind for one in sent] == ["hackathon-due"] * 2
    assert len({one.dedup_key for one in sent}) == 2
    assert {one.context["is_saved"] for one in sent} == {False}
    assert member.user in [one.to for one in sent]
