from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from curriculum import confidence, evidence, syllabus
from curriculum.choices import Moment
from curriculum.commitments import Confidence
from tests.curriculum.worlds import World, running
from tests.factories.people import MembershipFactory
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Membership
from whitebox.programme.periods import EVER

START = datetime(2026, 9, 8, tzinfo=UTC)  # week 1 of 8
END = START + timedelta(weeks=7)


def rate(world: World, level: int, now: datetime = START, of: Membership | None = None) -> int:
    member = of or world.participant
    return confidence.rate(member, {"numbers": level}, by=member.user, now=now)


def test_topics_come_once_in_the_order_of_weeks(db: None) -> None:
    world = running(weeks=2, rows=2)

    assert confidence.topics(syllabus.present(world.cohort.pk)) == [("numbers", world.modules[0].title)]


@pytest.mark.parametrize(
    ("week", "moment"), [(0, Moment.START), (1, Moment.START), (2, None), (6, None), (7, Moment.END), (9, Moment.END)]
)
def test_it_is_asked_at_the_start_and_from_the_last_week_on(db: None, week: int, moment: Moment | None) -> None:
    assert confidence.open_moment(running().cohort, START + timedelta(weeks=week)) == moment


def test_rating_can_change_until_the_moment_closes(db: None) -> None:
    world = running()
    rate(world, 1)
    rate(world, 2)

    assert list(Confidence.objects.values_list("moment", "level")) == [("start", 2)]
    with pytest.raises(RuleViolation, match="at the start and at the end"):
        rate(world, 5, START + timedelta(weeks=4))


@pytest.mark.parametrize("levels", [{"numbers": 0}, {"numbers": 6}, {"unknown": 3}])
def test_strange_ratings_are_refused(db: None, levels: dict[str, int]) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="does not belong"):
        confidence.rate(world.participant, levels, by=world.participant.user, now=START)


def test_nobody_rates_for_somebody_else(db: None) -> None:
    world = running()

    with pytest.raises(RuleViolation, match="Only participants"):
        confidence.rate(world.participant, {"numbers": 3}, by=world.organizer, now=START)


@pytest.mark.parametrize(("people", "change"), [(7, None), (8, 2.0)])
def test_change_is_a_mean_over_those_who_rated_both_times(db: None, people: int, change: float | None) -> None:
    world = running()
    everybody = [world.participant, *MembershipFactory.create_batch(people - 1, cohort=world.cohort)]
    for member in everybody:
        rate(world, 2, of=member)
        rate(world, 4, END, of=member)
    rate(world, 1, of=MembershipFactory.create(cohort=world.cohort))

    (delta,) = confidence.deltas(world.cohort)
    (fact,) = evidence.facts(world.cohort, EVER)

    assert (delta.people, delta.asked, delta.change) == (people, people + 1, change)
    assert (fact.value, fact.of) == (change, people)


@travel(START, tick=False)
def test_page_keeps_what_was_chosen(db: None, client: Client) -> None:
    world = running()
    client.force_login(world.participant.user)
    address = reverse("curriculum:confidence", args=[world.cohort.slug])

    client.post(address, {"topic-0": "3"})

    assert 'name="topic-0" value="3" checked' in " ".join(client.get(address).content.decode().split())


@travel(START, tick=False)
@pytest.mark.parametrize("sent", ["x", "33", "٣٣"])
def test_forged_levels_are_refused(db: None, client: Client, sent: str) -> None:
    world = running()
    client.force_login(world.participant.user)

    client.post(reverse("curriculum:confidence", args=[world.cohort.slug]), {"topic-0": sent})

    assert not Confidence.objects.exists()


def test_organizers_see_sums(db: None, client: Client) -> None:
    world = running()
    rate(world, 2)
    rate(world, 4, END)
    client.force_login(MembershipFactory.create(cohort=world.cohort, role=Role.ORGANIZER).user)

    page = client.get(reverse("curriculum:confidence_cohort", args=[world.cohort.slug])).content.decode()

    assert "1 of 1" in page
    assert "too few" in page
