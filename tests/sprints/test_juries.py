from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from sprints import invariants, juries, reminders, standings
from sprints.contests import Hackathon, Judge, Rating, Result
from sprints.rosters import TeamMember
from sprints.standings import Rated, weighted
from tests.factories.people import MembershipFactory
from tests.factories.sprints import DraftFactory, HackathonFactory, ResearcherFactory, with_criteria
from tests.sprints.views.test_bank import signed_in_as
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User


def judged(entries: int = 3, judges: int = 3, each: int = 2) -> tuple[Hackathon, User]:
    """Return a hackathon whose deadline has passed, with entries and judges, and an organizer."""
    organizer = ResearcherFactory.create(role=Role.ORGANIZER)
    hackathon = with_criteria(HackathonFactory.create(cohort=organizer.cohort, ratings_each=each))
    for _ in range(entries):
        member = ResearcherFactory.create(cohort=organizer.cohort)
        draft = DraftFactory.create(entry__hackathon=hackathon)
        TeamMember.objects.create(team=draft.entry.team, membership=member)
    for _ in range(judges):
        mentor = MembershipFactory.create(cohort=organizer.cohort, role=Role.MENTOR)
        juries.appoint(hackathon, mentor, by=organizer.user)
    return hackathon, organizer.user


def rate_all(hackathon: Hackathon, level: int = 4) -> None:
    criteria = list(hackathon.criteria.values_list("pk", flat=True))
    for rating in Rating.objects.filter(judge__hackathon=hackathon).select_related("judge__membership__user"):
        levels = dict.fromkeys(criteria, level)
        juries.rate(rating, levels, f"Comment {rating.pk}", by=rating.judge.membership.user)


def test_every_entry_gets_its_judges_balanced_and_once(db: None) -> None:
    hackathon, organizer = judged()

    assert juries.hand_out(hackathon, by=organizer) == 6
    assert juries.hand_out(hackathon, by=organizer) == 0

    assert [entry.ratings.count() for entry in hackathon.entries.all()] == [2, 2, 2]
    assert [judge.ratings.count() for judge in hackathon.judges.all()] == [2, 2, 2]


def test_nobody_judges_the_own_team_or_the_own_people(db: None) -> None:
    hackathon, organizer = judged(judges=4)
    first, second = hackathon.entries.order_by("pk")[:2]
    one, other = hackathon.judges.order_by("pk")[:2]
    was_in = TeamMember.objects.create(team=first.team, membership=one.membership)
    TeamMember.objects.filter(pk=was_in.pk).update(left_at=was_in.joined_at)
    Membership.objects.filter(teams__team=second.team).update(mentor=other.membership)

    juries.hand_out(hackathon, by=organizer)

    pairs = set(Rating.objects.values_list("entry", "judge"))
    assert {(first.pk, one.pk), (second.pk, other.pk)} <= juries.conflicts(hackathon)
    assert not pairs & juries.conflicts(hackathon)


def test_too_few_judges_are_named_and_nothing_is_handed_out(db: None) -> None:
    hackathon, organizer = judged(judges=1)

    with pytest.raises(RuleViolation, match="Each entry needs 2 judges"):
        juries.hand_out(hackathon, by=organizer)

    assert not Rating.objects.exists()
    assert Hackathon.objects.get().handed_out_at is None


def test_nothing_is_handed_out_while_teams_can_hand_in(db: None) -> None:
    hackathon, organizer = judged()
    Hackathon.objects.update(late_until=timezone.now() + timedelta(hours=1))

    with pytest.raises(RuleViolation, match="Teams can still hand in"):
        juries.hand_out(hackathon, by=organizer)


