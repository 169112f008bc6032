"""A database that has been migrated once, of which every process of the tests takes its own copy.

Migrating takes half a minute of a processor, and a run makes some ten databases. The copy is migrated too, which finds
nothing to do: Django's own way into a test database stays as it is.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.signals import connection_created

from tests.postgres import address_of, administer, is_postgres, names, postgres_database
from tests.running import ROOT, environment_for, run

PREFIX = f"whitebox_migrated_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}_"  # each checkout has its own
UNFINISHED = f"{PREFIX}unfinished"
FOLDER = ROOT / "var" / "migrated"  # of the lock and of SQLite's file


def state() -> str:
    """Return what the schema depends on, as one word: our migrations and the pinned versions of everybody else's."""
    folders = [Path(app.path) / "migrations" for app in apps.get_app_configs() if ROOT in Path(app.path).parents]
    ours = sorted(path for folder in folders for path in folder.glob("*.py") if ".venv" not in path.parts)
    content = b"".join(path.read_bytes() for path in [*ours, ROOT / "requirements" / "run.txt"])
    return hashlib.sha256(content).hexdigest()[:16]


def template() -> str:
    """Return the name of PostgreSQL's database to copy, made now if it is not there."""
    name = PREFIX + state()
    with _alone():
        made = names(PREFIX)
        if name not in made:
            for old in made:
                administer("DROP DATABASE {} WITH (FORCE)", old)
            administer("CREATE DATABASE {}", UNFINISHED)
            _migrate(address_of(UNFINISHED))
            administer("ALTER DATABASE {} RENAME TO {}", UNFINISHED, name)
    return name


def file() -> Path:
    """Return SQLite's file to copy, made now if it is not there."""
    made = FOLDER / f"{state()}.sqlite3"
    with _alone():
        if not made.exists():
            for old in FOLDER.glob("*.sqlite3*"):
                old.unlink()
            unfinished = FOLDER / "unfinished.sqlite3"
            _migrate(f"sqlite:///{unfinished}")
            unfinished.rename(made)
    return made


def use() -> None:
    """Let the test database of this process begin as a copy."""
    if is_postgres():
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template()
        return
    origin = file()

    def fill(connection: Any, **_signal: Any) -> None:
        """The first connection opens an empty database in memory, and the others share it."""
        connection_created.disconnect(dispatch_uid=PREFIX)
        with closing(sqlite3.connect(origin)) as source:
            source.backup(connection.connection)

    connection_created.connect(fill, weak=False, dispatch_uid=PREFIX)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Yield the address of a database of its own without rows: PostgreSQL's by `name`, SQLite's in `folder`."""
    if is_postgres():
        with postgres_database(name, template=template()) as address:
            yield address
        return
    place = folder / "whitebox.sqlite3"
    shutil.copyfile(file(), place)
    yield f"sqlite:///{place}"


def _migrate(address: str) -> None:
    run(["migrate", "--verbosity", "0"], environment_for(FOLDER, 0, address, redis=""))


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back when the file is closed, by a crash too
        yield
