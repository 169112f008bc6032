"""Factories of problems, claims and excursions: no surprises, every value can be given."""

from datetime import timedelta

from django.utils import timezone
from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from sprints.bank import search_text
from sprints.choices import ProblemState
from sprints.models import Category, Claim, Excursion, Problem, ProblemSource, end_of_day
from sprints.numbering import sort_key
from tests.factories.people import CohortFactory, MembershipFactory


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
