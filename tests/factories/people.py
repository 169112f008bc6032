"""Factories of people: no surprises, every value can be given."""

from datetime import date

from allauth.account.models import EmailAddress
from factory import Faker, LazyAttribute, Sequence, SubFactory, post_generation
from factory.django import DjangoModelFactory

from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.test")
    name = Faker("name")
    zone = "Asia/Manila"

    @post_generation
    def verified(self: User, create: bool, extracted: bool | None, **kwargs: object) -> None:  # type: ignore[misc]  # factory_boy calls it on the made object
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


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
