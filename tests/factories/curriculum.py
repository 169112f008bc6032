"""Factories of the curriculum: a cohort that follows a version, modules with resources, sessions."""

from datetime import date, time
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from curriculum.choices import ItemKind, ModuleStatus, ResourceKind
from curriculum.models import (
    Extension,
    Figure,
    Module,
    ModuleVersion,
    Objective,
    ObjectiveVersion,
    Resource,
    Session,
    Tick,
)
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs.models import Adoption, PackVersion

PROGRAMME: dict[str, Any] = {
    "format": 1,
    "slug": "tiny",
    "title": "A tiny programme",
    "summary": "A few weeks.",
    "licence": "Apache-2.0",
    "weeks": 8,
    "threshold_percent": 80,
    "zone": "Asia/Manila",
    "seats": 15,
    "session": {"weekday": "saturday", "start": "09:00", "minutes": 120},
    "prework_due": {"days_before": 1, "at": "18:00"},
    "check_due": {"days_after": 5, "at": "18:00"},
}


class PackVersionFactory(DjangoModelFactory[PackVersion]):
    class Meta:
        model = PackVersion

    pack = "tiny"
    number = Sequence(lambda n: n + 1)
    digest = Sequence(lambda n: f"{n:064x}")
    title = "A tiny programme"
    programme = LazyAttribute(lambda _version: dict(PROGRAMME))
    published_at = LazyFunction(timezone.now)


class AdoptionFactory(DjangoModelFactory[Adoption]):
    class Meta:
        model = Adoption

    cohort = SubFactory(CohortFactory)
    version = SubFactory(PackVersionFactory)


class ModuleFactory(DjangoModelFactory[Module]):
    class Meta:
        model = Module

    pack = "tiny"
    slug = Sequence(lambda n: f"module-{n}")


class ModuleVersionFactory(DjangoModelFactory[ModuleVersion]):
    class Meta:
        model = ModuleVersion

    module = SubFactory(ModuleFactory)
    version = SubFactory(PackVersionFactory)
    week = 1
    title = LazyAttribute(lambda shown: f"Title of {shown.module.slug}")
    summary = "What it is about."
    status = ModuleStatus.COMPLETE
    before_html = "<p>Read this.</p>"


class ResourceFactory(DjangoModelFactory[Resource]):
    class Meta:
        model = Resource

    module_version = SubFactory(ModuleVersionFactory)
    position = Sequence(lambda n: n + 1)
    slug = Sequence(lambda n: f"resource-{n}")
    title = LazyAttribute(lambda resource: f"Title of {resource.slug}")
    url = "https://example.test/read"
    kind = ResourceKind.POST
    minutes = 30


class ObjectiveFactory(DjangoModelFactory[Objective]):
    class Meta:
        model = Objective

    module = SubFactory(ModuleFactory)
    slug = Sequence(lambda n: f"objective-{n}")


class ObjectiveVersionFactory(DjangoModelFactory[ObjectiveVersion]):
    class Meta:
        model = ObjectiveVersion

    module_version = SubFactory(ModuleVersionFactory)
    objective = LazyAttribute(lambda shown: ObjectiveFactory.create(module=shown.module_version.module))
    position = Sequence(lambda n: n + 1)
    number = Sequence(lambda n: f"1.{n}")
    text = "Count to three"
    topic = "numbers"


class FigureFactory(DjangoModelFactory[Figure]):
    class Meta:
        model = Figure

    module_version = SubFactory(ModuleVersionFactory)
    name = "x.svg"
    digest = "a" * 64
    content = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"/>'


class SessionFactory(DjangoModelFactory[Session]):
    class Meta:
        model = Session

    cohort = SubFactory(CohortFactory)
    module = SubFactory(ModuleFactory)
    week = 1
    on = date(2026, 9, 12)
    at = time(9)
    zone = LazyAttribute(lambda session: session.cohort.zone)
    place = "Room 304"

    @classmethod
    def _create(cls, model_class: type[Session], *args: Any, **kwargs: Any) -> Session:
        session = model_class(**kwargs)
        session.set_moments()
        session.save()
        return session


class TickFactory(DjangoModelFactory[Tick]):
    class Meta:
        model = Tick

    membership = SubFactory(MembershipFactory)
    module = SubFactory(ModuleFactory)
    resource_slug = "resource"


class ExtensionFactory(DjangoModelFactory[Extension]):
    class Meta:
        model = Extension

    membership = SubFactory(MembershipFactory)
    module = SubFactory(ModuleFactory)
    item = ItemKind.PREWORK
    reason = "Ill."
