"""Factories of problems, claims and excursions: no surprises, every value can be given."""

from datetime import timedelta

from django.utils import timezone
from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from curriculum.models import Objective
from mastery.models import ObjectiveMastery
from sprints.choices import ProblemState
from sprints.contests import Draft, Entry, Hackathon, HackathonCriterion
from sprints.models import Category, Claim, Excursion, Problem, ProblemSource, end_of_day
from sprints.numbering import sort_key
from sprints.rosters import Team
from sprints.wording import search_text
from tests.factories.mastery import make_course, numeric
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.people.models import Membership


class SourceFactory(DjangoModelFactory[ProblemSource]):
    class Meta:
        model = ProblemSource
        django_get_or_create = ("slug",)

    slug = "open-problems"
    title = "Open problems"


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("name",)

    name = "Toy models"


class ProblemFactory(DjangoModelFactory[Problem]):
    class Meta:
        model = Problem

    source = SubFactory(SourceFactory)
    number = Sequence(lambda n: f"1.{n + 1}")
    category = SubFactory(CategoryFactory)
    title = LazyAttribute(lambda problem: f"What does neuron {problem.number} do?")
    sort_key = LazyAttribute(lambda problem: sort_key(problem.number))
    search_text = LazyAttribute(lambda problem: search_text(problem.number, problem.title, problem.category.name))


class ResearcherFactory(MembershipFactory):
    """A participant of a cohort that has started."""

    cohort = SubFactory(CohortFactory, started_at=LazyAttribute(lambda _cohort: timezone.now() - timedelta(days=7)))


class TeamFactory(DjangoModelFactory[Team]):
    """A team without people: each test says who is in it."""

    class Meta:
        model = Team

    cohort = SubFactory(CohortFactory)
    name = Sequence(lambda n: f"Team {n}")


class ClaimFactory(DjangoModelFactory[Claim]):
    """A claim as the verb leaves it: the problem knows that it is taken."""

    class Meta:
        model = Claim

    problem = SubFactory(ProblemFactory, state=ProblemState.CLAIMED)
    membership = SubFactory(ResearcherFactory)
    zone = LazyAttribute(lambda claim: claim.membership.cohort.zone)
    until = LazyAttribute(
        lambda claim: timezone.now().astimezone(claim.membership.cohort.tz).date() + timedelta(days=14)
    )
    ends_at = LazyAttribute(lambda claim: end_of_day(claim.until, claim.membership.cohort.tz))


class ExcursionFactory(DjangoModelFactory[Excursion]):
    class Meta:
        model = Excursion

    claim = SubFactory(ClaimFactory, problem__state=ProblemState.IN_PROGRESS)
    question = Sequence(lambda n: f"Is effect {n} real?")
    budget_days = 5


class HackathonFactory(DjangoModelFactory[Hackathon]):
    """One of ours whose deadline passed an hour ago, with two ratings for each entry. Criteria: see `with_criteria`."""

    class Meta:
        model = Hackathon

    cohort = SubFactory(CohortFactory)
    title = Sequence(lambda n: f"Hackathon {n}")
    zone = LazyAttribute(lambda hackathon: hackathon.cohort.zone)
    registers_until = LazyAttribute(lambda hackathon: hackathon.starts_at)
    starts_at = LazyAttribute(lambda hackathon: hackathon.due_at - timedelta(days=2))
    due_at = LazyAttribute(lambda _hackathon: timezone.now() - timedelta(hours=1))
    ratings_each = 2


def with_criteria(hackathon: Hackathon, **weights: int) -> Hackathon:
    """Give a hackathon criteria with their weights."""
    for position, (name, weight) in enumerate((weights or {"Soundness": 3, "Clarity": 1}).items(), start=1):
        HackathonCriterion.objects.create(hackathon=hackathon, name=name, weight=weight, position=position)
    return hackathon


class EntryFactory(DjangoModelFactory[Entry]):
    class Meta:
        model = Entry

    hackathon = SubFactory(HackathonFactory)
    team = LazyAttribute(lambda entry: TeamFactory.create(cohort=entry.hackathon.cohort))


class DraftFactory(DjangoModelFactory[Draft]):
    class Meta:
        model = Draft

    entry = SubFactory(EntryFactory)
    title = Sequence(lambda n: f"Finding {n}")
    source = "We asked, and found."
    html = "<p>We asked, and found.</p>"


def mastered(membership: Membership, objective: Objective) -> ObjectiveMastery:
    """Return the mastery of an objective, by whatever attempt."""
    attempt = make_course({"A": [numeric("a", "first")]}).start()
    return ObjectiveMastery.objects.create(
        membership=membership, objective=objective, attempt=attempt, at=membership.joined_at
    )