def test_who_gives_an_entry_back_never_gets_it_again(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    rating = Rating.objects.select_related("judge__membership__user", "judge__hackathon").first()
    assert rating is not None
    entry, judge = rating.entry, rating.judge

    juries.recuse(rating, "A friend.", by=judge.membership.user)
    juries.recuse(rating, "Again.", by=judge.membership.user)

    assert entry.ratings.count() == 2
    assert not entry.ratings.filter(judge=judge).exists()


def test_a_rating_needs_every_criterion_and_its_judge(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    rating = Rating.objects.select_related("judge__membership__user", "judge__hackathon").first()
    assert rating is not None
    one, other = hackathon.criteria.values_list("pk", flat=True)

    for levels in ({one: 4}, {one: 4, other: 6}, {one: 0, other: 3}):
        with pytest.raises(RuleViolation, match="every criterion a level"):
            juries.rate(rating, levels, "", by=rating.judge.membership.user)
    with pytest.raises(RuleViolation, match="Only the judge"):
        juries.rate(rating, {one: 4, other: 2}, "", by=organizer)
    juries.rate(rating, {one: 4, other: 2}, "Fine.", by=rating.judge.membership.user)
    juries.rate(rating, {one: 5, other: 2}, "Finer.", by=rating.judge.membership.user)

    assert [one.score for one in standings.rated_in(hackathon)] == [(5 * 3 + 2) / 4]


def test_results_wait_for_every_rating_and_come_once(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    with pytest.raises(RuleViolation, match="Ratings are missing for"):
        standings.release(hackathon, by=organizer)

    rate_all(hackathon)
    standings.release(hackathon, by=organizer)
    standings.release(hackathon, by=organizer)

    assert [(one.place, one.raw, one.ratings) for one in Result.objects.all()] == [(1, 4.0, 2)] * 3
    assert all(not one.broken().exists() for one in invariants.INVARIANTS)


def test_severity_is_taken_out_and_the_raw_score_stands_beside(db: None) -> None:
    rated = [
        *(Rated(entry, 1, score) for entry, score in ((1, 3.0), (2, 2.0), (3, 1.5))),
        *(Rated(entry, 2, score) for entry, score in ((2, 4.0), (3, 3.5), (4, 4.4))),
        *(Rated(entry, 3, score) for entry, score in ((1, 4.0), (4, 3.4))),
    ]

    found = {one.entry: one for one in standings.standings(rated)}

    assert found[4].raw > found[1].raw
    assert found[1].adjusted > found[4].adjusted
    assert (found[1].place, found[4].place) == (1, 2)


def test_equal_scores_share_a_place() -> None:
    rated = [
        Rated(entry, judge, score) for judge in (1, 2) for entry, score in ((1, 4.0), (2, 3.0), (3, 3.0), (4, 1.0))
    ]

    assert [(one.entry, one.place) for one in standings.standings(rated)] == [(1, 1), (2, 2), (3, 2), (4, 4)]
    assert standings.standings([]) == []
    assert weighted([(5, 3), (1, 1)]) == 4.0


def test_judges_are_reminded_once(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    Rating.objects.update(handed_out_at=timezone.now() - timedelta(days=3))

    sent = [one for one in reminders.due(timezone.now()) if one.kind == "ratings-waiting"]

    assert [one.context["count"] for one in sent] == [2, 2, 2]
    rate_all(hackathon)
    assert [one for one in reminders.due(timezone.now()) if one.kind == "ratings-waiting"] == []


def clients(hackathon: Hackathon, organizer: User) -> tuple[Client, Client]:
    reader = MembershipFactory.create(cohort=hackathon.cohort, role=Role.ADVISER)
    return signed_in_as(organizer), signed_in_as(reader.user)


def test_judging_works_by_forms_to_the_results(db: None) -> None:
    hackathon, organizer = judged()
    staff, reader = clients(hackathon, organizer)
    results = reverse("sprints:results", args=[hackathon.pk])
    assert reader.get(results).status_code == 404

    staff.post(reverse("sprints:hand_out", args=[hackathon.pk]))
    for rating in Rating.objects.select_related("judge__membership__user"):
        judge = signed_in_as(rating.judge.membership.user)
        page = judge.get(reverse("sprints:rate", args=[rating.pk])).content.decode()
        assert "Weight 3." in page
        levels = {f"level_{pk}": 3 for pk in hackathon.criteria.values_list("pk", flat=True)}
        judge.post(reverse("sprints:rate", args=[rating.pk]), levels | {"comment": "Good."})
    entry = hackathon.entries.order_by("pk")[0]
    staff.post(reverse("sprints:choose", args=[hackathon.pk]), {"entry": entry.pk})
    page = staff.post(reverse("sprints:release_results", args=[hackathon.pk]), follow=True).content.decode()

    assert "The results are out" in page
    shown = reader.get(results).content.decode()
    assert entry.team.name in shown
    assert "Judges' choice:" in shown
    assert "Good." not in shown
    own = signed_in_as(entry.team.members.get().membership.user)
    assert "Good." in own.get(reverse("sprints:entry", args=[entry.pk])).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_results_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    hackathon, organizer = judged(entries=rows)
    juries.hand_out(hackathon, by=organizer)
    rate_all(hackathon)
    standings.release(hackathon, by=organizer)
    _staff, reader = clients(hackathon, organizer)

    # session, user, memberships, hackathon, late ones, readable ones, results, placements
    with django_assert_num_queries(8):
        answer = reader.get(reverse("sprints:results", args=[hackathon.pk]))

    assert len(answer.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_hackathon_query_count(db: None, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    hackathon, organizer = judged(entries=rows, judges=3)
    juries.hand_out(hackathon, by=organizer)
    _staff, reader = clients(hackathon, organizer)

    # session, user, memberships, hackathon, entries, members, memberships, people, own teams, criteria,
    # memberships that may found a team, ratings, roles
    with django_assert_num_queries(13):
        answer = reader.get(reverse("sprints:hackathon", args=[hackathon.pk]))

    assert len(answer.context["entries"]) == rows


def test_every_team_with_a_place_hears_of_the_results_once(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    rate_all(hackathon)
    before = [one for one in reminders.due(timezone.now()) if one.kind == "hackathon-results"]
    standings.release(hackathon, by=organizer)

    sent = [one for one in reminders.due(timezone.now()) if one.kind == "hackathon-results"]

    people = Membership.objects.filter(teams__team__entries__hackathon=hackathon).values_list("user", flat=True)
    assert before == []
    assert sorted(one.to.pk for one in sent if isinstance(one.to, User)) == sorted(people)
    places = dict(hackathon.entries.values_list("team__name", "result__place"))
    assert {str(one.context["team"]): one.context["place"] for one in sent} == places
    late = [one for one in reminders.due(timezone.now() + timedelta(days=4)) if one.kind == "hackathon-results"]
    assert late == []


def test_a_judge_with_ratings_is_not_dismissed(db: None) -> None:
    hackathon, organizer = judged()
    juries.hand_out(hackathon, by=organizer)
    rate_all(hackathon)
    judge = Judge.objects.order_by("pk")[0]

    with pytest.raises(RuleViolation, match="what they rated stays"):
        juries.dismiss(judge, by=organizer)
