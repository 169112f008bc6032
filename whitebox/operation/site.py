"""Settings, database, storage, mail, and what apps say of themselves."""

import uuid
from collections.abc import Iterator

from django.conf import settings as configured
from django.core import checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from whitebox import contributions
from whitebox.operation import chores as kept
from whitebox.operation.choices import Chore
from whitebox.operation.diagnosis import Diagnosis, Verdict, broken, fine, warning

REMEDIES = {"sandbox": "Run `manage.py sandbox_selftest`; mostly apt-get install bubblewrap, or make sandbox, helps."}


def settings() -> Iterator[Diagnosis]:
    """Run the system checks, with those for production unless this is a demonstration."""
    found = [one for one in checks.run_checks(include_deployment_checks=not configured.DEBUG) if not one.is_silenced()]
    for one in found:
        say = broken if one.is_serious() else warning
        yield say("settings", f"{one.msg} ({one.id})", one.hint or "See .env.example.")
    if not found:
        yield fine("settings", "as a demonstration (DEBUG is on)" if configured.DEBUG else "as production needs them")


def database() -> Iterator[Diagnosis]:
    """Ask whether it answers and has the schema of this code."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as wrong:
        yield broken("database", f"does not answer: {type(wrong).__name__}", "Start it, or correct DATABASE_URL.")
        return
    yield fine("database", connection.vendor)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield broken("migrations", f"{len(waiting)} are not applied", "Run `manage.py migrate`.")
    else:
        yield fine("migrations", "all are applied")


def storage() -> Iterator[Diagnosis]:
    """Write, read and delete a small file."""
    try:
        name = default_storage.save(f"doctor/{uuid.uuid4().hex}", ContentFile(b"well"))
        with default_storage.open(name) as file:
            said = file.read()
        default_storage.delete(name)
    except Exception as wrong:  # noqa: BLE001  # each storage raises its own kinds
        yield broken(
            "storage", f"takes no upload: {type(wrong).__name__}", "Look at MEDIA_ROOT: is it there, writable?"
        )
        return
    if said != b"well":
        yield broken("storage", "gives back other bytes than it took", "Look at the storage before you take uploads.")
        return
    yield fine("storage", type(default_storage).__name__)


def mail() -> Iterator[Diagnosis]:
    """Sign in to the mail server and leave without a letter."""
    link = get_connection()
    try:
        link.open()
        link.close()
    except Exception as wrong:  # noqa: BLE001  # each provider raises its own kinds
        yield broken("mail", f"the server lets nobody in: {type(wrong).__name__}", "Look at EMAIL_URL; letters wait.")
        return
    kind = configured.EMAIL_BACKEND.split(".")[-2]
    yield fine("mail", "letters are written to files" if kind == "filebased" else f"by {kind}")


def contributed() -> Iterator[Diagnosis]:
    """Ask what the apps contribute to /readyz, the self-test of the grading box among it."""
    for found in contributions.attributes("readiness", "CHECKS"):
        for check in found:
            one = check()
            if one.is_ok:
                yield fine(one.name, one.detail or "well")
            else:
                say = broken if one.is_vital else warning
                yield say(one.name, one.detail, REMEDIES.get(one.name, "See docs/operating.md."))


def chores() -> Iterator[Diagnosis]:
    """Look when the nightly work last went well; a site younger than a night owes none."""
    for chore in Chore:
        latest, good = kept.last(chore), kept.last_good(chore)
        if chore == Chore.BACKUP and configured.BACKUP_DIR is None:
            yield Diagnosis(
                chore.value,
                Verdict.FINE if configured.DEBUG else Verdict.WARNING,
                "none is made: no folder is named for it",
                "Set BACKUP_DIR and BACKUP_KEY, or see to it by other means that this data comes back.",
            )
        elif latest is None:
            yield fine(chore.value, "has not run yet")
        elif good is not None and timezone.now() - good.began_at < kept.LATE:
            yield fine(chore.value, f"last went well {good.began_at:%Y-%m-%d %H:%M} UTC: {good.detail}")
        else:
            when = f"{good.began_at:%Y-%m-%d %H:%M} UTC" if good else "never"
            found = f"last went well: {when}; the last try: {latest.detail or 'did not end'}"
            yield warning(chore.value, found, "Look into the worker's log of last night.")
