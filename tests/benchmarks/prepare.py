"""Fill the demonstration, sign everybody in, and say where the pages are. Run with the settings of the measured site.

python -m tests.benchmarks.prepare FILE
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django comes first
from django.contrib import admin  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from applicants import desk  # noqa: E402
from curriculum.models import ModuleVersion  # noqa: E402
from mastery.choices import AttemptState, CheckKind  # noqa: E402
from mastery.models import Attempt  # noqa: E402
from tests.benchmarks.loads import books, ranked  # noqa: E402
from tests.benchmarks.pages import CHANGELIST, INSIDE, MINIMAL  # noqa: E402
from whitebox.people.models import Cohort, User  # noqa: E402
from whitebox.programme import demonstration  # noqa: E402

SEED = 7
OURS = {"whitebox", "applicants", "curriculum", "mastery", "sprints"}
PEOPLE = ("participant", "mentor", "reviewer", "organizer", "stock", "bookkeeper")


def main(file: Path) -> None:
    call_command("migrate", verbosity=0)
    demonstration.fill()
    demonstration.account("stock@demo.test", "Stock")
    User.objects.filter(email="stock@demo.test").update(is_staff=True, is_superuser=True)
    ranked.fill(timezone.now(), ranked.SMALL, SEED)
    books.fill(timezone.now(), SEED, demonstration.account("bookkeeper@demo.test", "Bookkeeper"))
    found = {
        "database": _database(),
        "sessions": _sessions(settings.AUTHENTICATION_BACKENDS[0]),
        "floor_sessions": _sessions("django.contrib.auth.backends.ModelBackend"),
        "lists": _lists(),
        "addresses": {name: address for name, where in ADDRESSES.items() if (address := _found(where))},
    }
    file.write_text(json.dumps(found))


def _database() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _lists() -> dict[str, str]:
    """Return the addresses of all lists of our models in the admin, by the name of the model."""
    ours = {one for one in admin.site._registry if one.__module__.partition(".")[0] in OURS}
    options = [one._meta for one in ours]
    return {one.label: reverse(f"admin:{one.app_label}_{one.model_name}_changelist") for one in options}


def _sessions(backend: str) -> dict[str, str]:
    """Return the cookies of everybody: the floors have Django's own backend."""
    return {who: _signed_in(User.objects.get(email=f"{who}@demo.test"), backend) for who in PEOPLE}


def _signed_in(user: User, backend: str) -> str:
    """Return the cookie of a session as the sign-in makes it, second factor included."""
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["has_second_factor"] = True
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _found(where: Callable[[], str | None]) -> str | None:
    """Return an address, or None where the site has no such page: it is reported as not measured."""
    try:
        return where()
    except NoReverseMatch:
        return None


def _module() -> str | None:
    cohort = Cohort.objects.get(slug="demo")
    week = cohort.week_at(timezone.now())
    shown = ModuleVersion.objects.followed_by(cohort).filter(week=week or 0).first()
    return reverse("curriculum:module", args=[cohort.slug, shown.module.slug]) if shown else None


def _result() -> str | None:
    graded = Attempt.objects.filter(
        membership__user__email="participant@demo.test", state=AttemptState.GRADED, for_check__kind=CheckKind.MASTERY
    ).first()
    return reverse("mastery:attempt", args=[graded.pk]) if graded else None


def _reading() -> str | None:
    reading = desk.next_open(User.objects.get(email="reviewer@demo.test"))
    return reverse("admin:applicants_desk_read", args=[reading.application.code]) if reading else None


ADDRESSES: dict[str, Callable[[], str | None]] = {
    MINIMAL: lambda: "/minimal/",
    CHANGELIST: lambda: "/admin/applicants/application/",
    INSIDE: lambda: "/minimal/",
    "home": lambda: reverse("web:home"),
    "module": _module,
    "week map": lambda: reverse("curriculum:weeks", args=["demo"]),
    "check's result": _result,
    "landing": lambda: reverse("applicants:landing"),
    "problem bank": lambda: reverse("sprints:bank"),
    "review desk": _reading,
    "marking desk": lambda: reverse("mastery:desk"),
    "applications in the admin": lambda: reverse("admin:applicants_application_changelist"),
    "pipeline": lambda: reverse("admin:applicants_pipeline", args=["cohort-2"]),
    "gradebook of 200 x 10": lambda: reverse("mastery:gradebook", args=[books.BOOKS[0].slug]),
    "gradebook of 1,000 x 60": lambda: reverse("mastery:gradebook", args=[books.BOOKS[1].slug]),
    "funder's report": lambda: reverse("programme:funder", args=["demo"]),
    "funder's report as PDF": lambda: reverse("programme:funder_pdf", args=["demo"]),
    "cohort report": lambda: reverse("programme:cohort_report", args=["demo"]),
    "selection validity": lambda: reverse("programme:selection", args=["demo"]),
    "screening board": lambda: reverse("admin:applicants_board", args=[ranked.SLUG]),
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
