"""A seeded cohort in its second week, so that every page has something true to show.

An app contributes `demo.py` with `fill`, which adds its part to the World by its own verbs.
The same seed and the same day give the same cohort.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from whitebox import contributions
from whitebox.packs import loading, storing
from whitebox.packs.contents import Contents
from whitebox.packs.models import PackVersion
from whitebox.people import membership, policies
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

SEED = 20_240
PASSWORD = "demo-cohort"  # noqa: S105  # printed on the screen, refused in production  # printed on the screen; the command refuses to run in production
SHIPPED_PACK = Path(__file__).resolve().parent.parent / "packs" / "mechinterp"
PARTICIPANTS = (
    "Ana Reyes",
    "Bea Lim",
    "Carlo Cruz",
    "Dina Ramos",
    "Eli Santos",
    "Faye Uy",
    "Gio Bautista",
    "Hana Tan",
    "Ivan Ocampo",
    "Joy Dizon",
    "Kai Mendoza",
    "Lia Navarro",
    "Migs Garcia",
)
WEEK_2 = "modules/02-transformer-from-scratch/module.md"
# What the next version of the pack says otherwise: file, what stands there now, what will.
REVISIONS = (
    (WEEK_2, "summary: Build the forward pass", "summary: Build and test the forward pass"),
    (WEEK_2, "title: A sampler you trust", "title: A sampler that you have tested"),
    (WEEK_2, "why: Type along;", "why: Type along, in two sittings;"),
)
MENTORS = ("Ben Aquino", "Chari Velasco", "Dom Salazar", "Ester Ilagan")


@dataclass(slots=True)
class World:
    """What the demonstration consists of so far. Apps read it and add to the database."""

    rng: random.Random
    now: datetime
    cohort: Cohort
    version: PackVersion
    organizer: User
    reviewer: User
    adviser: User
    mentors: list[Membership] = field(default_factory=list)
    participants: list[Membership] = field(default_factory=list)

    @property
    def participant(self) -> Membership:
        """The membership behind participant@demo.test."""
        return self.participants[0]


Fill = Callable[[World], None]


@transaction.atomic
def fill() -> Cohort:
    """Fill an empty database with the demonstration; a second call returns the cohort that is there."""
    present = Cohort.objects.filter(slug="demo").first()
    if present is not None:
        return present
    world = _people(timezone.now())
    for contribute in contributions.attributes("demo", "fill"):
        contribute(world)
    loading.stage(revised(storing.contents_of(world.version)), by=world.organizer)
    return world.cohort


def revised(pack: Contents) -> Contents:
    """Return the pack with what teaching it suggested, for organizers to look at before anybody follows it."""
    files = dict(pack.files)
    for file, present, wanted in REVISIONS:
        files[file] = files[file].replace(present.encode(), wanted.encode())
    return Contents(files)


def _people(now: datetime) -> World:
    rng = random.Random(SEED)  # noqa: S311  # a demonstration, no secret  # a demonstration, not a secret
    organizer = account("organizer@demo.test", "Olive Marquez")
    version = loading.load(SHIPPED_PACK, by=organizer)
    cohort = _cohort(now)
    loading.adopt(cohort, version, by=organizer)
    membership.enrol(organizer, cohort, Role.ORGANIZER, by=organizer)
    world = World(
        rng,
        now,
        cohort,
        version,
        organizer,
        _member("reviewer", "Remy Cabrera", cohort, organizer),
        _member("adviser", "Ada Villanueva", cohort, organizer),
    )
    membership.start(cohort, by=organizer)
    for index, name in enumerate(MENTORS):
        user = account("mentor@demo.test" if index == 0 else f"mentor{index + 1}@demo.test", name)
        world.mentors.append(membership.enrol(user, cohort, Role.MENTOR, by=organizer))
        _sign_all(user)
    _sign_all(organizer)
    for index, name in enumerate(PARTICIPANTS):
        _participant(world, index, name)
    return world


def _cohort(now: datetime) -> Cohort:
    zone = ZoneInfo(settings.DEFAULT_ZONE)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday() + 7)
    return Cohort.objects.create(
        slug="demo",
        title="Cohort 1",
        starts_on=monday,
        weeks=8,
        zone=str(zone),
        place="Room 304",
        seats=15,
        threshold_percent=80,
    )


def _member(role: str, name: str, cohort: Cohort, organizer: User) -> User:
    user = account(f"{role}@demo.test", name)
    membership.enrol(user, cohort, Role(role), by=organizer)
    _sign_all(user)
    return user


def _participant(world: World, index: int, name: str) -> None:
    user = account("participant@demo.test" if index == 0 else f"participant{index + 1}@demo.test", name)
    joined = membership.enrol(user, world.cohort, Role.PARTICIPANT, by=None, reason="Accepted the offer.")
    Membership.objects.filter(pk=joined.pk).update(promised_hours=world.rng.choice([10, 12, 15]))
    membership.assign_mentor(joined, world.mentors[index % len(world.mentors)], by=world.organizer)
    _sign_all(user)
    joined.refresh_from_db()
    world.participants.append(joined)


def account(email: str, name: str) -> User:
    """Make a person with a verified address and the demonstration's password."""
    user = User.objects.create_user(email, name=name)
    User.objects.filter(pk=user.pk).update(password=hashed_password())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@cache
def hashed_password() -> str:
    """Return the demonstration's password as it is stored: hashed once, because a hash costs a third of a second."""
    return make_password(PASSWORD)


def _sign_all(user: User) -> None:
    for version in policies.owed(user):
        policies.sign(version, by=user)
