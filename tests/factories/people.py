"""Factories of people: no surprises, every value can be given."""

from datetime import date, time

from allauth.account.models import EmailAddress
from factory.declarations import LazyAttribute, LazyFunction, PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.faker import Faker

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

APPLICANTS = {"Reyes", "Santos"}  # surnames that tests give to applicants: a reviewer of that name is in conflict


def _name() -> str:
    """Return a random name, and none by which a person would be related to a test's applicant by chance."""
    while True:
        name: str = Faker("name").evaluate(None, None, {"locale": None})
        if not APPLICANTS & set(name.split()):
            return name


def _verify(user: User, create: bool, wanted: bool | None, **_: object) -> None:
    if create and wanted is not False:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.test")
    name = LazyFunction(_name)
    zone = "Asia/Manila"
    # Nobody sleeps, so that no test depends on the hour it runs at. A test of quiet hours says when they are.
    quiet_from = time(0)
    quiet_until = time(0)

    verified = PostGeneration(_verify)


class CohortFactory(DjangoModelFactory[Cohort]):
    class Meta:
        model = Cohort

    slug = Sequence(lambda n: f"cohort-{n}")
    title = LazyAttribute(lambda cohort: cohort.slug.replace("-", " ").title())
    starts_on = date(2026, 9, 7)
    zone = "Asia/Manila"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    cohort = SubFactory(CohortFactory)
    role = Role.PARTICIPANT
