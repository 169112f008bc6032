"""Two cohorts for the gradebook: 200 people with 10 objectives, and 1,000 people with 60."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from curriculum.models import Module, ModuleVersion, Objective, ObjectiveVersion
from mastery.choices import AttemptState, CheckKind
from mastery.models import Attempt, Check, CheckVersion, GradeEvent, ObjectiveMastery
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

TRIED, REACHED, AGAIN = 0.8, 0.75, 0.2  # chances: a check was taken; an objective reached by it; a second try
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Book:
    slug: str
    people: int
    modules: int
    objectives: int  # of a module


BOOKS = (Book("book-200", 200, 5, 2), Book("book-1000", 1_000, 20, 3))


def fill(now: datetime, seed: int, organizer: User) -> None:
    """Make both cohorts. A third call makes nothing new, because their names are taken."""
    for book in BOOKS:
        if not Cohort.objects.filter(slug=book.slug).exists():
            _fill(book, now, random.Random(seed), organizer)


def _fill(book: Book, now: datetime, rng: random.Random, organizer: User) -> None:
    version = PackVersion.objects.create(
        pack=book.slug, number=1, digest=book.slug, title=book.slug, programme=_programme(book), published_at=now
    )
    begun = now - timedelta(weeks=book.modules)
    cohort = Cohort.objects.create(
        slug=book.slug, title=book.slug, starts_on=begun.date(), started_at=begun, weeks=book.modules, seats=book.people
    )
    Adoption.objects.create(cohort=cohort, version=version)
    Membership.objects.create(user=organizer, cohort=cohort, role=Role.ORGANIZER)
    checks = [_module(version, week, book) for week in range(1, book.modules + 1)]
    people = _people(book, cohort)
    attempts = Attempt.objects.bulk_create(_attempts(people, checks, now, rng), batch_size=BATCH)
    objectives = _objectives(version)
    events = [
        _grade(one, objective, now, points=int(rng.random() < REACHED))
        for one in attempts
        for objective in objectives[one.for_check_id]
    ]
    GradeEvent.objects.bulk_create(events, batch_size=BATCH)
    ObjectiveMastery.objects.bulk_create(_mastered(events, now), batch_size=BATCH)


def _grade(attempt: Attempt, objective: int, now: datetime, *, points: int) -> GradeEvent:
    return GradeEvent(
        attempt=attempt,
        check_version=attempt.check_version,
        item=f"item-{objective}",
        objective_id=objective,
        points=points,
        total=1,
        at=now,
    )


def _mastered(events: list[GradeEvent], now: datetime) -> list[ObjectiveMastery]:
    """Return what each person has mastered, each with the attempt that reached it first."""
    first: dict[tuple[int, int], GradeEvent] = {}
    for event in events:
        if event.points:
            first.setdefault((event.attempt.membership_id, event.objective_id), event)
    return [
        ObjectiveMastery(membership_id=person, objective_id=objective, attempt=event.attempt, at=now)
        for (person, objective), event in first.items()
    ]


def _programme(book: Book) -> dict[str, object]:
    return {
        "format": 1,
        "slug": book.slug,
        "title": book.slug,
        "summary": "For the benchmark.",
        "licence": "Apache-2.0",
        "weeks": book.modules,
        "threshold_percent": 80,
        "zone": "Asia/Manila",
        "seats": book.people,
        "session": {"weekday": "saturday", "start": "09:00", "minutes": 120},
        "prework_due": {"days_before": 1, "at": "18:00"},
        "check_due": {"days_after": 5, "at": "18:00"},
    }


def _module(version: PackVersion, week: int, book: Book) -> CheckVersion:
    module = Module.objects.create(pack=version.pack, slug=f"week-{week}")
    shown = ModuleVersion.objects.create(
        module=module, version=version, week=week, title=f"Week {week}", summary="", status="complete"
    )
    for place in range(1, book.objectives + 1):
        objective = Objective.objects.create(module=module, slug=f"objective-{place}")
        ObjectiveVersion.objects.create(
            objective=objective,
            module_version=shown,
            position=place,
            number=f"{week}.{place}",
            text=f"Explain the step {place} of week {week}",
            topic=f"topic {week}",
        )
    check = Check.objects.create(module=module, slug=f"{book.slug}-check-{week}", kind=CheckKind.MASTERY)
    return CheckVersion.objects.create(
        for_check=check,
        version=version,
        digest="0",
        title=f"Check of week {week}",
        minutes=20,
        forms=["A", "B"],
        specification={"forms": {"A": [], "B": []}},
    )


def _people(book: Book, cohort: Cohort) -> list[Membership]:
    password = make_password(None)
    users = User.objects.bulk_create(
        User(email=f"{book.slug}-{number}@demo.test", name=f"Person {number:04}", password=password)
        for number in range(book.people)
    )
    return Membership.objects.bulk_create(Membership(user=one, cohort=cohort, role=Role.PARTICIPANT) for one in users)


def _attempts(
    people: list[Membership], checks: list[CheckVersion], now: datetime, rng: random.Random
) -> Iterator[Attempt]:
    for person in people:
        for check in checks:
            tries = (rng.random() < TRIED) and 1 + (rng.random() < AGAIN)
            for number in range(1, tries + 1):
                yield Attempt(
                    membership=person,
                    for_check_id=check.for_check_id,
                    check_version=check,
                    form="AB"[number - 1],
                    number=number,
                    seed=1,
                    threshold_percent=80,
                    state=AttemptState.GRADED,
                    client_token=f"{check.pk}-{number}",
                    opened_at=now,
                    submitted_at=now,
                    graded_at=now,
                )


def _objectives(version: PackVersion) -> dict[int, list[int]]:
    """Return the objectives that each check asks for."""
    found: dict[int, list[int]] = {}
    rows = ObjectiveVersion.objects.filter(module_version__version=version)
    for check, objective in rows.values_list("module_version__module__checks", "objective"):
        found.setdefault(check, []).append(objective)
    return found
